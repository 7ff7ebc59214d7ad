import { entryLine } from "../../dlq/record.ts";
import { stream } from "../../cli/command.ts";
import { dlqInputs, filterOf, warnProblems } from "../shared/dlq-inputs.ts";
import { Exit } from "../../cli/exit.ts";
import { restArgument } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import { openExisting } from "../shared/open-queue.ts";

/** `hookproof dlq export`: prints entries as NDJSON on stdout; `dlq import` reads them back byte for byte. */
export default stream({
  summary: "Print events as NDJSON that `dlq import` reads back",
  inputs: {
    ids: restArgument("[ids...]", "only these entries", { completes: "dlq-id" }),
    ...dlqInputs,
    provider: shared.provider,
  },
  examples: ["hookproof dlq export > backup.ndjson", "hookproof dlq export --dlq sqs:my-dlq | hookproof dlq import -"],
  view: (jsonLine: string) => ({ jsonLine }),
  json: (line: string): unknown => JSON.parse(line),
  async *run(context, input) {
    const dlq = await openExisting(context, input);
    try {
      for await (const entry of dlq.entries(await filterOf(context, input, input.ids))) yield entryLine(entry);
      return dlq.unreadable === 0 ? Exit.yes : Exit.no;
    } finally {
      warnProblems(context, dlq);
      await dlq.close();
    }
  },
});
