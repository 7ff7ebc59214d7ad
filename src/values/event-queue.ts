interface Waiting<T> {
  readonly event: T;
  readonly size: number;
}

/**
 * Passes events from callbacks to one reader, batched. Never drops any; producers that respect `room` keep it short.
 */
export class EventQueue<T> {
  #waiting: Waiting<T>[] = [];
  #size = 0;
  #closed = false;
  #wake: (() => void) | undefined;
  #room: { readonly promise: Promise<void>; readonly free: () => void } | undefined;
  readonly #limit: number;
  readonly #maxSize: number;

  /**
   * @param limit the length beyond which `room` makes producers wait
   * @param maxSize the same for the total size; also the maximum size of a batch
   */
  constructor(limit: number, maxSize = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    this.#maxSize = maxSize;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** @param size the event's size, in the unit of `maxSize` */
  push(event: T, size = 0): void {
    this.#waiting.push({ event, size });
    this.#size += size;
    this.#wake?.();
  }

  /** Undefined while there is room, otherwise a promise that resolves when there is. */
  room(): Promise<void> | undefined {
    if (this.#closed || this.#hasRoom()) return undefined;
    if (this.#room === undefined) {
      let free = (): void => undefined;
      const promise = new Promise<void>((resolve) => {
        free = resolve;
      });
      this.#room = { promise, free };
    }
    return this.#room.promise;
  }

  /** Ends the queue: the reader stops after the remaining events. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** Yields all events in batches, as they accumulate, until the queue is closed and empty. */
  async *batches(): AsyncGenerator<readonly T[]> {
    for (;;) {
      if (this.#waiting.length > 0) {
        yield this.#batch();
        // Only now has the reader finished with the batch.
        if (this.#hasRoom()) {
          this.#room?.free();
          this.#room = undefined;
        }
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

  #hasRoom(): boolean {
    return this.#waiting.length < this.#limit && this.#size < this.#maxSize;
  }

  /** Takes a batch: at least one event, and no more than fit into `maxSize`. */
  #batch(): readonly T[] {
    let count = 0;
    let size = 0;
    for (const one of this.#waiting) {
      if (count > 0 && size + one.size > this.#maxSize) break;
      size += one.size;
      count++;
    }
    const batch = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    this.#size -= size;
    return batch.map(({ event }) => event);
  }
}
