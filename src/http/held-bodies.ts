/** One request's body in memory, from its first byte until its response is sent. */
interface HeldBody {
  size: number;
  /** Whether the request was complete and handed over, so that it can no longer be refused. */
  isWhole: boolean;
  /** Responds with 503 and drops the body. */
  readonly refuse: () => void;
}

/** Limits the total size of the bodies that a server has in memory. */
export class HeldBodies {
  readonly #limit: number;
  readonly #all = new Set<HeldBody>();
  #size = 0;

  /** @param maxBody the maximum size of one body; the total limit always allows several */
  constructor(maxBody: number) {
    this.#limit = Math.max(128 * 1024 * 1024, 4 * maxBody);
  }

  /**
   * Updates a body's size. If the total exceeds the limit, the largest body still arriving is refused, so that small
   * requests get through.
   */
  resize(one: HeldBody, size: number): void {
    this.#size += size - one.size;
    one.size = size;
    if (size === 0) this.#all.delete(one);
    else this.#all.add(one);
    if (this.#size <= this.#limit) return;
    const arriving = [...this.#all].filter(({ isWhole }) => !isWhole).toSorted((a, b) => b.size - a.size);
    const largest = arriving[0];
    if (largest === undefined) return;
    this.resize(largest, 0);
    largest.refuse();
  }
}
