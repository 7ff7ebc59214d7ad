import { createHash } from "node:crypto";

/** What the file says of an entry so far. */
export const State = { absent: 0, live: 1, delivered: 2, discarded: 3 } as const;

const firstBuckets = 1 << 11;
const blockBits = 14;
const blockSize = 1 << blockBits;
const blockMask = blockSize - 1;

/** What a row holds besides its id, a number each. */
const newBlock = () => ({
  state: new Uint8Array(blockSize),
  /** Byte offset of the entry's line. */
  offset: new Float64Array(blockSize),
  /** Byte offset plus one of the last line that changed its attempts; 0 for none. */
  changed: new Float64Array(blockSize),
  /** Epoch milliseconds. */
  failedAt: new Float64Array(blockSize),
  /** Numbers of `Names`. */
  type: new Uint32Array(blockSize),
  provider: new Uint32Array(blockSize),
  /** Of the last attempt: 0 for no response, 1 where no attempt is recorded. */
  status: new Uint16Array(blockSize),
  /** Of the body. */
  bytes: new Uint32Array(blockSize),
  /** The claim's owner, its number plus one; 0 for none. */
  owner: new Uint32Array(blockSize),
  /** 1 where this process has had it. */
  handed: new Uint8Array(blockSize),
  high: new Uint32Array(blockSize),
  low: new Uint32Array(blockSize),
});

type Block = ReturnType<typeof newBlock>;
export type Column = keyof Block;

/**
 * The entries of a queue's file in order, in typed arrays: a million take some sixty megabytes, where
 * objects would take half a gigabyte. In blocks, since arrays that grow
 * exist twice while they do.
 */
export class EntryTable {
  readonly #blocks: Block[] = [];
  /** Open addressing: row number plus one, by the id's 64 bits. */
  #buckets = new Uint32Array(firstBuckets);
  #rows = 0;
  readonly #seed: number;

  /** @param seed 32 bits that nobody who writes ids can know: ids made to share a bucket would take forever */
  constructor(seed: number) {
    this.#seed = seed;
  }

  get rows(): number {
    return this.#rows;
  }

  /** The row of an id, made at the end where it is new. */
  row(id: string): number {
    const [high, low] = keyOf(id);
    const bucket = this.#bucket(high, low);
    const found = this.#buckets[bucket] ?? 0;
    if (found > 0) return found - 1;
    const row = this.#rows++;
    if (row >> blockBits === this.#blocks.length) this.#blocks.push(newBlock());
    this.set("high", row, high);
    this.set("low", row, low);
    this.#buckets[bucket] = this.#rows;
    if (this.#rows * 4 > this.#buckets.length * 3) this.#rehash();
    return row;
  }

  /** The row of an id that is there. */
  find(id: string): number | undefined {
    const [high, low] = keyOf(id);
    const found = this.#buckets[this.#bucket(high, low)] ?? 0;
    return found === 0 ? undefined : found - 1;
  }

  get(column: Column, row: number): number {
    return this.#blocks[row >> blockBits]?.[column][row & blockMask] ?? 0;
  }

  set(column: Column, row: number, value: number): void {
    const block = this.#blocks[row >> blockBits];
    if (block !== undefined) block[column][row & blockMask] = value;
  }

  #bucket(high: number, low: number): number {
    const mask = this.#buckets.length - 1;
    for (let at = mixed(high ^ this.#seed, low) & mask; ; at = (at + 1) & mask) {
      const row = this.#buckets[at] ?? 0;
      if (row === 0 || (this.get("high", row - 1) === high && this.get("low", row - 1) === low)) return at;
    }
  }

  #rehash(): void {
    this.#buckets = new Uint32Array(this.#buckets.length * 2);
    for (let row = 0; row < this.#rows; row++) {
      this.#buckets[this.#bucket(this.get("high", row), this.get("low", row))] = row + 1;
    }
  }
}

/** 32 bits in which each bit of both numbers counts (the last steps of MurmurHash3). */
const mixed = (one: number, other: number): number => {
  const half = Math.imul(one ^ (one >>> 16), 0x85ebca6b);
  const both = Math.imul(half ^ (half >>> 13) ^ other, 0xc2b2ae35);
  const last = Math.imul(both ^ (both >>> 16), 0x85ebca6b);
  return (last ^ (last >>> 13)) >>> 0;
};

const ours = /^dlq_[0-9a-f]{16}$/;

/** 64 bits of an id: its own where it is one of ours, else of its hash. */
const keyOf = (id: string): readonly [high: number, low: number] => {
  const hex = ours.test(id) ? id.slice(4) : createHash("sha256").update(id).digest("hex").slice(0, 16);
  return [Number.parseInt(hex.slice(0, 8), 16), Number.parseInt(hex.slice(8), 16)];
};

/** Texts that many entries share, each kept once under a number. */
export class Names {
  readonly #numbers = new Map<string | null, number>([[null, 0]]);
  readonly #texts: (string | null)[] = [null];

  number(text: string | null): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  text(number: number): string | null {
    return this.#texts[number] ?? null;
  }
}
