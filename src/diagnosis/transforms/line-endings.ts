import { change } from "../types.ts";
import type { Body, BodyChange, Transform } from "../types.ts";

/** Line endings: CRLF to LF and back. */
export const lineEndings: Transform = {
  family: "line-endings",
  layer: 3,
  *changes({ bytes }: Body): Iterable<BodyChange> {
    const { lone, pairs, returns } = counted(bytes);
    const code = "body-line-endings";
    const put = (cost: number, done: string, places: number, pattern: RegExp, by: string): BodyChange =>
      change(cost, { code, done, places }, () => Buffer.from(bytes.toString("latin1").replace(pattern, by), "latin1"));
    if (lone > 0) yield put(1, "CRLF is restored for LF", lone, /(?<!\r)\n/g, "\r\n");
    if (pairs > 0) yield put(1, "LF is restored for CRLF", pairs, /\r\n/g, "\n");
    if (returns > 0) yield put(4, "LF is restored for CR", returns, /\r(?!\n)/g, "\n");
    if (lone > 0) yield put(5, "CR is restored for LF", lone, /(?<!\r)\n/g, "\r");
    if (pairs > 0 && lone > 0) yield put(6, "CRCRLF is restored", pairs + lone, /\r?\n/g, "\r\r\n");
  },
};

const counted = (bytes: Buffer): { readonly lone: number; readonly pairs: number; readonly returns: number } => {
  let [lone, pairs, all] = [0, 0, 0];
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at - 1] === 0x0d) pairs++;
    else lone++;
  }
  for (let at = bytes.indexOf(0x0d); at >= 0; at = bytes.indexOf(0x0d, at + 1)) all++;
  return { lone, pairs, returns: all - pairs };
};
