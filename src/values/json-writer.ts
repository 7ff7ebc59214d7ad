import { kinds, layOut, markText } from "./json-layout.ts";
import type { Layout } from "./json-layout.ts";
import { styleNumber } from "./json-numbers.ts";
import type { NumberStyle } from "./json-numbers.ts";
import { styleString } from "./json-strings.ts";
import type { JsonStyle } from "./json-style.ts";
import type { JsonNode } from "./json-text.ts";

/**
 * A JSON document that is written in many styles. Shared work is done once: the document is laid out once per key
 * order, and each spelling is styled and encoded once.
 */
export class JsonDocument {
  readonly #text: string;
  readonly #root: JsonNode;
  readonly #laid = new Map<string, Laid>();
  #size: number;

  /** @param text the text that `root` was read from */
  constructor(text: string, root: JsonNode) {
    this.#text = text;
    this.#root = root;
    this.#size = text.length + 1024;
  }

  /** The document in another style, as UTF-8; text around the outermost value is kept. */
  write(style: JsonStyle): Buffer {
    const id = `${style.order} ${style.spacing.kind === "keep"}`;
    const known = this.#laid.get(id);
    const laid = known ?? new Laid(layOut(this.#text, this.#root, style.order, style.spacing.kind === "keep"));
    if (known === undefined) this.#laid.set(id, laid);
    const out = new Output(this.#size);
    out.addText(this.#text.slice(0, this.#root.start));
    laid.write(style, out);
    out.addText(this.#text.slice(this.#root.end));
    this.#size = Math.max(this.#size, out.length + 64);
    return out.bytes();
  }
}

/** Spellings concatenated in one buffer, from which many small pieces are copied. */
interface Pool {
  readonly bytes: Uint8Array;
  /** The start of each spelling, followed by the end of the last. */
  readonly starts: Int32Array;
}

const poolOf = (texts: readonly string[]): Pool => {
  const starts = new Int32Array(texts.length + 1);
  for (const [at, text] of texts.entries()) starts[at + 1] = (starts[at] ?? 0) + Buffer.byteLength(text, "utf8");
  const bytes = Buffer.allocUnsafeSlow(starts[texts.length] ?? 0);
  for (const [at, text] of texts.entries()) bytes.write(text, starts[at] ?? 0, "utf8");
  return { bytes, starts };
};

/** A layout with the bytes of its spellings in each style. */
class Laid {
  readonly #layout: Layout;
  readonly #texts: Pool;
  readonly #pools = new Map<object, Pool>();

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#texts = poolOf(layout.texts);
  }

  write({ spacing, strings, numbers }: JsonStyle, out: Output): void {
    const { codes, marks } = this.#layout;
    const pools: Pool[] = [];
    pools[kinds.string] = this.#pool(strings, this.#layout.strings, (raw) => styleString(raw, strings));
    pools[kinds.number] = this.#pool(numbers, this.#layout.numbers, (raw) => styleNumber(raw, numbers, -1));
    pools[kinds.text] = this.#texts;
    pools[kinds.mark] = poolOf(marks.map((mark) => markText(mark, spacing, styleString(mark.key ?? "", strings))));
    if ("at" in numbers) this.#writePlaced(pools, numbers, out);
    else for (const code of codes) out.add(pools[code & 3], code >> 2);
  }

  /** Writes numbers whose spelling depends on their index. */
  #writePlaced(pools: readonly Pool[], style: NumberStyle, out: Output): void {
    let place = 0;
    for (const code of this.#layout.codes) {
      const raw = (code & 3) === kinds.number ? (this.#layout.numbers[code >> 2] ?? "") : undefined;
      const made = raw === undefined ? undefined : styleNumber(raw, style, place++);
      if (made === raw || made === undefined) out.add(pools[code & 3], code >> 2);
      else out.addText(made);
    }
  }

  #pool(style: object, raws: readonly string[], spell: (raw: string) => string): Pool {
    const existing = this.#pools.get(style);
    if (existing !== undefined) return existing;
    const made = poolOf(raws.map(spell));
    // Styles for single numbers are tried only once, so only styles of the whole document are cached.
    if (!("at" in style)) this.#pools.set(style, made);
    return made;
  }
}

/** A growing byte buffer. */
class Output {
  length = 0;
  #bytes: Uint8Array;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  add(pool: Pool | undefined, index: number): void {
    if (pool === undefined) return;
    const from = pool.starts[index] ?? 0;
    const to = pool.starts[index + 1] ?? from;
    this.#make(to - from);
    // A loop is faster than set() for short pieces, which nearly all are.
    const source = pool.bytes;
    const bytes = this.#bytes;
    let at = this.length;
    if (to - from > 64) bytes.set(source.subarray(from, to), at);
    else for (let next = from; next < to; next++) bytes[at++] = source[next] ?? 0;
    this.length += to - from;
  }

  addText(text: string): void {
    if (text !== "") this.add(poolOf([text]), 0);
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes.buffer, 0, this.length);
  }

  #make(room: number): void {
    const end = this.length + room;
    if (end <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(end, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
  }
}
