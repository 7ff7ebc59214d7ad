/** One request's body, from its first byte until the response is out. */
interface HeldBody {
  size: number;
  /** Whether the request was handed over: it is too late to refuse it then. */
  isWhole: boolean;
  /** Answers the request 503 and forgets its body. */
  readonly refuse: () => void;
}

/** The bodies that a server holds at the same time, their sum limited. */
export class HeldBodies {
  readonly #limit: number;
  readonly #all = new Set<HeldBody>();
  #size = 0;

  /** @param maxBody bytes of one; several of them fit in any case */
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
