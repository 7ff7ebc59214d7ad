const bits = 2 ** 24;

/**
 * Detects entries that occur more than once, as in concatenated files, in two megabytes for any number of entries: one
 * bit per hash, plus the ids whose bit was already set, some of them by chance.
 */
export class Repeats {
  readonly #seen = new Uint8Array(bits / 8);
  readonly #maybe = new Set<string>();

  note(id: string): void {
    const hash = hashOf(id);
    const [at, bit] = [hash >>> 3, 1 << (hash & 7)];
    if (((this.#seen[at] ?? 0) & bit) !== 0) this.#maybe.add(id);
    this.#seen[at] = (this.#seen[at] ?? 0) | bit;
  }

  /** Returns a filter for one scan that accepts the first occurrence of each id. */
  filter(): (id: string) => boolean {
    const reported = new Set<string>();
    return (id) => {
      if (!this.#maybe.has(id)) return true;
      const isFirst = !reported.has(id);
      reported.add(id);
      return isFirst;
    };
  }
}

/** An FNV-1a hash, reduced to the number of bits used. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return ((hash >>> 8) ^ hash) & (bits - 1);
};
