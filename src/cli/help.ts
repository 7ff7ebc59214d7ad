import { catalogue, groupOf, hidden } from "./catalogue.ts";
import { globalOptions } from "./global-options.ts";
import type { HelpRow } from "./global-options.ts";
import { exitMeanings } from "./help-page.ts";
import type { HelpPage } from "./help-page.ts";
import type { Paint } from "./render/paint.ts";

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
    paint`${paint.bold("Usage:")} hookproof <command> [arguments] [options]`,
    section("Start here", table(startHere, paint, 45), paint),
    ...sections,
    section("Everywhere", table(globalOptions, paint, 15), paint),
    section("Exit codes", table(exitMeanings, paint, 15), paint),
    paint`${paint.dim("hookproof <command> --help shows examples, arguments and options.")}`,
  ].join("\n\n");
};

/** What a word shows that only holds commands: `hookproof dlq`. */
export const groupHelp = (name: string, paint: Paint): string => {
  const rows = catalogue
    .filter((one) => one.name.startsWith(`${name} `))
    .map((one) => ({ syntax: one.name, about: one.summary }));
  return [
    title(`hookproof ${name}`, lowered(groupOf(name).summary), paint),
    paint`${paint.bold("Usage:")} hookproof ${name} <command> [arguments] [options]`,
    section("Commands", table(rows, paint), paint),
    paint`${paint.dim(`hookproof ${name} <command> --help shows examples, arguments and options.`)}`,
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
    paint`${paint.bold("Usage:")} ${page.usage}`,
    ...(page.details === undefined ? [] : [wrapped(page.details, paint.width).join("\n")]),
    section("Examples", page.examples.flatMap((line) => exampleLines(line, paint)).join("\n"), paint),
    ...(page.arguments.length === 0 ? [] : [section("Arguments", table(page.arguments, paint, width), paint)]),
    ...page.options.map(({ heading, rows }) => section(heading, table(rows, paint, width), paint)),
    ...(below.length === 0 ? [] : [section("Commands", table(below, paint), paint)]),
    wrapped(
      `Everywhere: ${globalOptions.map(({ syntax }) => syntax).join("; ")}. hookproof --help says what they do.`,
      paint.width,
    )
      .map((line) => paint`${paint.dim(line)}`)
      .join("\n"),
  ].join("\n\n");
};

/** The summary as part of a sentence; names that begin it keep their capitals. */
const lowered = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

const title = (name: string, about: string, paint: Paint): string => {
  const [first = "", ...rest] = wrapped(`${name}: ${about}`, paint.width);
  return [paint`${paint.bold(name)}${first.slice(name.length)}`, ...rest.map((line) => paint`${line}`)].join("\n");
};

const section = (heading: string, body: string, paint: Paint): string =>
  `${paint`${paint.bold(`${heading}:`)}`}\n${body}`;

const columnOf = (rows: readonly HelpRow[]): number =>
  Math.min(28, Math.max(0, ...rows.map(({ syntax }) => syntax.length))) + 2;

/** Rows of two columns within the terminal's width; a first column that is too long has a line of its own. */
const table = (rows: readonly HelpRow[], paint: Paint, width = columnOf(rows)): string =>
  rows
    .flatMap(({ syntax, about }) => {
      const lines = wrapped(about, Math.max(20, paint.width - width - 2));
      const name = paint`${paint.accent(syntax)}`;
      const rest = lines.map((line) => " ".repeat(width + 2) + paint`${line}`);
      return syntax.length >= width
        ? [`  ${name}`, ...rest]
        : [`  ${name}${" ".repeat(width - syntax.length)}${paint`${lines[0] ?? ""}`}`, ...rest.slice(1)];
    })
    .join("\n");

/** An example, parted where it is too long so that it can still be pasted; an option keeps its value. */
const exampleLines = (line: string, paint: Paint): readonly string[] => {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  const units = words.reduce<readonly string[]>((before, word) => {
    const last = before.at(-1) ?? "";
    const isValue = /^--?[\w-]+$/.test(last) && !/^[-|<>]/.test(word);
    return isValue ? [...before.slice(0, -1), `${last} ${word}`] : [...before, word];
  }, []);
  const lines = parted(units, paint.width - 8);
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
