import { constants } from "node:buffer";
import { closeSync, constants as open, openSync, readSync } from "node:fs";
import { fileError } from "../errors.ts";
import { isWhitespace } from "../values/whitespace.ts";

/** A line of a file. */
export interface Line {
  /** The bytes without newline; valid until the next line is read, since the buffer is reused. */
  readonly bytes: Buffer;
  /** Line number, from 1. */
  readonly number: number;
  /** Byte offset of its start. */
  readonly offset: number;
  /** Byte offset of the next line. */
  readonly end: number;
  /** True for a last line without a newline: its writer crashed, or is still writing. */
  readonly torn: boolean;
  /** True if it is longer than the limit: `bytes` is only its beginning. */
  readonly cut: boolean;
}

const lineFeed = 0x0a;
const chunkSize = 1 << 18;
/** Yield to the event loop after this many bytes, so that signals and timers are handled. */
const yieldAfterBytes = 16 << 20;
const nothing = Buffer.alloc(0);

/**
 * Splits chunks into lines only at the byte 0x0A: `node:readline` also splits at U+2028, which is legal in a JSON
 * string. Buffers at most part of one line, and no more than `longest` bytes of it.
 */
class LineSplitter {
  readonly #longest: number;
  #offset: number;
  #number = 0;
  /** The beginning of a line whose end is in a later chunk. */
  #parts: Buffer[] = [];
  #kept = 0;
  #skipped = 0;

  constructor(offset: number, longest: number) {
    this.#offset = offset;
    this.#longest = longest;
  }

  *push(chunk: Buffer): Generator<Line> {
    let start = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, start)) {
      yield this.#line(chunk.subarray(start, at), false);
      start = at + 1;
    }
    // Copied: the caller may reuse the chunk.
    if (start < chunk.length) this.#keep(Buffer.from(chunk.subarray(start)));
  }

  /** The last line, if it has no newline. @param rest data that was not pushed yet */
  *end(rest: Buffer = nothing): Generator<Line> {
    if (this.#kept + rest.length > 0) yield this.#line(rest, true);
  }

  #keep(part: Buffer): void {
    const room = Math.min(part.length, this.#longest - this.#kept);
    if (room > 0) this.#parts.push(part.subarray(0, room));
    this.#kept += room;
    this.#skipped += part.length - room;
  }

  #line(last: Buffer, torn: boolean): Line {
    let bytes = last;
    if (this.#parts.length > 0 || last.length > this.#longest) {
      this.#keep(last);
      bytes = Buffer.concat(this.#parts);
    }
    const offset = this.#offset;
    this.#offset += bytes.length + this.#skipped + (torn ? 0 : 1);
    const line = { bytes, number: ++this.#number, offset, end: this.#offset, torn, cut: this.#skipped > 0 };
    this.#parts = [];
    this.#kept = this.#skipped = 0;
    return line;
  }
}

/**
 * The lines of an open file in order, in bounded memory, whatever its size.
 * @param from byte offset of a line's start
 * @param longest how many bytes of a line to keep
 */
export async function* linesOfFile(fd: number, from = 0, longest = constants.MAX_STRING_LENGTH): AsyncGenerator<Line> {
  const splitter = new LineSplitter(from, longest);
  const chunk = Buffer.allocUnsafe(chunkSize);
  let position = from;
  for (let breath = position + yieldAfterBytes; ;) {
    const size = readSync(fd, chunk, 0, chunkSize, position);
    if (size === 0) break;
    position += size;
    yield* splitter.push(chunk.subarray(0, size));
    if (position < breath) continue;
    breath = position + yieldAfterBytes;
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield* splitter.end();
}

/**
 * Like `linesOfFile`, but opens and closes the file itself.
 * @throws HookproofError `input-unreadable`, `no-permission`, `io`
 */
export async function* readLines(path: string, from = 0): AsyncGenerator<Line> {
  let fd: number | undefined;
  try {
    // Don't wait for a pipe's writer; the flag is undefined on Windows.
    const nonBlocking: number | undefined = open.O_NONBLOCK;
    fd = openSync(path, open.O_RDONLY | (nonBlocking ?? 0));
    yield* linesOfFile(fd, from);
  } catch (error) {
    throw fileError(error, "read", path);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The lines of a text that are not blank, without their carriage returns. */
export function* linesOf(bytes: Buffer): Generator<Line> {
  const splitter = new LineSplitter(0, constants.MAX_STRING_LENGTH);
  const last = bytes.lastIndexOf(lineFeed) + 1;
  for (const part of [splitter.push(bytes.subarray(0, last)), splitter.end(bytes.subarray(last))]) {
    for (const line of part) {
      if (line.bytes.every(isWhitespace)) continue;
      yield line.bytes.at(-1) === 0x0d ? { ...line, bytes: line.bytes.subarray(0, -1) } : line;
    }
  }
}
