import { orderedMembers } from "./json-style.ts";
import type { KeyOrder, Spacing } from "./json-style.ts";
import type { JsonMember, JsonNode } from "./json-text.ts";

/** A document as a sequence of pieces, each given by its kind and its index in the list of that kind. */
export interface Layout {
  readonly codes: readonly number[];
  /** The different spellings of each kind. */
  readonly strings: readonly string[];
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
  readonly marks: readonly Mark[];
}

/** The kinds of pieces; a code is the place times four plus the kind. */
export const kinds = { string: 0, number: 1, text: 2, mark: 3 } as const;

/** What comes before a member (including its key) or an item, or closes an object or array. */
export interface Mark {
  readonly role: "first" | "next" | "close" | "empty";
  readonly inArray: boolean;
  /** How many objects and arrays enclose the members or items. */
  readonly objects: number;
  readonly arrays: number;
  /** The member's key as written. */
  readonly key?: string;
}

/** Lays out a document in a key order, with its original spaces, or with marks to be filled in by a style. */
export const layOut = (text: string, root: JsonNode, order: KeyOrder, keepsBlanks: boolean): Layout => {
  const layer = new Layer(text, order);
  if (keepsBlanks) layer.kept(root);
  else layer.styled(root, 0, 0);
  return layer;
};

class Layer implements Layout {
  readonly codes: number[] = [];
  readonly strings: string[] = [];
  readonly numbers: string[] = [];
  readonly texts: string[] = [];
  readonly marks: Mark[] = [];
  readonly #known = new Map<string, number>();
  readonly #source: string;
  readonly #order: KeyOrder;

  constructor(text: string, order: KeyOrder) {
    this.#source = text;
    this.#order = order;
  }

  styled(node: JsonNode, objects: number, arrays: number): void {
    if ("raw" in node) return this.#scalar(node);
    if (node.kind === "array") {
      if (node.items.length === 0) return this.#mark({ role: "empty", inArray: true, objects, arrays });
      for (const [at, item] of node.items.entries()) {
        this.#mark({ role: at === 0 ? "first" : "next", inArray: true, objects, arrays: arrays + 1 });
        this.styled(item, objects, arrays + 1);
      }
      return this.#mark({ role: "close", inArray: true, objects, arrays });
    }
    const members = orderedMembers(node.members, this.#order);
    if (members.length === 0) return this.#mark({ role: "empty", inArray: false, objects, arrays });
    for (const [at, { rawKey, value }] of members.entries()) {
      this.#mark({ role: at === 0 ? "first" : "next", inArray: false, objects: objects + 1, arrays, key: rawKey });
      this.styled(value, objects + 1, arrays);
    }
    this.#mark({ role: "close", inArray: false, objects, arrays });
  }

  kept(node: JsonNode): void {
    if ("raw" in node) return this.#scalar(node);
    let from = node.start;
    if (node.kind === "array") {
      for (const item of node.items) {
        this.#text(this.#source.slice(from, item.start));
        this.kept(item);
        from = item.end;
      }
    } else {
      from = this.#keptMembers(node.members, node.start);
    }
    this.#text(this.#source.slice(from, node.end));
  }

  /** Members in another order take the gaps of the places they move to. */
  #keptMembers(members: readonly JsonMember[], start: number): number {
    const ordered = orderedMembers(members, this.#order);
    let from = start;
    for (const [at, place] of members.entries()) {
      const gap = this.#source.slice(from, place.value.start);
      const key = gap.indexOf('"');
      const member = ordered[at];
      from = place.value.end;
      if (member === undefined) continue;
      this.#text(gap.slice(0, key));
      this.#string(member.rawKey);
      this.#text(gap.slice(key + place.rawKey.length));
      this.kept(member.value);
    }
    return from;
  }

  #scalar(node: JsonNode & { readonly raw: string }): void {
    if (node.kind === "string") this.#string(node.raw);
    else if (node.kind === "number") this.#add(kinds.number, node.raw, this.numbers, node.raw);
    else this.#text(node.raw);
  }

  #string(raw: string): void {
    this.#add(kinds.string, raw, this.strings, raw);
  }

  #text(text: string): void {
    this.#add(kinds.text, ` ${text}`, this.texts, text);
  }

  #mark(mark: Mark): void {
    const id = `${mark.role} ${mark.inArray} ${mark.objects} ${mark.arrays} ${mark.key ?? ""}`;
    this.#add(kinds.mark, id, this.marks, mark);
  }

  #add<T>(kind: number, id: string, list: T[], item: T): void {
    const existing = this.#known.get(id);
    const index = existing ?? list.push(item) - 1;
    if (existing === undefined) this.#known.set(id, index);
    this.codes.push(index * 4 + kind);
  }
}

const indentation = (mark: Mark, { unit, flatArrays }: Extract<Spacing, { kind: "indent" }>): string =>
  unit.repeat(mark.objects + (flatArrays === true ? 0 : mark.arrays));

const emptyText = (mark: Mark, spacing: Spacing): string => {
  const [object = "", array = ""] = spacing.kind === "indent" ? (spacing.empty ?? []) : [];
  const between = mark.inArray ? array : object;
  const pad = spacing.kind === "indent" && between.endsWith("\n") ? indentation(mark, spacing) : "";
  return `${mark.inArray ? "[" : "{"}${between}${pad}${mark.inArray ? "]" : "}"}`;
};

const insideText = (mark: Mark, spacing: Exclude<Spacing, { kind: "keep" }>): string => {
  if (spacing.kind === "flat") return mark.inArray ? (spacing.arrayPad ?? spacing.pad) : spacing.pad;
  return mark.inArray && spacing.flatArrays === true ? " " : spacing.eol + indentation(mark, spacing);
};

/** The text that a spacing writes for a mark. */
export const markText = (mark: Mark, spacing: Spacing, key: string): string => {
  if (spacing.kind === "keep") return "";
  if (mark.role === "empty") return emptyText(mark, spacing);
  const inside = insideText(mark, spacing);
  if (mark.role === "close") return inside + (mark.inArray ? "]" : "}");
  const before =
    mark.role === "first" ? (mark.inArray ? "[" : "{") + inside : spacing.kind === "flat" ? spacing.item : `,${inside}`;
  return mark.key === undefined ? before : before + key + spacing.colon;
};
