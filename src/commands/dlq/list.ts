import { isNarrow } from "../../dlq/filter.ts";
import { stream } from "../../cli/command.ts";
import { listed } from "./listed.ts";
import { dlqInputs, filterOf, warnProblems } from "../shared/dlq-inputs.ts";
import { dlqCommand } from "../shared/queue-hint.ts";
import { Exit } from "../../cli/exit.ts";
import { option } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import { wholeNumber } from "../../cli/value-parsers.ts";
import { openExisting } from "../shared/open-queue.ts";
import { listedView } from "./view.ts";

/** `hookproof dlq list`: lists the events in the dead-letter queue, oldest first. */
export default stream({
  summary: "List the events in the dead-letter queue",
  inputs: {
    ...dlqInputs,
    provider: shared.provider,
    limit: option("--limit <n>", "show at most this many", wholeNumber(1)),
  },
  examples: [
    "hookproof dlq list",
    "hookproof dlq list --type link.clicked --since 2h --json",
    "hookproof dlq list --dlq redis://localhost/0?stream=dlq --status 503",
  ],
  view: listedView,
  async *run(context, input) {
    const dlq = await openExisting(context, input);
    try {
      if (dlq.listNote !== null) context.note(dlq.listNote);
      let shown = 0;
      const filter = await filterOf(context, input);
      for await (const entry of dlq.list(filter, input.limit)) {
        shown++;
        yield listed(entry);
      }
      if (shown === 0)
        context.note(
          isNarrow(filter)
            ? `nothing in the DLQ matches; \`${dlqCommand("stats", input, dlq.name)}\` shows what is there`
            : "the DLQ is empty",
        );
      // Exit 1 for unreadable messages, so that they aren't overlooked.
      return dlq.unreadable === 0 ? Exit.yes : Exit.no;
    } finally {
      warnProblems(context, dlq);
      await dlq.close();
    }
  },
});
