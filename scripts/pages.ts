import { buildProgram, commandAt } from "../src/cli/build.ts";
import { commands } from "../src/cli/commands.ts";
import { globalGroup } from "../src/cli/global-options.ts";
import { argumentRows, optionGroups } from "../src/cli/help.ts";
import type { HelpRow, HelpSection } from "../src/cli/help.ts";

/** Everything documented about a command; used for the man page and docs/commands.md. */
export interface Page {
  readonly name: string;
  readonly summary: string;
  readonly details: string;
  readonly usage: string;
  readonly examples: readonly string[];
  readonly arguments: readonly HelpRow[];
  readonly options: readonly HelpSection[];
}

export interface Group {
  readonly heading: string;
  readonly pages: readonly Page[];
}

/** The options that every command has. */
export const globalRows = (): readonly HelpRow[] => optionGroups(buildProgram()).flatMap(({ rows }) => rows);

/** The pages of all commands, grouped and ordered as in the help. */
export const groupsOfPages = async (): Promise<readonly Group[]> => {
  const groups = new Map<string, Page[]>();
  for (const { name, group, hidden, load } of commands) {
    if (hidden !== true && load !== undefined) groups.set(group, [...(groups.get(group) ?? []), await pageOf(name)]);
  }
  return [...groups].map(([heading, pages]) => ({ heading, pages: inOrder(pages) }));
};

const pageOf = async (name: string): Promise<Page> => {
  const { command } = await commandAt(buildProgram(), name.split(" "));
  return {
    name,
    summary: command.summary(),
    details: command.description(),
    usage: command.createHelp().commandUsage(command),
    examples: command.record?.examples ?? [],
    arguments: argumentRows(command),
    options: optionGroups(command).filter(({ heading }) => heading !== globalGroup),
  };
};

/** Sorts a command before its subcommands. */
const inOrder = (pages: readonly Page[]): readonly Page[] => {
  const firsts = [...new Set(pages.map(({ name }) => name.split(" ")[0] ?? ""))];
  return firsts.flatMap((first) => pages.filter(({ name }) => name.split(" ")[0] === first));
};
