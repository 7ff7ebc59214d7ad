/** How the characters of JSON strings are written; whatever isn't set is kept as read. */
export interface StringStyle {
  /** `\/` (PHP), `/`, or `\/` only after `<` (org.json). */
  readonly slash?: "escaped" | "raw" | "closing";
  /** Beyond ASCII: `é`, `\u00e9` (Python, PHP) or `\u00E9` (.NET). */
  readonly nonAscii?: "raw" | "lower" | "upper";
  /** Whether U+007F is treated as non-ASCII, as in Python and .NET. */
  readonly del?: true;
  /** `< > &` and U+2028, U+2029: `\u003c` (Go), `\u003C`, or as they are. */
  readonly html?: "raw" | "lower" | "upper";
  /** Characters above U+FFFF as two escapes, while all others are kept (Jackson writing bytes). */
  readonly astral?: Digits;
  /** Character ranges that are also escaped: U+2028 and U+2029 (PHP). */
  readonly also?: { readonly ranges: readonly (readonly [from: number, to: number])[]; readonly digits: Digits };
  /** Further ASCII characters that are escaped: `'` and `=` (Gson), `"`, `+` and others (.NET). */
  readonly marks?: { readonly chars: string; readonly digits: Digits };
  /** ASCII controls by their short escapes, everything else in ASCII unescaped, as JSON.stringify writes them. */
  readonly ascii?: "short";
  /** The case of hex digits in existing `\uXXXX` escapes. */
  readonly hex?: Digits;
}

type Digits = "lower" | "upper";

const special = /[\\/<>&'=+`\u007f-\uffff]/;

/** Writes a JSON string (with its quotes) in another style; its meaning stays. */
export const styleString = (raw: string, style: StringStyle): string => {
  if (!special.test(raw)) return raw;
  return (
    raw.slice(0, 1) +
    raw
      .slice(1, -1)
      .replace(/\\u[0-9a-fA-F]{4}|\\.|[/<>&'=+`\u007f-\uffff]/gs, (unit, at: number) =>
        styleUnit(unit, style, raw, at + 1),
      ) +
    raw.slice(-1)
  );
};

const shortEscapes: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};
const shortMeanings = new Map(Object.entries(shortEscapes).map(([char, unit]) => [unit, char.charCodeAt(0)]));

const styleUnit = (unit: string, style: StringStyle, raw: string, at: number): string => {
  const code = codeOf(unit);
  if (code === undefined) return unit;
  const char = String.fromCharCode(code);
  if (char === "/") {
    if (style.slash === undefined) return unit;
    return style.slash === "escaped" || (style.slash === "closing" && raw[at - 1] === "<") ? "\\/" : "/";
  }
  if (style.marks?.chars.includes(char) === true) return unicode(code, style.marks.digits);
  const isHtml = char === "<" || char === ">" || char === "&";
  const isLine = code === 0x2028 || code === 0x2029;
  if (style.also?.ranges.some(([from, to]) => code >= from && code <= to) === true)
    return unicode(code, style.also.digits);
  if (style.astral !== undefined && code >= 0xd800 && code <= 0xdfff) return unicode(code, style.astral);
  if ((isHtml || isLine) && style.html !== undefined) {
    if (style.html !== "raw") return unicode(code, style.html);
    if (isHtml) return char;
  }
  const isBeyond = code >= 0x80 || (code === 0x7f && style.del === true);
  if (isBeyond && style.nonAscii !== undefined) {
    return style.nonAscii !== "raw"
      ? unicode(code, style.nonAscii)
      : isLone(unit, code, raw, at)
        ? unicode(code, "lower")
        : char;
  }
  if (code < 0x80 && !isHtml && style.ascii === "short") {
    return shortEscapes[char] ?? (code < 0x20 ? unicode(code, style.hex ?? "lower") : char);
  }
  return unit.startsWith("\\u") && style.hex !== undefined ? unicode(code, style.hex) : unit;
};

const codeOf = (unit: string): number | undefined => {
  if (unit.length === 6) return Number.parseInt(unit.slice(2), 16);
  if (unit.length === 1) return unit.charCodeAt(0);
  return unit === "\\/" ? 0x2f : shortMeanings.get(unit);
};

const unicode = (code: number, digits: Digits): string => {
  const hex = code.toString(16).padStart(4, "0");
  return `\\u${digits === "upper" ? hex.toUpperCase() : hex}`;
};

/** Half of a surrogate pair without its other half: it has no UTF-8 and must stay escaped. */
const isLone = (unit: string, code: number, raw: string, at: number): boolean => {
  if (code < 0xd800 || code > 0xdfff) return false;
  const isHigh = code < 0xdc00;
  const near = isHigh ? raw.slice(at + unit.length, at + unit.length + 6) : raw.slice(Math.max(0, at - 6), at);
  const pattern = isHigh
    ? /^(?:\\u[dD][c-fC-F]|[\udc00-\udfff])/
    : /(?:\\u[dD][89abAB][0-9a-fA-F]{2}|[\ud800-\udbff])$/;
  return !pattern.test(near);
};
