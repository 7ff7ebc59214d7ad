// Splits bodies into parts for display as text, hex or indented JSON, so that byte ranges can be marked in each.

/** Bytes that differ; an empty range marks where bytes are missing. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** What was signed instead. */
  readonly expected?: string;
}

/** A run of text; `hit` if it differs, with empty text if something is missing. */
export interface Part {
  readonly text: string;
  readonly hit: boolean;
  readonly kind: "plain" | "key" | "string" | "number" | "word";
  readonly expected?: string | undefined;
}

/** Decodes bytes from the API's representation. */
export const decodeBytes = ({ encoding, data }: { readonly encoding: string; readonly data: string }): Uint8Array =>
  encoding === "utf8" ? new TextEncoder().encode(data) : Uint8Array.from(atob(data), (char) => char.charCodeAt(0));

/** Bytes as text, with replacement characters for invalid UTF-8. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

/** The body as text, split where differences begin and end. */
export const rawParts = (bytes: Uint8Array, ranges: readonly Range[]): readonly Part[] => {
  const parts: Part[] = [];
  let at = 0;
  for (const { from, to, expected } of ranges) {
    if (from < at || from > bytes.length) continue;
    if (from > at) parts.push(plain(bytes.subarray(at, from)));
    parts.push({ text: textOf(bytes.subarray(from, to)), hit: true, kind: "plain", expected });
    at = Math.min(to, bytes.length);
  }
  if (at < bytes.length) parts.push(plain(bytes.subarray(at)));
  return parts;
};

const plain = (bytes: Uint8Array): Part => ({ text: textOf(bytes), hit: false, kind: "plain" });

/** Sixteen bytes: their offset, and each byte as two hex digits and as a character. */
export interface HexRow {
  readonly at: number;
  readonly cells: readonly { readonly hex: string; readonly char: string; readonly hit: boolean }[];
}

/** The first rows of a hex dump. */
export const hexRows = (bytes: Uint8Array, ranges: readonly Range[], rows: number): readonly HexRow[] => {
  const visible = bytes.subarray(0, rows * 16);
  return Array.from({ length: Math.ceil(visible.length / 16) }, (_, row) => {
    const at = row * 16;
    return {
      at,
      cells: [...visible.subarray(at, at + 16)].map((byte, index) => ({
        hex: byte.toString(16).padStart(2, "0"),
        char: byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·",
        hit: isHit(ranges, at + index),
      })),
    };
  });
};

/** An empty range marks the byte after it. */
const isHit = (ranges: readonly Range[], at: number): boolean =>
  ranges.some(({ from, to }) => at >= from && at < Math.max(to, from + 1));

const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[a-z]+|[{}[\],:]|\s+|./gsy;

/**
 * Indented JSON, as a list of parts per line. Numbers, escapes and duplicate keys are shown as received; only white
 * space between tokens changes. Undefined where the text is not JSON.
 */
export const prettyLines = (bytes: Uint8Array, ranges: readonly Range[]): readonly (readonly Part[])[] | undefined => {
  const text = textOf(bytes);
  try {
    JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
  const hits = charRanges(bytes, ranges);
  const lines: Part[][] = [[]];
  let depth = 0;
  const newLine = (): void => {
    lines.push([{ text: "  ".repeat(Math.min(depth, 40)), hit: false, kind: "plain" }]);
  };
  const tokens = [...text.matchAll(token)].filter(([found]) => found.trim() !== "" && found !== "\uFEFF");
  for (const [index, match] of tokens.entries()) {
    const [found] = match;
    const before = tokens[index - 1]?.[0];
    const after = tokens[index + 1]?.[0];
    const isClosing = found === "}" || found === "]";
    if (isClosing) {
      depth--;
      if (before !== "{" && before !== "[") newLine();
    }
    const kind = kindOf(found, after);
    // Original white space isn't shown, so if it differs, the token after it is marked.
    const start = before === undefined ? 0 : (tokens[index - 1]?.index ?? 0) + before.length;
    lines.at(-1)?.push(...cutAt(found, match.index, start, kind, hits));
    if (found === ":") lines.at(-1)?.push({ text: " ", hit: false, kind: "plain" });
    if (found === ",") newLine();
    if (found === "{" || found === "[") {
      depth++;
      if (after !== "}" && after !== "]") newLine();
    }
  }
  return lines;
};

const kindOf = (found: string, after: string | undefined): Part["kind"] => {
  if (found.startsWith('"')) return after === ":" ? "key" : "string";
  if (/^[-\d]/.test(found)) return "number";
  return /^[a-z]/.test(found) ? "word" : "plain";
};

/** Splits a token into marked and unmarked parts; if the white space before it differs, the whole token is marked. */
const cutAt = (
  text: string,
  at: number,
  start: number,
  kind: Part["kind"],
  hits: readonly Range[],
): readonly Part[] => {
  const end = at + text.length;
  const inside = hits.filter(({ from, to }) => from < end && (to > start || (from === to && to >= start)));
  if (inside.length === 0) return [{ text, hit: false, kind }];
  if (inside.some(({ from }) => from < at)) return [{ text, hit: true, kind, expected: inside[0]?.expected }];
  const parts: Part[] = [];
  let done = at;
  for (const { from, to, expected } of inside) {
    if (from > done) parts.push({ text: text.slice(done - at, from - at), hit: false, kind });
    parts.push({ text: text.slice(from - at, to - at), hit: true, kind, expected });
    done = to;
  }
  if (done < end) parts.push({ text: text.slice(done - at), hit: false, kind });
  return parts;
};

/** Converts byte ranges to character ranges of the decoded text. */
const charRanges = (bytes: Uint8Array, ranges: readonly Range[]): readonly Range[] => {
  let [byte, char] = [0, 0];
  const charAt = (offset: number): number => {
    char += textOf(bytes.subarray(byte, offset)).length;
    byte = offset;
    return char;
  };
  return ranges.map((range) => ({ ...range, from: charAt(range.from), to: charAt(range.to) }));
};

/** The fields of a form body; undefined if it has none. */
export const formFields = (bytes: Uint8Array): readonly (readonly [string, string])[] | undefined => {
  const fields = [...new URLSearchParams(textOf(bytes))];
  return fields.length === 0 ? undefined : fields;
};

/** Text with visible spaces; white space alone is described in words. */
export const withSpacesSeen = (text: string): string =>
  /^ +$/.test(text) ? (text.length === 1 ? "a space" : `${text.length} spaces`) : text.replaceAll(" ", "␣");
