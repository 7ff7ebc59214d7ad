/**
 * Hands events from callbacks to one reader, everything that gathered at once. It never drops any:
 * a producer that respects `room` keeps it short.
 */
export class EventQueue<T> {
  #waiting: T[] = [];
  #closed = false;
  #wake: (() => void) | undefined;
  #room: { readonly promise: Promise<void>; readonly free: () => void } | undefined;
  readonly #limit: number;

  /** @param limit the length beyond which `room` makes producers wait */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#waiting.length;
  }

  push(event: T): void {
    this.#waiting.push(event);
    this.#wake?.();
  }

  /** Undefined while there is room, else a promise of it. */
  room(): Promise<void> | undefined {
    if (this.#closed || this.#waiting.length < this.#limit) return undefined;
    if (this.#room === undefined) {
      let free = (): void => undefined;
      const promise = new Promise<void>((resolve) => {
        free = resolve;
      });
      this.#room = { promise, free };
    }
    return this.#room.promise;
  }

  /** No more events: the reader ends after those that are left. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** All events in batches, as they gather, until the queue is closed and empty. */
  async *batches(): AsyncGenerator<readonly T[]> {
    for (;;) {
      if (this.#waiting.length > 0) {
        const batch = this.#waiting;
        this.#waiting = [];
        yield batch;
        // Only now has the reader taken them.
        this.#room?.free();
        this.#room = undefined;
      } else if (this.#closed) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }
}
