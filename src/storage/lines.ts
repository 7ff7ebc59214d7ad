import { createReadStream } from "node:fs";
import { fileError } from "../errors.ts";

export interface JournalLine {
  /** Without its line feed. */
  readonly bytes: Buffer;
  /** From 1. */
  readonly number: number;
  /** Byte offset of its start. */
  readonly offset: number;
  /** True for a last line without a line feed: a crash may have cut it. */
  readonly torn: boolean;
}

/**
 * The lines of a journal in order, in bounded memory. Splits at the line feed byte alone: Node's
 * readline also splits at U+2028, which is legal inside JSON strings.
 * @param from byte offset to start at (the start of a line)
 * @throws HookproofError `input-unreadable`, `no-permission`, `io`
 */
export async function* readLines(path: string, from = 0): AsyncGenerator<JournalLine> {
  let rest: Buffer[] = [];
  let number = 0;
  let offset = from;
  const take = (last: Buffer, torn: boolean): JournalLine => {
    const bytes = rest.length === 0 ? last : Buffer.concat([...rest, last]);
    rest = [];
    const line = { bytes, number: ++number, offset, torn };
    offset += bytes.length + 1;
    return line;
  };
  try {
    const stream: AsyncIterable<Buffer> = createReadStream(path, { start: from, highWaterMark: 1 << 18 });
    for await (const chunk of stream) {
      let start = 0;
      for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
        yield take(chunk.subarray(start, end), false);
        start = end + 1;
      }
      if (start < chunk.length) rest.push(chunk.subarray(start));
    }
  } catch (error) {
    throw fileError(error, "read", path);
  }
  if (rest.length > 0) yield take(Buffer.alloc(0), true);
}
