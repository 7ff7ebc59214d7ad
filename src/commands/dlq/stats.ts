import { command } from "../../cli/command.ts";
import { dlqInputs, filterOf, withDlq } from "../shared/dlq-inputs.ts";
import { Exit } from "../../cli/exit.ts";
import { shared } from "../shared/inputs.ts";
import { statsView } from "./view.ts";
import { isoInstant } from "../../values/instant.ts";

const time = (ms: number | null): string | null => (ms === null ? null : isoInstant(ms));

/** `hookproof dlq stats`: counts the entries by type, status, provider and time. */
export default command({
  summary: "Count the events by type, status, provider and time",
  inputs: { ...dlqInputs, provider: shared.provider },
  examples: ["hookproof dlq stats", "hookproof dlq stats --since 1d --json"],
  view: statsView,
  run: async (context, input) =>
    withDlq(context, input, async (dlq) => {
      const data = await dlq.stats(await filterOf(context, input));
      return { data, exit: dlq.unreadable === 0 ? Exit.yes : Exit.no };
    }),
  json: (data) => ({
    ...data,
    oldest: time(data.oldest),
    newest: time(data.newest),
    byTime: data.byTime.map(({ from, to, count }) => ({ from: isoInstant(from), to: isoInstant(to), count })),
  }),
});
