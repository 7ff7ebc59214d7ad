import { isInteger } from "../../../values/json-numbers.ts";
import type { NumberStyle } from "../../../values/json-numbers.ts";
import type { StringStyle } from "../../../values/json-strings.ts";
import { keepStyle, writeJson } from "../../../values/json-style.ts";
import type { JsonStyle, KeyOrder, Spacing } from "../../../values/json-style.ts";
import { readJson } from "../../../values/json-text.ts";
import type { JsonNode } from "../../../values/json-text.ts";
import { firstDifference } from "../types.ts";
import type { Body, BodyChange, Step, Transform } from "../types.ts";

/** Larger JSON is not written anew on trial. */
const maxJson = 3 * 1024 * 1024;
/** Styles tried of one document, the likeliest first. */
const maxStyles = 2500;

/** A value of one dimension of style: what it costs to believe in it, and what it changes. */
interface Choice<T> {
  readonly value: T;
  readonly cost: number;
  readonly done: string;
}

interface Choices {
  readonly spacing: readonly Choice<Spacing>[];
  readonly order: readonly Choice<KeyOrder>[];
  readonly strings: readonly Choice<StringStyle>[];
  readonly numbers: readonly Choice<NumberStyle>[];
}

/** JSON written in another style: blanks, key order, escapes, numbers, alone and together. */
export const rewrittenJson: Transform = {
  family: "json",
  layer: 2,
  *changes({ text, room }: Body): Iterable<BodyChange> {
    if (text === undefined || text.length > maxJson || !/^\ufeff?\s*[{["\d-]/.test(text)) return;
    const root = readJson(text);
    if (root === undefined) return;
    for (const { cost, picks } of combinations(choicesFor(text, root), room)) {
      const style = styleOf(picks);
      yield {
        cost,
        bytes: () => Buffer.from(writeJson(text, root, style), "utf8"),
        steps: (before) => stepsOf(text, root, before, picks),
      };
    }
  },
};

interface Picks {
  readonly spacing?: Choice<Spacing>;
  readonly order?: Choice<KeyOrder>;
  readonly strings?: Choice<StringStyle>;
  readonly numbers?: Choice<NumberStyle>;
}

const styleOf = (picks: Picks): JsonStyle => ({
  spacing: picks.spacing?.value ?? keepStyle.spacing,
  order: picks.order?.value ?? keepStyle.order,
  strings: picks.strings?.value ?? keepStyle.strings,
  numbers: picks.numbers?.value ?? keepStyle.numbers,
});

/** Together they cost less than one after the other: a library that writes JSON does all of it at once. */
const combinations = (choices: Choices, room: number): readonly { readonly cost: number; readonly picks: Picks }[] => {
  const all: { cost: number; picks: Picks }[] = [];
  const withNone = <T>(list: readonly Choice<T>[]): readonly (Choice<T> | undefined)[] => [
    undefined,
    ...list.filter((choice) => choice.cost <= room),
  ];
  for (const numbers of withNone(choices.numbers)) {
    // A guess at single numbers goes only with what is likely by itself, or there would be thousands.
    const isParticular = numbers !== undefined && "at" in numbers.value;
    for (const spacing of withNone(choices.spacing)) {
      if (isParticular && (spacing?.cost ?? 0) > 3) continue;
      for (const order of withNone(isParticular ? [] : choices.order)) {
        for (const strings of withNone(choices.strings)) {
          if (isParticular && ((strings?.cost ?? 0) > 3 || (strings !== undefined && (spacing?.cost ?? 0) > 2)))
            continue;
          const cost = costOf(spacing?.cost ?? 0, order?.cost ?? 0, strings?.cost ?? 0, numbers?.cost ?? 0);
          if (cost === 0 || cost > room) continue;
          all.push({
            cost,
            picks: {
              ...(spacing === undefined ? {} : { spacing }),
              ...(order === undefined ? {} : { order }),
              ...(strings === undefined ? {} : { strings }),
              ...(numbers === undefined ? {} : { numbers }),
            },
          });
          if (all.length > maxStyles * 4) return cheapest(all);
        }
      }
    }
  }
  return cheapest(all);
};

const cheapest = <T extends { readonly cost: number }>(all: readonly T[]): readonly T[] =>
  all.toSorted((a, b) => a.cost - b.cost).slice(0, maxStyles);

const costOf = (...costs: readonly number[]): number => {
  const most = Math.max(...costs);
  const sum = costs.reduce((total, one) => total + (one === 0 ? 0 : Math.max(1, one - 1)), 0);
  return most === 0 ? 0 : sum - Math.max(1, most - 1) + most;
};

const flat = (item: string, colon: string, pad = ""): Spacing => ({ kind: "flat", item, colon, pad });
const indent = (unit: string, more: { colon?: string; flatArrays?: boolean } = {}): Spacing => ({
  kind: "indent",
  unit,
  eol: "\n",
  colon: ": ",
  ...more,
});

const spacings: readonly Choice<Spacing>[] = [
  { cost: 2, value: flat(",", ":"), done: "it is compact, without blanks between tokens" },
  { cost: 2, value: flat(", ", ": "), done: "it has Python's separators, ', ' and ': '" },
  { cost: 2, value: indent("  "), done: "it is indented by 2 blanks" },
  { cost: 2, value: indent("    "), done: "it is indented by 4 blanks" },
  { cost: 3, value: indent("\t"), done: "it is indented by tabs" },
  { cost: 3, value: flat(", ", ":", " "), done: "blanks stand inside its brackets and after commas" },
  {
    cost: 3,
    value: { kind: "flat", item: ", ", colon: ":", pad: " ", arrayPad: "" },
    done: "blanks stand inside its braces and after commas",
  },
  { cost: 3, value: flat(", ", ": ", " "), done: "blanks stand inside its brackets, after commas and colons" },
  {
    cost: 3,
    value: { kind: "flat", item: ", ", colon: ": ", pad: " ", arrayPad: "" },
    done: "blanks stand inside its braces, after commas and colons",
  },
  { cost: 3, value: flat(",", ": "), done: "a blank stands after each colon" },
  { cost: 3, value: flat(", ", ":"), done: "a blank stands after each comma" },
  { cost: 3, value: indent("  ", { colon: " : ", flatArrays: true }), done: "it is indented as Jackson writes it" },
  { cost: 4, value: indent("  ", { colon: " : " }), done: "it is indented by 2 blanks with ' : '" },
  { cost: 4, value: indent("  ", { colon: ":" }), done: "it is indented by 2 blanks without a blank after colons" },
  { cost: 4, value: indent("   "), done: "it is indented by 3 blanks" },
  { cost: 4, value: indent(" "), done: "it is indented by 1 blank" },
  {
    cost: 4,
    value: { kind: "indent", unit: "", eol: "\n", colon: ": " },
    done: "each value stands on a line of its own",
  },
  {
    cost: 4,
    value: { kind: "indent", unit: "  ", eol: "\r\n", colon: ": " },
    done: "it is indented by 2 blanks on lines that end with CRLF",
  },
  { cost: 4, value: flat(" , ", " : "), done: "blanks stand around commas and colons" },
  { cost: 4, value: flat(",", ":", " "), done: "blanks stand inside its brackets" },
];

const choicesFor = (text: string, root: JsonNode): Choices => ({
  spacing: root.kind === "object" || root.kind === "array" ? spacings : [],
  order: orderChoices(root),
  strings: stringChoices(text),
  numbers: numberChoices(root),
});

const orderChoices = (root: JsonNode): readonly Choice<KeyOrder>[] => {
  let isSorted = true;
  let isMoved = false;
  const walk = (node: JsonNode): void => {
    if (node.kind === "array") node.items.forEach(walk);
    if (node.kind !== "object") return;
    const keys = node.members.map((member) => member.key);
    if (new Set(keys).size < keys.length || keys.some((key) => /^\d+$/.test(key))) isMoved = true;
    if (keys.some((key, at) => at > 0 && key < (keys[at - 1] ?? ""))) isSorted = false;
    for (const member of node.members) walk(member.value);
  };
  walk(root);
  return [
    ...(isSorted ? [] : [{ cost: 3, value: "sorted", done: "its keys are sorted" } as const]),
    ...(isMoved
      ? [
          {
            cost: 3,
            value: "js",
            done: "its keys stand as JavaScript orders them: integers first, of duplicates the last",
          } as const,
        ]
      : []),
  ];
};

const stringChoices = (text: string): readonly Choice<StringStyle>[] => {
  const has = {
    slash: /[^\\]\//.test(text),
    escapedSlash: text.includes("\\/"),
    raw: /[\u0080-\uffff]/.test(text),
    unicode: /\\u(?!00[0-7])[0-9a-f]{4}/i.test(text),
    html: /[<>&\u2028\u2029]/.test(text),
    escapedHtml: /\\u(?:003[ce]|0026|202[89])/i.test(text),
    ascii: /\\u00[0-7]/.test(text),
    letters: /\\u[0-9]*[a-f]/i.test(text),
  };
  const slashUp: Choice<StringStyle> = { cost: 2, value: { slash: "escaped" }, done: "\\/ is restored for /" };
  const slashDown: Choice<StringStyle> = { cost: 2, value: { slash: "raw" }, done: "/ is restored for \\/" };
  const lower: Choice<StringStyle> = {
    cost: 2,
    value: { nonAscii: "lower" },
    done: "\\uXXXX is restored for what is not ASCII",
  };
  const upper: Choice<StringStyle> = {
    cost: 3,
    value: { nonAscii: "upper" },
    done: "\\uXXXX with upper-case digits is restored for what is not ASCII",
  };
  const plain: Choice<StringStyle> = { cost: 2, value: { nonAscii: "raw" }, done: "UTF-8 is restored for \\uXXXX" };
  const html: Choice<StringStyle> = {
    cost: 3,
    value: { html: "lower" },
    done: "\\u003c, \\u003e and \\u0026 are restored for <, > and &",
  };
  const htmlUpper: Choice<StringStyle> = {
    cost: 4,
    value: { html: "upper" },
    done: "\\u003C, \\u003E and \\u0026 are restored for <, > and &",
  };
  const htmlRaw: Choice<StringStyle> = {
    cost: 2,
    value: { html: "raw" },
    done: "<, > and & are restored for their escapes",
  };
  const slashes = [...(has.slash ? [slashUp] : []), ...(has.escapedSlash ? [slashDown] : [])];
  const unicodes = [
    ...(has.raw || (has.unicode && has.letters) ? [lower, upper] : []),
    ...(has.unicode ? [plain] : []),
  ];
  const htmls = [...(has.html ? [html, htmlUpper] : []), ...(has.escapedHtml ? [htmlRaw] : [])];
  const others: Choice<StringStyle>[] = [
    ...(has.ascii
      ? [{ cost: 3, value: { ascii: "short" }, done: "ASCII stands without needless escapes" } as const]
      : []),
    ...(has.letters && has.unicode
      ? [
          { cost: 3, value: { hex: "lower" }, done: "escapes have lower-case digits" } as const,
          { cost: 3, value: { hex: "upper" }, done: "escapes have upper-case digits" } as const,
        ]
      : []),
  ];
  const both = (a: Choice<StringStyle>, b: Choice<StringStyle>): Choice<StringStyle> => ({
    cost: Math.max(a.cost, b.cost) + 1,
    value: { ...a.value, ...b.value },
    done: `${a.done}, ${b.done}`,
  });
  const pairs = [
    ...slashes.flatMap((a) => [...unicodes, ...htmls, ...others].map((b) => both(a, b))),
    ...unicodes.flatMap((a) => [...htmls, ...others].map((b) => both(a, b))),
    ...htmls.flatMap((a) => others.map((b) => both(a, b))),
  ];
  const triples = slashes.flatMap((a) => unicodes.flatMap((b) => htmls.map((c) => both(both(a, b), c))));
  return [...slashes, ...unicodes, ...htmls, ...others, ...pairs, ...triples];
};

const numberChoices = (root: JsonNode): readonly Choice<NumberStyle>[] => {
  const numbers: string[] = [];
  const walk = (node: JsonNode): void => {
    if (node.kind === "number") numbers.push(node.raw);
    else if (node.kind === "array") node.items.forEach(walk);
    else if (node.kind === "object") for (const member of node.members) walk(member.value);
  };
  walk(root);
  if (numbers.length === 0) return [];
  const choices: Choice<NumberStyle>[] = [];
  if (numbers.some((raw) => !isInteger(raw) || raw.length > 15 || raw === "-0")) {
    choices.push({ cost: 2, value: { kind: "js" }, done: "its numbers are written as JavaScript prints them" });
    choices.push({ cost: 3, value: { kind: "python" }, done: "its numbers are written as Python prints them" });
  }
  if (numbers.some(isInteger))
    choices.push({ cost: 3, value: { kind: "float" }, done: ".0 is restored on every integer" });
  choices.push(
    {
      cost: 3,
      value: { kind: "decimals", digits: 2, integers: false },
      done: "two decimals are restored on every fraction",
    },
    {
      cost: 4,
      value: { kind: "decimals", digits: 2, integers: true },
      done: "two decimals are restored on every number",
    },
  );
  // Which of the numbers lost its spelling is not to be seen: each is tried, as far as there are few.
  for (const [at, raw] of numbers.slice(0, 24).entries()) {
    for (const [cost, spelling] of spellings(raw)) {
      if (numbers.length > 12 && cost > 3) continue;
      choices.push({ cost, value: { kind: "one", at, raw: spelling }, done: `${spelling} is restored for ${raw}` });
    }
  }
  const integers = numbers.flatMap((raw, at) => (isInteger(raw) ? [at] : []));
  if (integers.length > 2 && integers.length <= 10) {
    for (let mask = 3; mask < 2 ** integers.length - 1; mask++) {
      const at = integers.filter((_, bit) => (mask >> bit) % 2 === 1);
      if (at.length > 1) {
        choices.push({ cost: 5, value: { kind: "float", at }, done: `.0 is restored on ${at.length} integers` });
      }
    }
  }
  return choices;
};

/** How a number may have been written before a parser printed it anew. */
function* spellings(raw: string): Generator<readonly [cost: number, spelling: string]> {
  if (isInteger(raw)) {
    yield [3, `${raw}.0`];
    yield [4, `${raw}.00`];
    if (raw === "0") {
      yield [3, "-0"];
      yield [4, "-0.0"];
      yield [4, "0e0"];
    }
    const zeros = /[1-9](0+)$/.exec(raw)?.[1]?.length ?? 0;
    for (let power = zeros; power > 0 && power > zeros - 3; power--) {
      const digits = raw.slice(0, -power);
      for (const mark of ["e", "E", "e+", "E+"]) yield [4, `${digits}${mark}${power}`];
      if (power === zeros) for (const mark of ["e", "E", "e+", "E+"]) yield [5, `${digits}.0${mark}${power}`];
    }
    const lead = /^(-?\d)(\d+?)0*$/.exec(raw);
    if (lead !== null && raw.length > 2) {
      const power = raw.replace("-", "").length - 1;
      for (const mark of ["e", "E", "e+", "E+"]) yield [5, `${lead[1]}.${lead[2]}${mark}${power}`];
    }
    return;
  }
  if (!/e/i.test(raw)) {
    yield [3, `${raw}0`];
    yield [4, `${raw}00`];
    const exponent = Number(raw).toExponential();
    for (const spelling of [exponent, exponent.replace("e", "E"), exponent.replace("e+", "e")]) yield [4, spelling];
    return;
  }
  const plain = Number(raw);
  if (Number.isFinite(plain) && Math.abs(plain) < 1e21 && Math.abs(plain) >= 1e-6) yield [3, String(plain)];
  if (/e\+/i.test(raw)) yield [3, raw.replace("+", "")];
  yield [3, raw.replace(/e\+?(?=\d)/i, "e+")];
  yield [4, raw.replace(/e/i, (mark) => (mark === "e" ? "E" : "e"))];
  yield [4, raw.replace(/e([+-]?)0+(?=\d)/i, "e$1")];
  yield [4, raw.replace(/e([+-]?)(\d)$/i, "e$10$2")];
}

/** The findings of a style: those of its parts that change the text by themselves. */
const stepsOf = (text: string, root: JsonNode, before: Buffer, picks: Picks): readonly Step[] => {
  const alone = (style: Partial<JsonStyle>): { readonly firstByte: number | null; readonly places: number } => {
    const made = writeJson(text, root, { ...keepStyle, ...style });
    return { firstByte: firstDifference(before, Buffer.from(made, "utf8")), places: differing(root, made) };
  };
  const steps: Step[] = [];
  const rewriting = alone({
    ...(picks.spacing === undefined ? {} : { spacing: picks.spacing.value }),
    ...(picks.order === undefined ? {} : { order: picks.order.value }),
  });
  if (rewriting.firstByte !== null) {
    const parts = [picks.spacing, picks.order].flatMap((choice) => (choice === undefined ? [] : [choice.done]));
    steps.push({ code: "body-reserialized", done: parts.join(" and "), firstByte: rewriting.firstByte });
  }
  const { slash, ...others } = picks.strings?.value ?? {};
  const words = picks.strings?.done.split(", ") ?? [];
  const slashDone = words.find((word) => word.includes("\\/")) ?? "";
  const otherDone = words.filter((word) => word !== slashDone).join(", ");
  for (const [strings, done] of [
    [slash === undefined ? {} : { slash }, slashDone],
    [others, otherDone],
  ] as const) {
    if (Object.keys(strings).length === 0) continue;
    const found = alone({ strings });
    if (found.firstByte !== null) steps.push({ code: "body-escapes", done, ...found });
  }
  if (picks.numbers !== undefined) {
    const found = alone({ numbers: picks.numbers.value });
    if (found.firstByte !== null) steps.push({ code: "body-numbers", done: picks.numbers.done, ...found });
  }
  return steps;
};

/** How many scalars and keys are written differently in two texts of one document with the same blanks. */
const differing = (root: JsonNode, made: string): number => {
  const other = readJson(made);
  if (other === undefined) return 1;
  let count = 0;
  const escapes = (a: string, b: string): number => Math.max(1, Math.abs(tokens(a) - tokens(b)));
  const walk = (a: JsonNode, b: JsonNode): void => {
    if (a.kind === "object" && b.kind === "object") {
      for (const [at, member] of a.members.entries()) {
        const twin = b.members[at];
        if (twin === undefined) continue;
        if (twin.rawKey !== member.rawKey) count += escapes(twin.rawKey, member.rawKey);
        walk(member.value, twin.value);
      }
    } else if (a.kind === "array" && b.kind === "array") {
      for (const [at, item] of a.items.entries()) {
        const twin = b.items[at];
        if (twin !== undefined) walk(item, twin);
      }
    } else if ("raw" in a && "raw" in b && a.raw !== b.raw) {
      count += a.kind === "string" ? escapes(a.raw, b.raw) : 1;
    }
  };
  walk(root, other);
  return count;
};

const tokens = (raw: string): number => raw.match(/\\u[0-9a-fA-F]{4}|\\\//g)?.length ?? 0;
