import { placesName, signatureHeadersOf } from "../../providers/place.ts";
import { schemesOf, valueOf } from "../../providers/profile.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { providersView } from "./view.ts";

/** `hookproof providers`: the platforms hookproof speaks, the project's own first. */
export default command({
  summary: "List the platforms hookproof speaks",
  inputs: {},
  examples: ["hookproof providers", "hookproof providers --json", "hookproof providers show 10x"],
  view: providersView,
  async run(context) {
    const own = new Set((await context.config()).providers);
    const providers = (await context.profiles()).map((profile) => ({
      id: profile.id,
      aliases: profile.aliases ?? [],
      name: profile.name,
      summary: profile.summary,
      schemes: (schemesOf(profile) ?? []).map((scheme) => ({
        name: scheme.name,
        header: signatureHeadersOf(scheme)[0] ?? null,
        place: placesName(scheme),
        summary: scheme.summary,
      })),
      events: profile.events.length,
      attempts: valueOf(profile.delivery.attempts),
      own: own.has(profile),
    }));
    return { data: { providers }, exit: Exit.yes };
  },
});
