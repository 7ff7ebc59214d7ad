const bits = 2 ** 24;

/**
 * Which entries of a file stand in it more than once, as when files were put together. Two megabytes whatever the
 * number of entries: a bit for each, and the ids of those whose bit was set already, a few of which are there by chance.
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

  /** Tells the first of each id from those after it, for one look through the file. */
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

/** FNV-1a, as many of its bits as are kept. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return ((hash >>> 8) ^ hash) & (bits - 1);
};
