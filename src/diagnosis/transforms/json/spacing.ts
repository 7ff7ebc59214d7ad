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

/** The spacings that libraries write by themselves, by name. */
export const usual = {
  compact: { cost: 2, value: flat(",", ":"), done: "it is compact, without blanks between tokens" },
  python: { cost: 2, value: flat(", ", ": "), done: "it has Python's separators, ', ' and ': '" },
  two: { cost: 2, value: indent("  "), done: "it is indented by 2 blanks" },
  four: { cost: 2, value: indent("    "), done: "it is indented by 4 blanks" },
  tab: { cost: 3, value: indent("\t"), done: "it is indented by tabs" },
  jackson: {
    cost: 3,
    value: indent("  ", { colon: " : ", flatArrays: true, empty: [" ", " "] }),
    done: "it is indented as Jackson writes it",
  },
  swift: {
    cost: 3,
    value: indent("  ", { colon: " : ", empty: ["\n\n", "\n\n"] }),
    done: "it is indented as Swift writes it, empty objects and lists on lines of their own",
  },
  ruby: {
    cost: 3,
    value: indent("  ", { empty: ["\n", "\n\n"] }),
    done: "it is indented as Ruby's JSON.pretty_generate() writes it, empty objects and lists on lines of their own",
  },
  perl: {
    cost: 4,
    value: indent("   ", { colon: " : " }),
    done: "it is indented by 3 blanks with ' : ', as Perl has it",
  },
} as const satisfies Readonly<Record<string, Choice<Spacing>>>;

/** Every spacing that is tried: what libraries write, then what people and templates write. */
export const spacings: readonly Choice<Spacing>[] = [
  usual.compact,
  usual.python,
  usual.two,
  usual.four,
  usual.tab,
  usual.jackson,
  { cost: 3, value: flat(", ", ":", " "), done: "blanks stand inside its brackets and after commas" },
  { cost: 3, value: flat(", ", ":", " ", ""), done: "blanks stand inside its braces and after commas" },
  { cost: 3, value: flat(", ", ": ", " "), done: "blanks stand inside its brackets, after commas and colons" },
  { cost: 3, value: flat(", ", ": ", " ", ""), done: "blanks stand inside its braces, after commas and colons" },
  { cost: 3, value: flat(",", ": "), done: "a blank stands after each colon" },
  { cost: 3, value: flat(", ", ":"), done: "a blank stands after each comma" },
  { cost: 4, value: indent("  ", { colon: " : " }), done: "it is indented by 2 blanks with ' : '" },
  usual.swift,
  usual.ruby,
  usual.perl,
  { cost: 4, value: indent("  ", { colon: ":" }), done: "it is indented by 2 blanks without a blank after colons" },
  { cost: 4, value: indent("   "), done: "it is indented by 3 blanks" },
  { cost: 4, value: indent(" "), done: "it is indented by 1 blank" },
  { cost: 4, value: indent(""), done: "each value stands on a line of its own" },
  {
    cost: 4,
    value: indent("  ", { eol: "\r\n" }),
    done: "it is indented by 2 blanks on lines that end with CRLF",
  },
  { cost: 4, value: flat(" , ", " : "), done: "blanks stand around commas and colons" },
  {
    cost: 4,
    value: flat(", ", " : ", " "),
    done: "blanks stand inside its brackets, after commas and around colons, as MongoDB's shell has it",
  },
  {
    cost: 4,
    value: flat(", ", " : "),
    done: "blanks stand after commas and around colons, as PostgreSQL's json_build_object() has it",
  },
  { cost: 4, value: flat(",", ":", " "), done: "blanks stand inside its brackets" },
];
