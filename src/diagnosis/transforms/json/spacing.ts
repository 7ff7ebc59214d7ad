import type { Spacing } from "../../../values/json-style.ts";
import type { Choice } from "./choices.ts";

const flat = (item: string, colon: string, pad = "", arrayPad?: string): Spacing => ({
  kind: "flat",
  item,
  colon,
  pad,
  ...(arrayPad === undefined ? {} : { arrayPad }),
});
const indent = (
  unit: string,
  more: Partial<Omit<Extract<Spacing, { kind: "indent" }>, "kind" | "unit">> = {},
): Spacing => ({
  kind: "indent",
  unit,
  eol: "\n",
  colon: ": ",
  ...more,
});

/** The default spacings of libraries, by name. */
export const usual = {
  compact: { cost: 2, value: flat(",", ":"), done: "it is compact, without whitespace between tokens" },
  python: { cost: 2, value: flat(", ", ": "), done: "it has Python's separators, ', ' and ': '" },
  two: { cost: 2, value: indent("  "), done: "it is indented with 2 spaces" },
  four: { cost: 2, value: indent("    "), done: "it is indented with 4 spaces" },
  tab: { cost: 3, value: indent("\t"), done: "it is indented with tabs" },
  jackson: {
    cost: 3,
    value: indent("  ", { colon: " : ", flatArrays: true, empty: [" ", " "] }),
    done: "it is indented as Jackson writes it",
  },
  swift: {
    cost: 3,
    value: indent("  ", { colon: " : ", empty: ["\n\n", "\n\n"] }),
    done: "it is indented as Swift writes it, with empty objects and lists on separate lines",
  },
  ruby: {
    cost: 3,
    value: indent("  ", { empty: ["\n", "\n\n"] }),
    done: "it is indented as Ruby's JSON.pretty_generate() writes it, with empty objects and lists on separate lines",
  },
  perl: {
    cost: 4,
    value: indent("   ", { colon: " : " }),
    done: "it is indented with 3 spaces and ' : ', as in Perl",
  },
} as const satisfies Readonly<Record<string, Choice<Spacing>>>;

/** Every spacing to try: those of libraries first, then those of people and templates. */
export const spacings: readonly Choice<Spacing>[] = [
  usual.compact,
  usual.python,
  usual.two,
  usual.four,
  usual.tab,
  usual.jackson,
  { cost: 3, value: flat(", ", ":", " "), done: "it has spaces inside brackets and after commas" },
  { cost: 3, value: flat(", ", ":", " ", ""), done: "it has spaces inside braces and after commas" },
  { cost: 3, value: flat(", ", ": ", " "), done: "it has spaces inside brackets and after commas and colons" },
  { cost: 3, value: flat(", ", ": ", " ", ""), done: "it has spaces inside braces and after commas and colons" },
  { cost: 3, value: flat(",", ": "), done: "it has a space after each colon" },
  { cost: 3, value: flat(", ", ":"), done: "it has a space after each comma" },
  { cost: 4, value: indent("  ", { colon: " : " }), done: "it is indented with 2 spaces and ' : '" },
  usual.swift,
  usual.ruby,
  usual.perl,
  { cost: 4, value: indent("  ", { colon: ":" }), done: "it is indented with 2 spaces, without a space after colons" },
  { cost: 4, value: indent("   "), done: "it is indented with 3 spaces" },
  { cost: 4, value: indent(" "), done: "it is indented with 1 space" },
  { cost: 4, value: indent(""), done: "each value is on its own line" },
  {
    cost: 4,
    value: indent("  ", { eol: "\r\n" }),
    done: "it is indented with 2 spaces on lines that end with CRLF",
  },
  { cost: 4, value: flat(" , ", " : "), done: "it has spaces around commas and colons" },
  {
    cost: 4,
    value: flat(", ", " : ", " "),
    done: "it has spaces inside brackets, after commas and around colons, as in MongoDB's shell",
  },
  {
    cost: 4,
    value: flat(", ", " : "),
    done: "it has spaces after commas and around colons, as in PostgreSQL's json_build_object()",
  },
  { cost: 4, value: flat(",", ":", " "), done: "it has spaces inside brackets" },
];
