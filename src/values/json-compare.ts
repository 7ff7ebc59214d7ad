import { isWhitespace } from "./whitespace.ts";
import { readJson } from "./json-text.ts";
import type { JsonMember, JsonNode } from "./json-text.ts";

/** How one string or key is written differently although it means the same. */
type EscapeKind =
  /** `\/` and `/` (PHP's json_encode). */
  | "slash"
  /** `\u00e9` and `é` (Python, PHP). */
  | "unicode"
  /** `\u003c` and `<` (Go, Rails). */
  | "html"
  /** `\u00E9` and `\u00e9`. */
  | "hex-case"
  /** `\b` and `\u0008`, and other ASCII characters escaped without need. */
  | "other";

export interface JsonDifference {
  readonly kind: EscapeKind | "number" | "value" | "missing" | "added";
  /** Dotted path: `data.items.0.id`; empty for the whole document. */
  readonly path: string;
  /** Where it starts in the sent text, in UTF-16 units. */
  readonly sentOffset: number;
  readonly receivedOffset: number;
  /** The text as written, shortened. */
  readonly sent: string;
  readonly received: string;
}

export type JsonStyle = "compact" | "spaced" | "indented" | "mixed";

export interface JsonComparison {
  /** In document order; at most `limit` of each kind are kept, `counts` has them all. */
  readonly differences: readonly JsonDifference[];
  readonly counts: ReadonlyMap<JsonDifference["kind"], number>;
  /** Where spaces between tokens first differ, in UTF-16 units of the received text; null if they don't. */
  readonly spacingAt: number | null;
  readonly styles: { readonly sent: JsonStyle; readonly received: JsonStyle };
  /** Path of the first object with a different key order; null if there is none. */
  readonly reordered: string | null;
  /** Path of the first duplicate key that now occurs only once; null if there is none. */
  readonly deduplicated: string | null;
}

/**
 * Compares two JSON texts by value and by spelling; numbers and strings are compared as text.
 * @returns undefined where one of them is not JSON
 */
export const compareJson = (sent: string, received: string, limit = 20): JsonComparison | undefined => {
  const [before, after] = [readJson(sent), readJson(received)];
  if (before === undefined || after === undefined) return undefined;
  const walk = new Walk(limit);
  walk.nodes(before, after, "");
  const [gapsBefore, gapsAfter] = [gapsOf(sent), gapsOf(received)];
  const isSameOrder =
    walk.reordered === null && walk.deduplicated === null && !walk.counts.has("missing") && !walk.counts.has("added");
  return {
    differences: walk.differences.toSorted((a, b) => a.receivedOffset - b.receivedOffset),
    counts: walk.counts,
    spacingAt: isSameOrder ? firstGap(gapsBefore, gapsAfter) : firstStyleGap(gapsBefore, gapsAfter),
    styles: { sent: styleOf(gapsBefore), received: styleOf(gapsAfter) },
    reordered: walk.reordered,
    deduplicated: walk.deduplicated,
  };
};

class Walk {
  readonly limit: number;
  readonly differences: JsonDifference[] = [];
  readonly counts = new Map<JsonDifference["kind"], number>();
  reordered: string | null = null;
  deduplicated: string | null = null;

  constructor(limit: number) {
    this.limit = limit;
  }

  nodes(sent: JsonNode, received: JsonNode, path: string): void {
    if (sent.kind === "object" && received.kind === "object") return this.objects(sent.members, received, path);
    if (sent.kind === "array" && received.kind === "array") {
      sent.items.forEach((item, index) => {
        const other = received.items[index];
        if (other === undefined) this.found("missing", under(path, index), item, received);
        else this.nodes(item, other, under(path, index));
      });
      return received.items
        .slice(sent.items.length)
        .forEach((item, index) => this.found("added", under(path, sent.items.length + index), sent, item));
    }
    const [a, b] = [textOf(sent), textOf(received)];
    if (a === b && sent.kind === received.kind && a !== undefined) return;
    if (sent.kind === "string" && received.kind === "string")
      this.strings(sent.raw, received.raw, path, sent, received);
    else if (sent.kind === "number" && received.kind === "number" && Number(a) === Number(b))
      this.found("number", path, sent, received);
    else this.found("value", path, sent, received);
  }

  objects(sent: readonly JsonMember[], object: Extract<JsonNode, { kind: "object" }>, path: string): void {
    const received = object.members;
    // The places of each key, last first.
    const places = new Map<string, number[]>();
    for (let index = received.length - 1; index >= 0; index--) {
      const key = received[index]?.key ?? "";
      const known = places.get(key);
      if (known === undefined) places.set(key, [index]);
      else known.push(index);
    }
    const copies = new Map<string, number>();
    for (const { key } of sent) copies.set(key, (copies.get(key) ?? 0) + 1);
    let highest = -1;
    for (const member of sent) {
      const copiesLeft = copies.get(member.key) ?? 1;
      const found = places.get(member.key) ?? [];
      copies.set(member.key, copiesLeft - 1);
      // Parsers keep the last of several duplicates, so the earlier ones have no partner.
      if (found.length > 0 && copiesLeft > found.length) {
        this.deduplicated ??= under(path, member.key);
        continue;
      }
      const index = found.pop();
      const other = index === undefined ? undefined : received[index];
      if (index === undefined || other === undefined) {
        this.found("missing", under(path, member.key), member.value, object);
        continue;
      }
      if (index < highest) this.reordered ??= path;
      highest = Math.max(highest, index);
      const at = under(path, member.key);
      if (member.rawKey !== other.rawKey) this.strings(member.rawKey, other.rawKey, at, member.value, other.value);
      this.nodes(member.value, other.value, at);
    }
    for (const [key, rest] of places) {
      for (const index of rest.toReversed()) {
        const added = received[index];
        if (added !== undefined) this.found("added", under(path, key), object, added.value);
      }
    }
  }

  strings(sent: string, received: string, path: string, before: JsonNode, after: JsonNode): void {
    if (JSON.parse(sent) !== JSON.parse(received)) return this.found("value", path, before, after);
    for (const kind of escapeKinds(sent, received)) this.found(kind, path, before, after);
  }

  found(kind: JsonDifference["kind"], path: string, sent: JsonNode, received: JsonNode): void {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    if (count > this.limit) return;
    const none = { missing: ["", "nothing"], added: ["nothing", ""] } as const;
    const [noSent = "", noReceived = ""] = kind === "missing" || kind === "added" ? none[kind] : [];
    this.differences.push({
      kind,
      path,
      sentOffset: sent.start,
      receivedOffset: received.start,
      sent: noSent || shortText(sent),
      received: noReceived || shortText(received),
    });
  }
}

const under = (path: string, step: string | number): string => (path === "" ? String(step) : `${path}.${step}`);

const textOf = (node: JsonNode): string | undefined => ("raw" in node ? node.raw : undefined);

const shortText = (node: JsonNode): string => {
  const text = textOf(node) ?? (node.kind === "object" ? "an object" : "an array");
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
};

/** The ways in which two spellings of one string differ, walking both a character at a time. */
const escapeKinds = (sent: string, received: string): ReadonlySet<EscapeKind> => {
  const kinds = new Set<EscapeKind>();
  for (let a = 0, b = 0; a < sent.length && b < received.length;) {
    const [x, y] = [unitAt(sent, a), unitAt(received, b)];
    if (x !== y) kinds.add(kindOf(x, y));
    a += x.length;
    b += y.length;
  }
  return kinds;
};

const unitAt = (raw: string, at: number): string =>
  raw[at] !== "\\" ? raw.charAt(at) : raw.slice(at, at + (raw[at + 1] === "u" ? 6 : 2));

const kindOf = (sent: string, received: string): EscapeKind => {
  if (sent.length === 6 && received.length === 6) return "hex-case";
  const escaped = sent.length > received.length ? sent : received;
  if (escaped === "\\/") return "slash";
  const code = escaped.length === 6 ? Number.parseInt(escaped.slice(2), 16) : 0;
  if (code >= 0x7f) return code === 0x2028 || code === 0x2029 ? "html" : "unicode";
  return code === 0x3c || code === 0x3e || code === 0x26 || code === 0x27 ? "html" : "other";
};

interface Gap {
  readonly text: string;
  readonly at: number;
  /** The token before it, if that is punctuation. */
  readonly after: string;
}

/** The spaces after each token, between the first token and the last. */
const gapsOf = (text: string): readonly Gap[] => {
  const gaps: Gap[] = [];
  let at = text.length - text.replace(/^[\ufeff \t\r\n]+/, "").length;
  while (at < text.length) {
    const start = at;
    const char = text.charAt(at);
    if (char === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at++;
      at++;
    } else if (isPunctuation(char)) {
      at++;
    } else {
      while (at < text.length && !isPunctuation(text.charAt(at)) && !isWhitespace(text.charCodeAt(at))) at++;
    }
    const end = at;
    while (at < text.length && isWhitespace(text.charCodeAt(at))) at++;
    if (at < text.length)
      gaps.push({ text: text.slice(end, at), at: end, after: isPunctuation(text.charAt(start)) ? char : "" });
  }
  return gaps;
};

const isPunctuation = (char: string): boolean => "{}[]:,".includes(char);

const firstGap = (sent: readonly Gap[], received: readonly Gap[]): number | null =>
  received.find((gap, index) => gap.text !== sent[index]?.text)?.at ?? null;

/** If tokens don't pair up, the first gap with spaces after a kind of token for which the other text has none. */
const firstStyleGap = (sent: readonly Gap[], received: readonly Gap[]): number | null => {
  const tokens = new Set(sent.map(({ after }) => after));
  const known = new Set(sent.flatMap(({ after, text }) => [`${after}${text}`, `any${text}`]));
  return received.find(({ after, text }) => !known.has(`${tokens.has(after) ? after : "any"}${text}`))?.at ?? null;
};

const styleOf = (gaps: readonly Gap[]): JsonStyle => {
  if (gaps.every(({ text }) => text === "")) return "compact";
  if (gaps.every(({ after, text }) => text === (after === ":" || after === "," ? " " : ""))) return "spaced";
  const afterComma = gaps.filter(({ after }) => after === "," || after === "{");
  return afterComma.length > 0 && afterComma.every(({ text }) => /^\r?\n[ \t]*$/.test(text)) ? "indented" : "mixed";
};
