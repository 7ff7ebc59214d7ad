import { command } from "../command.ts";
import { Exit } from "../exit.ts";
import { argument, asText } from "../inputs.ts";
import { providerView } from "../render/providers.ts";

/** `hookproof providers show`: everything hookproof knows about a platform, and from where. */
export default command({
  summary: "Show everything about one platform, with the source of each fact",
  inputs: { id: argument("<id>", "the platform's id", asText, { completes: "provider" }) },
  examples: ["hookproof providers show 10x", "hookproof providers show stripe --json"],
  run: async (context, { id }) => ({ data: await context.profile(id), exit: Exit.yes }),
  view: providerView,
});
