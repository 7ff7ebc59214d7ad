import { isInteger, styleNumber } from "../../../values/json-numbers.ts";
import type { NumberStyle } from "../../../values/json-numbers.ts";
import type { JsonNode } from "../../../values/json-text.ts";
import type { Choice } from "./choices.ts";
import { withoutEnd } from "../../../values/cut.ts";

type NumberNode = Extract<JsonNode, { readonly raw: string }>;

/** The document's numbers as written, in order of appearance. */
export const numbersOf = (root: JsonNode): readonly string[] => numbersWithPlaces(root).map(({ raw }) => raw);

/** The same, with their positions in the text. */
export const numbersWithPlaces = (root: JsonNode): readonly NumberNode[] => {
  const numbers: NumberNode[] = [];
  const walk = (node: JsonNode): void => {
    if (node.kind === "number") numbers.push(node);
    else if (node.kind === "array") node.items.forEach(walk);
    else if (node.kind === "object") for (const member of node.members) walk(member.value);
  };
  walk(root);
  return numbers;
};

/** All numbers as one library prints them, by library. */
export const printed = {
  js: { cost: 2, value: { kind: "js" }, done: "its numbers are written as JavaScript prints them" },
  python: { cost: 3, value: { kind: "python" }, done: "its numbers are written as Python prints them" },
  java: {
    cost: 3,
    value: { kind: "float-text", language: "java" },
    done: "its numbers are written as Java prints them: 1.0E7",
  },
  doubles: {
    cost: 4,
    value: { kind: "float-text", language: "java", all: true },
    done: "all its numbers are written as Java prints a double, as Gson does after reading into Object",
  },
  ruby: {
    cost: 4,
    value: { kind: "float-text", language: "ruby" },
    done: "its numbers are written as Ruby prints them: 1.0e+20",
  },
  php: {
    cost: 4,
    value: { kind: "float-text", language: "php" },
    done: "its numbers are written as PHP prints them: 1.0e-5",
  },
  rust: {
    cost: 4,
    value: { kind: "float-text", language: "rust" },
    done: "its numbers are written as Rust prints them: 1e20",
  },
  ujson: {
    cost: 4,
    value: { kind: "float-text", language: "ujson" },
    done: "its numbers are written as Python's ujson prints them: 1e-5",
  },
} as const satisfies Readonly<Record<string, Choice<NumberStyle>>>;

export type Printing = keyof typeof printed;
const kinds = [
  "js",
  "python",
  "java",
  "doubles",
  "ruby",
  "php",
  "rust",
  "ujson",
] as const satisfies readonly Printing[];

/** With more distinct numbers than this, it costs less to try a style than to find out whether it changes anything. */
const manyNumbers = 2000;

/** The number styles that would change this document, each different result once. */
export const numberFormats = (numbers: readonly string[]): readonly Printing[] => {
  const distinct = [...new Set(numbers)];
  if (distinct.length > manyNumbers) return ["js", "python", "java"];
  const seen = new Set([distinct.join()]);
  return kinds.filter((kind) => {
    const made = distinct.map((raw) => styleNumber(raw, printed[kind].value, 0)).join();
    return !seen.has(made) && seen.add(made).size > 0;
  });
};

/** With more numbers than this, guessing which of them were reformatted is hopeless. */
const fewNumbers = 40;

const longestNumber = 40;

/** Number styles to try: all numbers as one library prints them, or single numbers in another spelling. */
export const numberChoices = (numbers: readonly string[]): readonly Choice<NumberStyle>[] => {
  if (numbers.length === 0) return [];
  const choices: Choice<NumberStyle>[] = [];
  // Other languages' number styles are tried only together with the spacing and escapes of their libraries.
  for (const kind of numberFormats(numbers)) if (kind === "js" || kind === "python") choices.push(printed[kind]);
  if (numbers.some(isInteger))
    choices.push({ cost: 3, value: { kind: "float" }, done: ".0 is added back to every integer" });
  choices.push(
    {
      cost: 3,
      value: { kind: "decimals", digits: 2, integers: false },
      done: "two decimals are added back to every non-integer",
    },
    {
      cost: 4,
      value: { kind: "decimals", digits: 2, integers: true },
      done: "two decimals are added back to every number",
    },
  );
  if (numbers.length > fewNumbers) return choices;
  // Nothing shows which number was reformatted, so each is tried.
  for (const [at, raw] of numbers.slice(0, 24).entries()) {
    for (const [cost, spelling] of spellings(raw)) {
      if (numbers.length > 12 && cost > 3) continue;
      choices.push({ cost, value: { kind: "one", at, raw: spelling }, done: `${raw} is changed back to ${spelling}` });
    }
  }
  const integers = numbers.flatMap((raw, at) => (isInteger(raw) ? [at] : []));
  if (integers.length > 2 && integers.length <= 10) {
    for (let mask = 3; mask < 2 ** integers.length - 1; mask++) {
      const at = integers.filter((_, bit) => (mask >> bit) % 2 === 1);
      if (at.length > 1) {
        choices.push({ cost: 5, value: { kind: "float", at }, done: `.0 is added back to ${at.length} integers` });
      }
    }
  }
  return choices;
};

/** How a number may have been written before a parser reformatted it. */
function* spellings(raw: string): Generator<readonly [cost: number, spelling: string]> {
  // Real numbers aren't this long, and listing their spellings would be slow.
  if (raw.length > longestNumber) return;
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
    const lead = /^(-?\d)(\d+)$/.exec(raw);
    if (lead !== null && raw.length > 2) {
      const power = raw.replace("-", "").length - 1;
      for (const mark of ["e", "E", "e+", "E+"])
        yield [5, `${lead[1]}.${withoutEnd(lead[2] ?? "", "0") || "0"}${mark}${power}`];
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
