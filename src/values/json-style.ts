import { styleNumber } from "./json-numbers.ts";
import type { NumberStyle } from "./json-numbers.ts";
import { styleString } from "./json-strings.ts";
import type { StringStyle } from "./json-strings.ts";
import type { JsonMember, JsonNode } from "./json-text.ts";

/** The blanks between tokens. `keep` leaves them as they were read. */
export type Spacing =
  | { readonly kind: "keep" }
  /** On one line: what parts items, what parts key and value, and what stands inside brackets. */
  | {
      readonly kind: "flat";
      readonly item: string;
      readonly colon: string;
      readonly pad: string;
      /** Blanks inside array brackets, where they differ from those inside braces. */
      readonly arrayPad?: string;
    }
  /** One item a line. */
  | {
      readonly kind: "indent";
      readonly unit: string;
      readonly eol: string;
      readonly colon: string;
      /** Arrays stay on one line, as Jackson's default printer writes them. */
      readonly flatArrays?: boolean;
    };

/** `sorted`: by code unit, deep. `js`: as JSON.parse and JSON.stringify leave them: integers first, the last of duplicates. */
export type KeyOrder = "keep" | "sorted" | "js";

export interface JsonStyle {
  readonly spacing: Spacing;
  readonly order: KeyOrder;
  readonly strings: StringStyle;
  readonly numbers: NumberStyle;
}

export const keepSpacing: Spacing = { kind: "keep" };

/** Leaves everything as it was read. */
export const keepStyle: JsonStyle = { spacing: keepSpacing, order: "keep", strings: {}, numbers: { kind: "keep" } };

/**
 * Writes parsed JSON in another style. What the style keeps stands as it was read, byte for byte;
 * what stands outside the outermost value stays too.
 * @param text the text that `root` was read from
 */
export const writeJson = (text: string, root: JsonNode, style: JsonStyle): string => {
  const writer = new Writer(text, style);
  writer.value(root, "");
  return text.slice(0, root.start) + writer.out + text.slice(root.end);
};

class Writer {
  out = "";
  readonly #styled = new Map<string, string>();
  readonly text: string;
  readonly style: JsonStyle;
  #number = 0;

  constructor(text: string, style: JsonStyle) {
    this.text = text;
    this.style = style;
  }

  value(node: JsonNode, indent: string): void {
    switch (node.kind) {
      case "object":
        return this.object(node.members, node.start, node.end, indent);
      case "array":
        return this.array(node.items, node.start, node.end, indent);
      case "string":
        this.out += this.string(node.raw);
        return;
      case "number":
        this.out += styleNumber(node.raw, this.style.numbers, this.#number++);
        return;
      case "literal":
        this.out += node.raw;
    }
  }

  // Keys and values repeat: each spelling is made once.
  string(raw: string): string {
    const known = this.#styled.get(raw);
    if (known !== undefined) return known;
    const made = styleString(raw, this.style.strings);
    this.#styled.set(raw, made);
    return made;
  }

  object(members: readonly JsonMember[], start: number, end: number, indent: string): void {
    const { spacing } = this.style;
    const ordered = orderedMembers(members, this.style.order);
    if (spacing.kind === "keep") return this.keptObject(members, ordered, start, end);
    const [open, between, close] = brackets(spacing, indent, false);
    if (ordered.length === 0) return void (this.out += "{}");
    const inner = spacing.kind === "indent" ? indent + spacing.unit : indent;
    this.out += "{" + open;
    ordered.forEach((member, at) => {
      if (at > 0) this.out += between;
      this.out += this.string(member.rawKey) + spacing.colon;
      this.value(member.value, inner);
    });
    this.out += close + "}";
  }

  array(items: readonly JsonNode[], start: number, end: number, indent: string): void {
    const { spacing } = this.style;
    if (spacing.kind === "keep") {
      let from = start;
      for (const item of items) {
        this.out += this.text.slice(from, item.start);
        this.value(item, indent);
        from = item.end;
      }
      return void (this.out += this.text.slice(from, end));
    }
    const [open, between, close] = brackets(spacing, indent, true);
    if (items.length === 0) return void (this.out += "[]");
    const inner = spacing.kind === "indent" && spacing.flatArrays !== true ? indent + spacing.unit : indent;
    this.out += "[" + open;
    items.forEach((item, at) => {
      if (at > 0) this.out += between;
      this.value(item, inner);
    });
    this.out += close + "]";
  }

  /** Members in another order take the gaps of the places they move to. */
  keptObject(members: readonly JsonMember[], ordered: readonly JsonMember[], start: number, end: number): void {
    let from = start;
    for (const [at, place] of members.entries()) {
      const gap = this.text.slice(from, place.value.start);
      const key = gap.indexOf('"');
      const member = ordered[at];
      from = place.value.end;
      if (member === undefined) continue;
      this.out += gap.slice(0, key) + this.string(member.rawKey);
      this.out += gap.slice(key + place.rawKey.length);
      this.value(member.value, "");
    }
    this.out += this.text.slice(from, end);
  }
}

const brackets = (
  spacing: Exclude<Spacing, { kind: "keep" }>,
  indent: string,
  isArray: boolean,
): readonly [open: string, between: string, close: string] => {
  if (spacing.kind === "flat") {
    const pad = isArray ? (spacing.arrayPad ?? spacing.pad) : spacing.pad;
    return [pad, spacing.item, pad];
  }
  if (isArray && spacing.flatArrays === true) return [" ", ", ", " "];
  const line = spacing.eol + indent;
  return [line + spacing.unit, `,${line}${spacing.unit}`, line];
};

const orderedMembers = (members: readonly JsonMember[], order: KeyOrder): readonly JsonMember[] => {
  switch (order) {
    case "keep":
      return members;
    case "sorted":
      return members.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    case "js": {
      // A Map keeps the first place of a key and takes its last value, as objects do.
      const last = [...new Map(members.map((member) => [member.key, member])).values()];
      const integers = last.filter((member) => isIndex(member.key));
      return [
        ...integers.toSorted((a, b) => Number(a.key) - Number(b.key)),
        ...last.filter((member) => !isIndex(member.key)),
      ];
    }
  }
};

// Array indices of ECMAScript, 0 to 2^32 - 2: the keys that objects put first.
const isIndex = (key: string): boolean => /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
