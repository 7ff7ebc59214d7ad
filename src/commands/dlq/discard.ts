import type { Dlq, DlqSummary } from "../../dlq/dlq.ts";
import { dlqCommand } from "../shared/queue-hint.ts";
import { HookproofError } from "../../errors.ts";
import { command } from "../../cli/command.ts";
import { dlqInputs, withDlq } from "../shared/dlq-inputs.ts";
import { Exit } from "../../cli/exit.ts";
import { asText, optionOr, restArgument } from "../../cli/inputs.ts";

/** The entries with these event ids. */
const ofEvents = async (dlq: Dlq, ids: ReadonlySet<string>): Promise<readonly DlqSummary[]> => {
  const found: DlqSummary[] = [];
  for await (const entry of dlq.list({ ids: [...ids] })) if (!ids.has(entry.id)) found.push(entry);
  return found;
};

/** `hookproof dlq discard`: moves entries to the archive; it never deletes any. */
export default command({
  summary: "Move events to the archive",
  inputs: {
    ids: restArgument("<ids...>", "entry ids or event ids", { completes: "dlq-id" }),
    dlq: dlqInputs.dlq,
    endpoint: dlqInputs.endpoint,
    why: optionOr("--why <text>", "the reason, for the record", "discarded by hand", asText),
  },
  examples: [
    "hookproof dlq discard dlq_1f0c33a29b7e4d55",
    "hookproof dlq discard dlq_1f0c33a29b7e4d55 dlq_77a0b1c2d3e4f506 --why 'test data'",
  ],
  async run(context, { ids, why, ...choice }) {
    const wanted = new Set(ids);
    const data = await withDlq(context, choice, async (dlq) => {
      const byId = await dlq.discard([...wanted], why);
      // Scanning a queue may be expensive: only do it for ids that aren't entry ids.
      const named = byId === wanted.size ? [] : await ofEvents(dlq, wanted);
      const byEvent =
        named.length === 0
          ? 0
          : await dlq.discard(
              named.map(({ id }) => id),
              why,
            );
      const events = new Set(named.map(({ eventId }) => eventId));
      if (byId + byEvent === 0)
        throw new HookproofError("usage", "none of these entries is in the DLQ", {
          hint: dlqCommand("list", choice, dlq.name),
        });
      return { discarded: byId + byEvent, missing: wanted.size - byId - events.size };
    });
    return { data, exit: data.missing === 0 ? Exit.yes : Exit.no };
  },
  view: ({ discarded, missing }, paint) =>
    paint`${missing === 0 ? paint.good(paint.mark.yes) : paint.warn(paint.mark.warn)} ${discarded} moved to the archive${missing === 0 ? "" : `, ${missing} not found`}`,
});
