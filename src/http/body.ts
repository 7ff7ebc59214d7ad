const none = Buffer.alloc(0);
/** What a body that comes in several pieces begins with. */
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

  /** @param limit bytes that are kept */
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
    // Most bodies are one piece: it is kept as it is.
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
