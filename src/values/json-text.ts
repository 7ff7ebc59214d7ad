/**
 * A JSON value that remembers its text: numbers as written, keys in order and with duplicates,
 * where each value starts and ends (in UTF-16 units of the text it was read from).
 */
export type JsonNode =
  | { readonly kind: "object"; readonly start: number; readonly end: number; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly start: number; readonly end: number; readonly items: readonly JsonNode[] }
  | {
      readonly kind: "string" | "number" | "literal";
      readonly start: number;
      readonly end: number;
      readonly raw: string;
    };

export interface JsonMember {
  /** The key's text with its quotes and escapes, as written. */
  readonly rawKey: string;
  readonly key: string;
  readonly value: JsonNode;
}

/** Deeper nesting is refused; no real payload comes near it. */
const maxDepth = 500;

class Reader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  blank(): void {
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) throw new SyntaxError(`unexpected text at ${this.at}`);
    this.at += found.length;
    return found;
  }

  value(depth: number): JsonNode {
    if (depth > maxDepth) throw new SyntaxError("nested too deeply");
    this.blank();
    const start = this.at;
    switch (this.text[this.at]) {
      case "{":
        return this.object(start, depth);
      case "[":
        return this.array(start, depth);
      case '"':
        return { kind: "string", start, raw: this.string(), end: this.at };
      case "t":
      case "f":
      case "n":
        return { kind: "literal", start, raw: this.take(/true|false|null/y), end: this.at };
      default:
        return { kind: "number", start, raw: this.take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y), end: this.at };
    }
  }

  // A loop instead of a regular expression: V8 fails on strings of many megabytes.
  string(): string {
    const start = this.at;
    if (this.text[this.at] !== '"') throw new SyntaxError(`no string at ${this.at}`);
    for (this.at++; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x22) return this.text.slice(start, ++this.at);
      if (code < 0x20) break;
      if (code === 0x5c) {
        this.at++;
        this.take(/["\\/bfnrt]|u[0-9a-fA-F]{4}/y);
        this.at--;
      }
    }
    throw new SyntaxError(`string without end at ${start}`);
  }

  object(start: number, depth: number): JsonNode {
    const members: JsonMember[] = [];
    this.at++;
    this.blank();
    if (this.text[this.at] === "}") {
      this.at++;
      return { kind: "object", start, end: this.at, members };
    }
    for (;;) {
      this.blank();
      const rawKey = this.string();
      this.blank();
      this.take(/:/y);
      members.push({ rawKey, key: String(JSON.parse(rawKey)), value: this.value(depth + 1) });
      this.blank();
      if (this.take(/[,}]/y) === "}") return { kind: "object", start, end: this.at, members };
    }
  }

  array(start: number, depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.at++;
    this.blank();
    if (this.text[this.at] === "]") {
      this.at++;
      return { kind: "array", start, end: this.at, items };
    }
    for (;;) {
      items.push(this.value(depth + 1));
      this.blank();
      if (this.take(/[,\]]/y) === "]") return { kind: "array", start, end: this.at, items };
    }
  }
}

/** Parses JSON without losing its text. Undefined if the text is not JSON (RFC 8259). */
export const readJson = (text: string): JsonNode | undefined => {
  const reader = new Reader(text.startsWith("\ufeff") ? ` ${text.slice(1)}` : text);
  try {
    const root = reader.value(0);
    reader.blank();
    return reader.at === reader.text.length ? root : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
};

/** Parses the JSON value that begins at an index, whatever follows it; on failure, returns how far it got. */
export const readJsonAt = (text: string, at: number): JsonNode | { readonly kind: "none"; readonly end: number } => {
  const reader = new Reader(text);
  reader.at = at;
  try {
    return reader.value(0);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return { kind: "none", end: reader.at };
    throw error;
  }
};

/** Reads JSON texts one after the other, with white space or nothing between them, as tools append their output. */
export const readJsonSequence = (text: string): readonly JsonNode[] | undefined => {
  const reader = new Reader(text.startsWith("\ufeff") ? ` ${text.slice(1)}` : text);
  const nodes: JsonNode[] = [];
  try {
    for (reader.blank(); reader.at < reader.text.length; reader.blank()) nodes.push(reader.value(0));
    return nodes.length === 0 ? undefined : nodes;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
};

/** The node at a dotted path (`data.items.0.id`); the last of duplicate keys, as in parsers. */
export const nodeAt = (root: JsonNode, path: string): JsonNode | undefined => {
  let node: JsonNode | undefined = root;
  for (const step of path === "" ? [] : path.split(".")) {
    if (node?.kind === "object") node = node.members.findLast((member) => member.key === step)?.value;
    else if (node?.kind === "array" && /^\d+$/.test(step)) node = node.items[Number(step)];
    else return undefined;
  }
  return node;
};

/** A scalar's value as text (strings without quotes and escapes, numbers as written), else undefined. */
export const scalarText = (node: JsonNode | undefined): string | undefined => {
  if (node === undefined || node.kind === "object" || node.kind === "array") return undefined;
  if (node.kind === "string") return String(JSON.parse(node.raw));
  return node.raw === "null" ? undefined : node.raw;
};

/**
 * Sets the value at a dotted path and keeps every other byte of the text. A missing last key is added to its object.
 * @param json the new value as JSON text
 * @returns the new text, or undefined if the path doesn't exist or the text is not JSON
 */
export const setJson = (text: string, path: string, json: string): string | undefined => {
  const root = readJson(text);
  if (root === undefined) return undefined;
  const node = nodeAt(root, path);
  if (node !== undefined) return text.slice(0, node.start) + json + text.slice(node.end);
  const cut = path.lastIndexOf(".");
  const parent = nodeAt(root, cut < 0 ? "" : path.slice(0, cut));
  if (parent === undefined) {
    return cut < 0 ? undefined : setJson(text, path.slice(0, cut), `{${JSON.stringify(path.slice(cut + 1))}:${json}}`);
  }
  if (parent.kind !== "object") return undefined;
  const key = JSON.stringify(path.slice(cut + 1));
  const last = parent.members.at(-1);
  return last === undefined
    ? `${text.slice(0, parent.start)}{${key}:${json}}${text.slice(parent.end)}`
    : `${text.slice(0, last.value.end)},${key}:${json}${text.slice(last.value.end)}`;
};
