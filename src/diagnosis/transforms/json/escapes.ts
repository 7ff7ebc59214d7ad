import type { StringStyle } from "../../../values/json-strings.ts";
import type { StringChoice, StringPart } from "./choices.ts";
import { combined } from "./choices.ts";

function also(digits: "lower" | "upper", ...ranges: [from: number, to: number][]): StringStyle {
  return { also: { ranges, digits } };
}

/** The single escape changes, by name. */
export const parts = {
  slashEscaped: { value: { slash: "escaped" }, done: "\\/ is restored for /" },
  slashRaw: { value: { slash: "raw" }, done: "/ is restored for \\/" },
  unicodeLower: { value: { nonAscii: "lower" }, done: "\\uXXXX is restored for non-ASCII characters" },
  unicodeUpper: {
    value: { nonAscii: "upper" },
    done: "\\uXXXX with upper-case digits is restored for non-ASCII characters",
  },
  unicodeRaw: { value: { nonAscii: "raw" }, done: "UTF-8 is restored for \\uXXXX" },
  htmlLower: { value: { html: "lower" }, done: "\\u003c, \\u003e and \\u0026 are restored for <, > and &" },
  htmlUpper: { value: { html: "upper" }, done: "\\u003C, \\u003E and \\u0026 are restored for <, > and &" },
  htmlRaw: { value: { html: "raw" }, done: "<, > and & are restored for their escapes" },
  slashClosing: { value: { slash: "closing" }, done: "\\/ is restored for / after <, and / for \\/ elsewhere" },
  linesEscaped: {
    value: also("lower", [0x2028, 0x2029]),
    done: "U+2028 and U+2029 are restored as escapes",
  },
  newtonsoft: {
    value: also("lower", [0x85, 0x85], [0x2028, 0x2029]),
    done: "U+0085, U+2028 and U+2029 are restored as escapes",
  },
  orgJson: {
    value: also("lower", [0x80, 0x9f], [0x2000, 0x20ff]),
    done: "escapes are restored for U+0080 to U+009F and U+2000 to U+20FF",
  },
  jsonSimple: {
    value: also("upper", [0x7f, 0x9f], [0x2000, 0x20ff]),
    done: "escapes with upper-case digits are restored for U+007F to U+009F and U+2000 to U+20FF",
  },
  delEscaped: { value: also("lower", [0x7f, 0x7f]), done: "U+007F is restored as an escape" },
  astralLower: { value: { astral: "lower" }, done: "two escapes \\uXXXX are restored for each emoji" },
  astralUpper: {
    value: { astral: "upper" },
    done: "two escapes \\uXXXX with upper-case digits are restored for each emoji and other character beyond U+FFFF",
  },
  asciiShort: { value: { ascii: "short" }, done: "ASCII is written without unnecessary escapes" },
  digitsLower: { value: { hex: "lower" }, done: "escapes have lower-case digits" },
  digitsUpper: { value: { hex: "upper" }, done: "escapes have upper-case digits" },
} as const satisfies Readonly<Record<string, StringPart>>;

/** Escapes for additional ASCII characters, as some libraries write them. */
export const marks = (chars: string, digits: "lower" | "upper"): StringPart => ({
  value: { marks: { chars, digits } },
  done: `escapes such as ${digits === "upper" ? "\\u0022, \\u0027 or \\u002B" : "\\u003d or \\u0027"} are restored for ASCII punctuation`,
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
