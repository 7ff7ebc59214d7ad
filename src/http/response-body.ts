const none = Buffer.alloc(0);

/**
 * The beginning of a body, up to a limit. Pieces are copied together into one buffer that grows: undici's
 * pieces are views of larger buffers, and a body in single bytes would keep one of them alive for each byte.
 */
export class ResponseBody {
  readonly #limit: number;
  #bytes: Buffer = none;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(piece: Buffer): void {
    const size = Math.min(this.#size + piece.length, this.#limit);
    if (size === this.#size) return;
    if (size > this.#bytes.length) this.#grow(size);
    piece.copy(this.#bytes, this.#size, 0, size - this.#size);
    this.#size = size;
  }

  get isFull(): boolean {
    return this.#size === this.#limit;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  #grow(size: number): void {
    // The first piece is mostly all of it.
    const room = this.#size === 0 ? size : Math.min(this.#limit, Math.max(size, this.#bytes.length * 2));
    const larger = Buffer.allocUnsafeSlow(room);
    this.#bytes.copy(larger, 0, 0, this.#size);
    this.#bytes = larger;
  }
}
