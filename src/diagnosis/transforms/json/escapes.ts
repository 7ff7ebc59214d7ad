import type { StringStyle } from "../../../values/json-strings.ts";
import type { StringChoice, StringPart } from "./choices.ts";
import { combined } from "./choices.ts";

function also(digits: "lower" | "upper", ...ranges: [from: number, to: number][]): StringStyle {
  return { also: { ranges, digits } };
}

/** The single escape changes, by name. */
export const parts = {
  slashEscaped: { value: { slash: "escaped" }, done: "/ is changed back to \\/" },
  slashRaw: { value: { slash: "raw" }, done: "\\/ is changed back to /" },
  unicodeLower: { value: { nonAscii: "lower" }, done: "non-ASCII characters are changed back to \\uXXXX" },
  unicodeUpper: {
    value: { nonAscii: "upper" },
    done: "non-ASCII characters are changed back to \\uXXXX with upper-case digits",
  },
  unicodeRaw: { value: { nonAscii: "raw" }, done: "\\uXXXX is changed back to UTF-8" },
  htmlLower: { value: { html: "lower" }, done: "<, > and & are changed back to \\u003c, \\u003e and \\u0026" },
  htmlUpper: { value: { html: "upper" }, done: "<, > and & are changed back to \\u003C, \\u003E and \\u0026" },
  htmlRaw: { value: { html: "raw" }, done: "the escapes of <, > and & are changed back to the characters" },
  slashClosing: { value: { slash: "closing" }, done: "/ after < is changed back to \\/, and \\/ elsewhere to /" },
  linesEscaped: {
    value: also("lower", [0x2028, 0x2029]),
    done: "U+2028 and U+2029 are changed back to escapes",
  },
  newtonsoft: {
    value: also("lower", [0x85, 0x85], [0x2028, 0x2029]),
    done: "U+0085, U+2028 and U+2029 are changed back to escapes",
  },
  orgJson: {
    value: also("lower", [0x80, 0x9f], [0x2000, 0x20ff]),
    done: "U+0080 to U+009F and U+2000 to U+20FF are changed back to escapes",
  },
  jsonSimple: {
    value: also("upper", [0x7f, 0x9f], [0x2000, 0x20ff]),
    done: "U+007F to U+009F and U+2000 to U+20FF are changed back to escapes with upper-case digits",
  },
  delEscaped: { value: also("lower", [0x7f, 0x7f]), done: "U+007F is changed back to an escape" },
  astralLower: { value: { astral: "lower" }, done: "each emoji is changed back to two escapes \\uXXXX" },
  astralUpper: {
    value: { astral: "upper" },
    done: "each emoji or other character beyond U+FFFF is changed back to two escapes \\uXXXX with upper-case digits",
  },
  asciiShort: { value: { ascii: "short" }, done: "ASCII is written without unnecessary escapes" },
  digitsLower: { value: { hex: "lower" }, done: "escapes have lower-case digits" },
  digitsUpper: { value: { hex: "upper" }, done: "escapes have upper-case digits" },
} as const satisfies Readonly<Record<string, StringPart>>;

/** Escapes for additional ASCII characters, as some libraries write them. */
export const marks = (chars: string, digits: "lower" | "upper"): StringPart => ({
  value: { marks: { chars, digits } },
  done: `ASCII punctuation is changed back to escapes such as ${digits === "upper" ? "\\u0022, \\u0027 or \\u002B" : "\\u003d or \\u0027"}`,
});

const has = (text: string) => ({
  slash: /[^\\]\//.test(text),
  escapedSlash: text.includes("\\/"),
  raw: /[\u0080-\uffff]/.test(text),
  astral: /[\ud800-\udbff]/.test(text),
  unicode: /\\u(?!00[0-7])[0-9a-f]{4}/i.test(text),
  html: /[<>&\u2028\u2029]/.test(text),
  escapedHtml: /\\u(?:003[ce]|0026|202[89])/i.test(text),
  ascii: /\\u00[0-7]/.test(text),
  letters: /\\u[0-9]*[a-f]/i.test(text),
});

/** The escape changes that could apply to this text: single ones, and combinations of two or three. */
export const stringChoices = (text: string): readonly StringChoice[] => {
  const seen = has(text);
  const one = (cost: number, part: StringPart): StringChoice => combined(cost, [part]);
  const slashes = [
    ...(seen.slash ? [one(2, parts.slashEscaped)] : []),
    ...(seen.escapedSlash ? [one(2, parts.slashRaw)] : []),
  ];
  const unicodes = [
    ...(seen.raw || (seen.unicode && seen.letters) ? [one(2, parts.unicodeLower), one(3, parts.unicodeUpper)] : []),
    ...(seen.unicode ? [one(2, parts.unicodeRaw)] : []),
    ...(seen.astral ? [one(3, parts.astralUpper), one(4, parts.astralLower)] : []),
  ];
  const htmls = [
    ...(seen.html ? [one(3, parts.htmlLower), one(4, parts.htmlUpper)] : []),
    ...(seen.escapedHtml ? [one(2, parts.htmlRaw)] : []),
  ];
  const others = [
    ...(seen.ascii ? [one(3, parts.asciiShort)] : []),
    ...(seen.letters && (seen.unicode || seen.ascii) ? [one(3, parts.digitsLower), one(3, parts.digitsUpper)] : []),
  ];
  const both = (a: StringChoice, b: StringChoice): StringChoice =>
    combined(Math.max(a.cost, b.cost) + 1, [...a.parts, ...b.parts]);
  return [
    ...slashes,
    ...unicodes,
    ...htmls,
    ...others,
    ...slashes.flatMap((a) => [...unicodes, ...htmls, ...others].map((b) => both(a, b))),
    ...unicodes.flatMap((a) => [...htmls, ...others].map((b) => both(a, b))),
    ...htmls.flatMap((a) => others.map((b) => both(a, b))),
    ...slashes.flatMap((a) => unicodes.flatMap((b) => htmls.map((c) => both(both(a, b), c)))),
  ];
};
