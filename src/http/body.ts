const none = Buffer.alloc(0);
/** The initial capacity for a body that arrives in several pieces. */
const firstCapacity = 4096;

/**
 * Collects a message's body up to a limit in one buffer that doubles: a peer may send its body byte by byte, and a list
 * of tiny Buffers takes hundreds of times the memory.
 */
export class BodyBuffer {
  readonly #limit: number;
  #buffer: Buffer = none;
  #size = 0;
  #overflow = false;

  /** @param limit how many bytes to keep */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether there was more than the limit. */
  get overflow(): boolean {
    return this.#overflow;
  }

  get isFull(): boolean {
    return this.#size === this.#limit;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#size);
  }

  push(piece: Buffer): void {
    const piecePart = piece.subarray(0, this.#limit - this.#size);
    this.#overflow ||= piecePart.length < piece.length;
    const size = this.#size + piecePart.length;
    // Most bodies arrive in one piece, which is kept without copying.
    if (this.#size === 0) this.#buffer = piecePart;
    else {
      if (size > this.#buffer.length) this.#grow(size);
      piecePart.copy(this.#buffer, this.#size);
    }
    this.#size = size;
  }

  #grow(size: number): void {
    const larger = Buffer.allocUnsafe(Math.max(size, firstCapacity, Math.min(this.#limit, this.#buffer.length * 2)));
    this.#buffer.copy(larger, 0, 0, this.#size);
    this.#buffer = larger;
  }
}
