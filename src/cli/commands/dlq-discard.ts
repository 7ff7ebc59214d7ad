import { HookproofError } from "../../errors.ts";
import { command } from "../command.ts";
import { dlqInputs, withDlq } from "../dlq-inputs.ts";
import { Exit } from "../exit.ts";
import { asText, optionOr, restArgument } from "../inputs.ts";

/** `hookproof dlq discard`: moves entries to the archive, never to nothing. */
export default command({
  summary: "Move events to the archive",
  inputs: {
    ids: restArgument("<ids...>", "the entries' ids", { completes: "dlq-id" }),
    from: dlqInputs.from,
    endpoint: dlqInputs.endpoint,
    why: optionOr("--why <text>", "why, for the record", "discarded by hand", asText),
  },
  examples: [
    "hookproof dlq discard dlq_1f0c33a29b7e4d55",
    "hookproof dlq discard dlq_1f0c33a29b7e4d55 dlq_77a0b1c2d3e4f506 --why 'test data'",
  ],
  async run(context, { ids, why, ...choice }) {
    const wanted = new Set(ids);
    const discarded = await withDlq(context, choice, (dlq) => dlq.discard([...wanted], why));
    if (discarded === 0)
      throw new HookproofError("usage", "the DLQ has none of these entries", { hint: "hookproof dlq list" });
    return {
      data: { discarded, missing: wanted.size - discarded },
      exit: discarded === wanted.size ? Exit.yes : Exit.no,
    };
  },
  view: ({ discarded, missing }, paint) =>
    paint`${missing === 0 ? paint.good(paint.mark.yes) : paint.warn(paint.mark.warn)} ${discarded} moved to the archive${missing === 0 ? "" : `, ${missing} not found`}`,
});
