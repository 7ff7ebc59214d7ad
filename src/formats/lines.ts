import { isWhitespace } from "../values/whitespace.ts";
export interface NumberedLine {
  /** Without its line feed (and carriage return). */
  readonly line: Buffer;
  /** From 1. */
  readonly number: number;
  /** False for a last line without a line feed. */
  readonly ended: boolean;
}

/**
 * The lines of a file that are not blank, split at 0x0A alone: `node:readline` also splits at
 * U+2028, which is legal in a JSON string, on Node 24.
 */
export function* linesOf(bytes: Buffer): Generator<NumberedLine> {
  let number = 1;
  for (let start = 0; start < bytes.length; number++) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(start, end > start && bytes[end - 1] === 0x0d ? end - 1 : end);
    if (!line.every(isWhitespace)) yield { line, number, ended: found >= 0 };
    start = end + 1;
  }
}
