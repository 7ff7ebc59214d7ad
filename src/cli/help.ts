import { Help } from "commander";
import type { Command, HelpConfiguration } from "commander";
import { CommandLine } from "./command-line.ts";
import type { Paint } from "./paint.ts";
import { pasteable, wrapUnits } from "./wrap.ts";

/** A row with two columns. */
export type HelpRow = readonly [term: string, about: string];

const startHere: readonly HelpRow[] = [
  ["hookproof demo", "end-to-end demo, no setup"],
  ["hookproof verify --example", "why a sample request's signature fails"],
  ["hookproof init", "set up a project: platform, endpoint, secret"],
  ["hookproof listen -p stripe", "receive and verify webhooks locally"],
  ["hookproof check localhost:3000/hooks -p 10x", "test a webhook endpoint"],
];

/** The exit codes; docs/exit-codes.md has the details. */
export const exitMeanings: readonly HelpRow[] = [
  ["0", "yes: signed, valid, delivered, all checks passed, bundle complete"],
  ["1", "no: invalid, not delivered, a check failed, events left undelivered, bundle incomplete"],
  ["2", "usage error: unknown flag, invalid value, unreadable input, invalid configuration"],
  ["3", "could not run: port taken, backend unreachable, disk full, no permission"],
  ["4", "refused: the platform's API rejected the credentials"],
  ["130, 143", "interrupted (listen and simulate exit 0: interrupting is how you stop them)"],
];

const standard = new Help();

/** If the second column would be narrower than this, it goes below the first. */
const narrowest = 20;

/** commander's help with purpose and examples first, option groups, and our colours. */
export const helpConfiguration = (paintOf: () => Paint): HelpConfiguration => {
  const accent = (text: string): string => {
    const paint = paintOf();
    return paint`${paint.accent(text)}`;
  };
  return {
    minWidthToWrap: narrowest,
    styleTitle: (text) => {
      const paint = paintOf();
      return paint`${paint.bold(text)}`;
    },
    styleOptionTerm: accent,
    styleArgumentTerm: accent,
    styleSubcommandTerm: accent,
    subcommandTerm: (command) => command.name(),
    formatItem: (term, column, about, helper) => {
      const width = (helper.helpWidth ?? 80) - 4;
      // commander would let the line overflow.
      if (width - column < narrowest)
        return `  ${term}\n      ${helper.boxWrap(about, width - 2).replaceAll("\n", "\n      ")}`;
      return standard.formatItem.call(helper, term, column, about, helper);
    },
    formatHelp: (command, helper) =>
      command instanceof CommandLine ? `${page(command, helper).join("\n\n")}\n` : standard.formatHelp(command, helper),
  };
};

const page = (command: CommandLine, helper: Help): readonly string[] => {
  const width = helper.helpWidth ?? 80;
  const isRoot = command.parent === null;
  const list = (heading: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [[helper.styleTitle(heading), ...lines].join("\n")];
  const rows = (all: readonly HelpRow[], column = Math.max(...all.map(([term]) => term.length))): readonly string[] =>
    all.map(([term, about]) => helper.formatItem(helper.styleOptionTerm(term), column, about, helper));
  const column = helper.padWidth(command, helper);
  const examples = command.record?.examples ?? [];
  const details = command.description();
  return [
    titleOf(command, helper, width),
    hanging(`${helper.styleTitle("Usage:")} `, 7, helper.commandUsage(command).trim(), width),
    ...(details === "" ? [] : [helper.boxWrap(details, width)]),
    ...list(
      "Examples:",
      examples.flatMap((line) => exampleLines(line, width)),
    ),
    ...(isRoot ? list("Start here:", rows(startHere)) : []),
    ...list("Arguments:", rows(argumentRows(command, helper), column)),
    ...commandGroups(command, helper).flatMap(({ heading, rows: its }) => list(heading, rows(its, column))),
    ...optionGroups(command, helper).flatMap(({ heading, rows: its }) => list(heading, rows(its, column))),
    ...(isRoot ? list("Exit codes:", rows(exitMeanings, column)) : []),
    ...(command.commands.length === 0
      ? []
      : [helper.boxWrap(`Run '${command.path} <command> --help' for the examples and options of a command.`, width)]),
  ];
};

/** Rows with a heading. */
export interface HelpSection {
  readonly heading: string;
  readonly rows: readonly HelpRow[];
}

/** The arguments of a command. */
export const argumentRows = (command: Command, helper: Help = standard): readonly HelpRow[] =>
  helper.visibleArguments(command).map((one) => [helper.argumentTerm(one), helper.argumentDescription(one)]);

/** A command's options in groups, the global ones last. */
export const optionGroups = (command: Command, helper: Help = standard): readonly HelpSection[] => {
  const groups = helper.groupItems(
    [...command.options],
    helper.visibleOptions(command),
    (option) => option.helpGroupHeading ?? "Options:",
  );
  return sections(groups, (option) => [helper.optionTerm(option), helper.optionDescription(option)]);
};

const commandGroups = (command: Command, helper: Help): readonly HelpSection[] => {
  const groups = helper.groupItems([...command.commands], helper.visibleCommands(command), (one) => one.helpGroup());
  return sections(groups, (one) => [helper.subcommandTerm(one), helper.subcommandDescription(one)]);
};

const sections = <T>(groups: ReadonlyMap<string, readonly T[]>, row: (item: T) => HelpRow): readonly HelpSection[] =>
  [...groups].flatMap(([heading, items]) => (items.length === 0 ? [] : [{ heading, rows: items.map(row) }]));

const titleOf = (command: CommandLine, helper: Help, width: number): string => {
  const text = helper.boxWrap(`${command.path}: ${asSentencePart(command.summary())}`, width);
  return helper.styleTitle(command.path) + text.slice(command.path.length);
};

/** Lowercases a summary for use inside a sentence; proper names such as Context Store keep their capitals. */
const asSentencePart = (text: string): string =>
  /^[A-Z][a-z]+(?! [A-Z])\b/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

const hanging = (lead: string, indent: number, text: string, width: number): string =>
  lead + wrapUnits(text, width - indent).join(`\n${" ".repeat(indent)}`);

/** An example, broken into lines if it is too long, so that it can still be pasted. */
const exampleLines = (line: string, width: number): readonly string[] =>
  pasteable(line, width - 6).map((part, at) => (at === 0 ? "  " : "      ") + part);
