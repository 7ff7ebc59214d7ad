import { catalogue, groupOf, hidden } from "../src/cli/catalogue.ts";
import { pageOf } from "../src/cli/help-page.ts";
import type { HelpPage } from "../src/cli/help-page.ts";

export interface Group {
  readonly heading: string;
  readonly pages: readonly HelpPage[];
}

/** Every command's page, by the groups and in the order of the help. */
export const groupsOfPages = async (): Promise<readonly Group[]> => {
  const groups = new Map<string, HelpPage[]>();
  for (const entry of catalogue) {
    if (entry.group === hidden) continue;
    const heading = entry.group.replace(/:$/, "");
    const page = pageOf(entry, (await entry.load()).default);
    groups.set(heading, [...(groups.get(heading) ?? []), page]);
  }
  return [...groups].map(([heading, pages]) => ({ heading, pages: inOrder(pages) }));
};

/** A command stands before those below it. */
const inOrder = (pages: readonly HelpPage[]): readonly HelpPage[] => {
  const firsts = [...new Set(pages.map(({ name }) => name.split(" ")[0] ?? ""))];
  return firsts.flatMap((first) => pages.filter(({ name }) => name.split(" ")[0] === first));
};

/** What a holder of commands is for. */
export const holderSummary = (name: string): string => groupOf(name).summary;
