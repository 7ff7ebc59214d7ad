import { fstatSync, readSync } from "node:fs";

export interface ScannedLine {
  /** Valid until the next line is asked for: it lies in the reader's own buffer. */
  readonly bytes: Buffer;
  /** Byte offset of its start. */
  readonly offset: number;
  /** Byte offset behind its line feed. */
  readonly end: number;
}

const windowSize = 1 << 18;

/**
 * Reads lines of an open file through one reused window, so that a file of gigabytes costs a
 * quarter of a megabyte; only a line longer than the window makes it grow.
 */
export class LineReader {
  readonly #fd: number;
  #window: Buffer = Buffer.allocUnsafe(windowSize);
  /** Where the window is in the file, and how much of it is filled. */
  #base = 0;
  #filled = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /**
   * The complete lines from an offset on; a last line without a line feed is left for a later scan,
   * since its writer may not be done.
   */
  *lines(from: number): Generator<ScannedLine> {
    for (let offset = from; ;) {
      const bytes = this.line(offset);
      if (bytes === undefined) return;
      const end = offset + bytes.length + 1;
      yield { bytes, offset, end };
      offset = end;
    }
  }

  /** The complete line that starts at an offset; undefined where there is none (yet). */
  line(offset: number): Buffer | undefined {
    let start = offset - this.#base;
    if (start < 0 || start > this.#filled) {
      this.#base = offset;
      this.#filled = start = 0;
    }
    for (let searched = start; ;) {
      // What lies behind the filled part is of an earlier window.
      const end = searched < this.#filled ? this.#window.indexOf(0x0a, searched) : -1;
      if (end >= 0 && end < this.#filled) return this.#window.subarray(start, end);
      searched = this.#filled;
      if (start > 0) {
        this.#window.copyWithin(0, start, this.#filled);
        this.#base += start;
        this.#filled -= start;
        searched -= start;
        start = 0;
      }
      if (this.#filled === this.#window.length) this.#grow();
      const size = readSync(
        this.#fd,
        this.#window,
        this.#filled,
        this.#window.length - this.#filled,
        this.#base + this.#filled,
      );
      if (size === 0) return undefined;
      this.#filled += size;
    }
  }

  /** The size of the file now. */
  size(): number {
    return fstatSync(this.#fd).size;
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#window.length * 2);
    this.#window.copy(larger, 0, 0, this.#filled);
    this.#window = larger;
  }
}
