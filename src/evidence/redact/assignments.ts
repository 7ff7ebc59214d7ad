/** An assignment found in any text: `key=value`, `"key": "value"`, `[key] => value` and the like. */
export interface Assignment {
  readonly key: string;
  /** The start and end index of the value, without its quotes. */
  readonly start: number;
  readonly end: number;
}

// Matches only the key: the value of an unwanted key may contain the next assignment (`https://a/#token=…`).
const keyPattern =
  /(?<![A-Za-z0-9_])(?<key>[A-Za-z_][A-Za-z0-9_.-]{0,60})(?:\\{0,8}["'])?\]?[ \t]{0,3}(?:=>|->|:=|={1,3}|:)[ \t]{0,3}/g;
const sourceFile = /\.(?:[cm]?[jt]sx?|py|rb|go|java|kt|php|cs|rs|exs?|scala|swift)$/;
const schemePattern = /(?:bearer|basic|digest|token|apikey|splunk)[ \t]+/iy;
const openingPattern =
  /(?:string\(\d{1,7}\)\s{0,3}|[bru]{0,2})\\{0,8}["'`]|[[({]{1,2}\s{0,3}(?:[bru]{0,2}\\{0,8}["'`])?/iy;
// A separator belongs to the value if more text follows immediately that isn't the next key.
const barePattern =
  /(?:[^\s,;&"'`<>{}[\]()\\]|[,;&<>{}[\]()](?=[^\s,;&"'`<>{}[\]()\\=:])(?![A-Za-z_][\w.-]{0,60}["']?[=:])|\\(?=[^\s\\nrt"'`])){1,4096}/y;

/**
 * The assignments with a wanted key, in order and not overlapping.
 * @param wanted whether to return a key's assignment
 */
export const assignments = (text: string, wanted: (key: string) => boolean): readonly Assignment[] => {
  const found: Assignment[] = [];
  const keys = new RegExp(keyPattern);
  for (let match = keys.exec(text); match !== null; match = keys.exec(text)) {
    // In escaped text such as `\nPIN=…`, the `n` belongs to the line break, not to the key.
    const breaks = text[match.index - 1] === "\\" ? /^[nrt](?=.)/ : /^$/;
    const key = (match.groups?.["key"] ?? "").replace(breaks, "");
    // `at /srv/password.ts:12:7` is a source location.
    if (sourceFile.test(key) || !wanted(key)) continue;
    const value = valueAt(text, keys.lastIndex);
    if (value === undefined) continue;
    found.push({ key, ...value });
    keys.lastIndex = Math.max(keys.lastIndex, value.end);
  }
  return found;
};

/** The value that begins at an index: quoted, in brackets, or bare. */
export const valueAt = (text: string, at: number): { readonly start: number; readonly end: number } | undefined => {
  schemePattern.lastIndex = at;
  const from = at + (schemePattern.exec(text)?.[0].length ?? 0);
  openingPattern.lastIndex = from;
  const opening = openingPattern.exec(text)?.[0];
  if (opening !== undefined) {
    const start = from + opening.length;
    const quote = /(?<!\\)\\{0,16}["'`]$/.exec(opening)?.[0];
    // A list is one value, up to its closing bracket.
    if (quote === undefined || /^[[({]/.test(opening)) return nonEmpty(start, bracketEnd(text, start));
    return nonEmpty(from === at ? start : from, quotedEnd(text, start, quote));
  }
  barePattern.lastIndex = from;
  const bare = barePattern.exec(text)?.[0];
  if (bare === undefined) return undefined;
  const end = from + bare.length;
  // `Token token="…"`
  const quote = bare.endsWith("=") ? /^\\{0,8}["']/.exec(text.slice(end, end + 9))?.[0] : undefined;
  return { start: from, end: quote === undefined ? end : quotedEnd(text, end + quote.length, quote) };
};

const nonEmpty = (start: number, end: number): { readonly start: number; readonly end: number } | undefined =>
  end > start ? { start, end } : undefined;

/**
 * The index of the closing quote, which is preceded by as many backslashes as the opening one, or of the end of the
 * line.
 */
const quotedEnd = (text: string, start: number, quote: string): number => {
  const mark = quote.slice(-1);
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === "\n") return at;
    if (char !== mark) continue;
    let first = at;
    while (first > start && text[first - 1] === "\\") first--;
    if (at - first <= quote.length - 1 || (quote.length === 1 && (at - first) % 2 === 0)) return first;
  }
  return text.length;
};

const bracketEnd = (text: string, start: number): number => {
  for (let at = start; at < text.length && at < start + 4096; at++) if (/[\])}\n]/.test(text[at] ?? "")) return at;
  return Math.min(text.length, start + 4096);
};
