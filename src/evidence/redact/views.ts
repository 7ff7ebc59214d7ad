/** Decoded text, with a mapping from its ranges to those of the original. */
export interface View {
  readonly text: string;
  /** Maps a range of the view to the range of the original that it came from. */
  readonly source: (from: number, to: number) => readonly [start: number, end: number];
}

/** The unchanged text as a view. */
export const identityView = (text: string): View => ({ text, source: (from, to) => [from, to] });

/**
 * Unescapes text: escapes of JSON, JavaScript and C, percent-encoding (repeated too), and HTML entities; also removes
 * line breaks and the zero bytes of UTF-16. Undefined if there is nothing to do.
 */
export const unescapedView = (view: View): View | undefined =>
  decoded(view, escapes, (escape) => {
    const { point, unit, code, octal, byte, entity, named, mark, backslash } = escape.groups ?? {};
    const hex = point ?? unit ?? code ?? byte;
    if (hex !== undefined) return char(Number.parseInt(hex, 16));
    if (octal !== undefined) return char(Number.parseInt(octal, 8));
    if (entity !== undefined) return char(/^x/i.test(entity) ? Number.parseInt(entity.slice(1), 16) : Number(entity));
    if (named !== undefined) return entities.get(named.toLowerCase());
    return mark ?? backslash ?? "";
  });

/** Decodes quoted-printable (RFC 2045, section 6.7). */
export const unquotedView = (view: View): View | undefined =>
  decoded(view, quotedPrintable, ({ groups }) =>
    groups?.["byte"] === undefined ? "" : char(Number.parseInt(groups["byte"], 16)),
  );

/** Removes separators between hexadecimal bytes: `73:65`, `<Buffer 73 65>`, `\x73\x65`, `0x73, 0x65`. */
export const hexDigits = (view: View): View | undefined => decoded(view, betweenHex, () => "");

/** Decodes lists of numbers as bytes, one character each: a Buffer in JSON, or signed bytes in Java. */
export const numbers = (text: string): readonly View[] =>
  Array.from(text.matchAll(numberRuns), (run) => {
    const found = Array.from(run[0].matchAll(/-?\d{1,3}/g), (match) => ({
      char: char((Number(match[0]) + 256) % 256) ?? "",
      start: run.index + match.index,
      end: run.index + match.index + match[0].length,
    }));
    return {
      text: found.map((one) => one.char).join(""),
      source: (from, to) => [found[from]?.start ?? 0, found[to - 1]?.end ?? 0],
    };
  });

// Repetitions are bounded because of hostile text; real text doesn't have more.
const escapes =
  /\\{1,8}(?:u\{(?<point>[0-9a-f]{1,6})\}|u(?<unit>[0-9a-f]{4})|x(?<code>[0-9a-f]{2})|(?<octal>[0-7]{3})|(?:r\\{1,8})?n[ \t]{0,40}|(?<mark>[^A-Za-z0-9\s\\]))|\\(?<backslash>\\)|%(?:25){0,4}(?<byte>[0-9a-f]{2})|&(?:amp;){0,3}(?:#(?<entity>\d{1,7}|x[0-9a-f]{1,6});?|(?<named>[a-z]{2,6});)|\0|=?\r?\n[ \t]{0,40}/gi;
const quotedPrintable = /=(?:(?<byte>[0-9a-f]{2})|\r?\n)/gi;
const betweenHex = /[\s:,;"'_.-]{1,24}(?:0x|\\{1,4}x|[%=])?|0x|\\{1,4}x|[%=]/gi;
const numberRuns = /(?<![\d.])-?\d{1,3}(?:[\s,;"']{1,24}-?\d{1,3}(?!\d)){7,65536}/g;

const char = (code: number): string | undefined => (code <= 0x10ffff ? String.fromCodePoint(code) : undefined);

/**
 * Replaces a pattern's matches and records where everything came from; if `decode` returns undefined, the match is
 * kept.
 */
const decoded = (
  { text, source }: View,
  pattern: RegExp,
  decode: (match: RegExpExecArray) => string | undefined,
): View | undefined => {
  // For each replaced match: the range of its replacement in the view, and its range in the text.
  if (text.search(pattern) < 0) return undefined;
  const marks: { readonly from: number; readonly to: number; readonly start: number; readonly end: number }[] = [];
  let out = "";
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    const replaced = decode(match);
    if (replaced === undefined) continue;
    out += text.slice(last, match.index);
    last = match.index + match[0].length;
    marks.push({ from: out.length, to: out.length + replaced.length, start: match.index, end: last });
    out += replaced;
  }
  if (marks.length === 0) return undefined;
  const at = (index: number, isEnd: boolean): number => {
    let [low, high] = [0, marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      // An empty replacement exactly at the index counts as before it, unless the index is the end of a range.
      const { from } = marks[middle] ?? { from: 0 };
      if (isEnd ? from < index : from <= index) low = middle + 1;
      else high = middle;
    }
    const mark = marks[low - 1];
    if (mark === undefined) return index;
    if (index >= mark.to) return mark.end + (index - mark.to);
    return isEnd ? mark.end : mark.start;
  };
  return { text: out + text.slice(last), source: (from, to) => source(at(from, false), at(to, true)) };
};

const entities: ReadonlyMap<string, string> = new Map([
  ["quot", '"'],
  ["amp", "&"],
  ["apos", "'"],
  ["lt", "<"],
  ["gt", ">"],
  ["excl", "!"],
  ["num", "#"],
  ["dollar", "$"],
  ["percnt", "%"],
  ["lpar", "("],
  ["rpar", ")"],
  ["ast", "*"],
  ["plus", "+"],
  ["comma", ","],
  ["period", "."],
  ["sol", "/"],
  ["colon", ":"],
  ["semi", ";"],
  ["equals", "="],
  ["quest", "?"],
  ["commat", "@"],
  ["lbrack", "["],
  ["bsol", "\\"],
  ["rbrack", "]"],
  ["hat", "^"],
  ["lowbar", "_"],
  ["grave", "`"],
  ["lbrace", "{"],
  ["verbar", "|"],
  ["rbrace", "}"],
]);
