import { catalogue, groupOf, hidden } from "./catalogue.ts";
import { globalOptions } from "./global-options.ts";
import type { HelpRow } from "./global-options.ts";
import { exitMeanings } from "./help-page.ts";
import type { HelpPage } from "./help-page.ts";
import type { Paint } from "./paint.ts";

const startHere: readonly HelpRow[] = [
  { syntax: "hookproof demo", about: "the whole story, nothing to set up" },
  { syntax: "hookproof listen -p stripe", about: "receive, verify and keep webhooks here" },
  { syntax: "hookproof verify request.http -p auto", about: "is it signed rightly, and why not" },
  { syntax: "hookproof check localhost:3000/hooks -p 10x", about: "is this receiver right" },
];

/** What `hookproof` and `hookproof --help` show. */
export const rootHelp = (paint: Paint): string => {
  const shown = catalogue.filter(({ group }) => group !== hidden);
  const sections = [...new Set(shown.map(({ group }) => group))].map((group) => {
    const rows = new Map<string, HelpRow>();
    for (const { name, summary } of shown.filter((one) => one.group === group)) {
      const [first = "", second] = name.split(" ");
      if (second === undefined || !rows.has(first)) {
        rows.set(first, { syntax: first, about: second === undefined ? summary : groupOf(first).summary });
      }
    }
    return section(group.replace(/:$/, ""), table([...rows.values()], paint, 15), paint);
  });
  return [
    paint`${paint.bold("hookproof")}: the webhook workbench for the terminal`,
    usage("hookproof <command> [arguments] [options]", paint),
    section("Start here", table(startHere, paint, 45), paint),
    ...sections,
    section("Everywhere", table(globalOptions, paint, 15), paint),
    section("Exit codes", table(exitMeanings, paint, 15), paint),
    dimmed("hookproof <command> --help shows examples, arguments and options.", paint),
  ].join("\n\n");
};

/** What a word shows that only holds commands: `hookproof dlq`. */
export const groupHelp = (name: string, paint: Paint): string => {
  const rows = catalogue
    .filter((one) => one.name.startsWith(`${name} `))
    .map((one) => ({ syntax: one.name, about: one.summary }));
  return [
    title(`hookproof ${name}`, lowered(groupOf(name).summary), paint),
    usage(`hookproof ${name} <command> [arguments] [options]`, paint),
    section("Commands", table(rows, paint), paint),
    dimmed(`hookproof ${name} <command> --help shows examples, arguments and options.`, paint),
  ].join("\n\n");
};

/** What `hookproof <command> --help` shows: examples first. */
export const commandHelp = (page: HelpPage, paint: Paint): string => {
  const width = columnOf([...page.arguments, ...page.options.flatMap(({ rows }) => rows)]);
  const below = catalogue
    .filter(({ name }) => name.startsWith(`${page.name} `))
    .map(({ name, summary }) => ({ syntax: name, about: summary }));
  return [
    title(`hookproof ${page.name}`, lowered(page.summary), paint),
    usage(page.usage, paint),
    ...(page.details === undefined ? [] : [wrapped(page.details, paint.width).join("\n")]),
    section("Examples", page.examples.flatMap((line) => exampleLines(line, paint)).join("\n"), paint),
    ...(page.arguments.length === 0 ? [] : [section("Arguments", table(page.arguments, paint, width), paint)]),
    ...page.options.map(({ heading, rows }) => section(heading, table(rows, paint, width), paint)),
    ...(below.length === 0 ? [] : [section("Commands", table(below, paint), paint)]),
    dimmed(
      `Everywhere: ${globalOptions.map(({ syntax }) => syntax).join("; ")}. hookproof --help says what they do.`,
      paint,
    ),
  ].join("\n\n");
};

/** The summary as part of a sentence; names that begin it keep their capitals. */
const lowered = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

const title = (name: string, about: string, paint: Paint): string => {
  const [first = "", ...rest] = wrapped(`${name}: ${about}`, paint.width);
  return [paint`${paint.bold(name)}${first.slice(name.length)}`, ...rest.map((line) => paint`${line}`)].join("\n");
};

const usage = (syntax: string, paint: Paint): string => {
  const [first = "", ...rest] = parted(unitsOf(syntax), paint.width - 7);
  return [paint`${paint.bold("Usage:")} ${first}`, ...rest.map((line) => paint`       ${line}`)].join("\n");
};

const dimmed = (text: string, paint: Paint): string =>
  wrapped(text, paint.width)
    .map((line) => paint`${paint.dim(line)}`)
    .join("\n");

const section = (heading: string, body: string, paint: Paint): string =>
  `${paint`${paint.bold(`${heading}:`)}`}\n${body}`;

const columnOf = (rows: readonly HelpRow[]): number =>
  Math.min(28, Math.max(0, ...rows.map(({ syntax }) => syntax.length))) + 2;

/** Narrower than this the second column would be a strip of single words. */
const narrowest = 24;

/**
 * Rows of two columns within the terminal's width; a first column that is too long has a line of its own, and so has
 * every one where the terminal is too narrow for two.
 */
const table = (rows: readonly HelpRow[], paint: Paint, wanted = columnOf(rows)): string => {
  const width = paint.width - wanted - 2 < narrowest ? 4 : wanted;
  return rows
    .flatMap(({ syntax, about }) => {
      const lines = wrapped(about, paint.width - width - 2);
      const name = paint`${paint.accent(syntax)}`;
      const rest = lines.map((line) => " ".repeat(width + 2) + paint`${line}`);
      return syntax.length >= width
        ? [`  ${name}`, ...rest]
        : [`  ${name}${" ".repeat(width - syntax.length)}${paint`${lines[0] ?? ""}`}`, ...rest.slice(1)];
    })
    .join("\n");
};

/** The words of a command line; an option keeps its value. */
const unitsOf = (line: string): readonly string[] =>
  (line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).reduce<readonly string[]>((before, word) => {
    const last = before.at(-1) ?? "";
    const isValue = /^--?[\w-]+$/.test(last) && !/^(?:[-|>]|<$)/.test(word);
    return isValue ? [...before.slice(0, -1), `${last} ${word}`] : [...before, word];
  }, []);

/** An example, parted where it is too long so that it can still be pasted. */
const exampleLines = (line: string, paint: Paint): readonly string[] => {
  const lines = parted(unitsOf(line), paint.width - 8);
  return lines.map((part, at) => (at === 0 ? "  " : "      ") + paint`${part}` + (at < lines.length - 1 ? " \\" : ""));
};

/** Text in lines of at most `width` characters, parted at blanks; its own line feeds stay. */
const wrapped = (text: string, width: number): readonly string[] =>
  text.split("\n").flatMap((paragraph) => parted(paragraph.split(" "), width));

const parted = (units: readonly string[], width: number): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  for (const unit of units) {
    if (line !== "" && line.length + 1 + unit.length > width) {
      lines.push(line);
      line = unit;
    } else {
      line = line === "" ? unit : `${line} ${unit}`;
    }
  }
  return [...lines, line];
};
