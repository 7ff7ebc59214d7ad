import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { argument, asText } from "../../cli/inputs.ts";
import { providerView } from "./view.ts";

/** `hookproof providers show`: shows everything about one platform, with the source of each fact. */
export default command({
  summary: "Show everything about one platform, with the source of each fact",
  inputs: { id: argument("<id>", "the platform's id", asText, { completes: "provider" }) },
  examples: ["hookproof providers show 10x", "hookproof providers show stripe --json"],
  run: async (context, { id }) => ({ data: await context.profile(id), exit: Exit.yes }),
  view: providerView,
});
