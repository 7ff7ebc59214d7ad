import { builtInNamed } from "../../providers/index.ts";
import { placesName, signatureHeadersOf } from "../../providers/place.ts";
import { schemesOf, valueOf } from "../../providers/profile.ts";
import { categoryOf, nearestWord, searchProfiles } from "../../providers/search.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { shellLine } from "../../values/shell-line.ts";
import { option } from "../../cli/inputs.ts";
import { providersView } from "./view.ts";

/** `hookproof providers`: lists the supported platforms in groups, the project's own first. */
export default command({
  summary: "List the supported platforms",
  inputs: {
    search: option(
      "--search <words>",
      "only platforms whose name, summary, group, header or event type contains these words",
    ),
  },
  examples: [
    "hookproof providers",
    "hookproof providers --search pay",
    "hookproof providers --json",
    "hookproof providers show 10x",
  ],
  instead: ([id = ""]) => {
    const profile = builtInNamed(id);
    if (profile !== undefined) return `hookproof providers show ${profile.id}`;
    return `did you mean \`${shellLine(["hookproof", "providers", "show", id])}\`?`;
  },
  view: providersView,
  async run(context, { search }) {
    const own = new Set((await context.config()).providers);
    const all = await context.profiles();
    const found = search === undefined ? all.map((profile) => ({ profile, by: [] })) : searchProfiles(all, search);
    if (search !== undefined && found.length === 0) {
      const near = nearestWord(all, search);
      context.note(`no platform matches '${search}'${near === undefined ? "" : `; did you mean ${near}?`}`);
    }
    const providers = found.map(({ profile, by }) => ({
      id: profile.id,
      aliases: profile.aliases ?? [],
      name: profile.name,
      summary: profile.summary,
      category: categoryOf(profile),
      schemes: (schemesOf(profile) ?? []).map((scheme) => ({
        name: scheme.name,
        header: signatureHeadersOf(scheme)[0] ?? null,
        place: placesName(scheme),
        summary: scheme.summary,
      })),
      events: profile.events.length,
      attempts: valueOf(profile.delivery.attempts),
      own: own.has(profile),
      ...(search === undefined ? {} : { foundBy: by }),
    }));
    return { data: { providers }, exit: providers.length === 0 ? Exit.no : Exit.yes };
  },
});
