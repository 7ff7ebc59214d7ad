import { change } from "../types.ts";
import type { Body, BodyChange, Transform } from "../types.ts";

/** Converts line endings between LF, CRLF and CR. */
export const lineEndings: Transform = {
  family: "line-endings",
  layer: 3,
  *changes({ bytes }: Body): Iterable<BodyChange> {
    const { lone, pairs, returns } = counted(bytes);
    const code = "body-line-endings";
    const put = (cost: number, done: string, places: number, by: Partial<Endings>): BodyChange => ({
      ...change(cost, { code, done, places }, () => rewritten(bytes, { lf: "\n", crlf: "\r\n", cr: "\r", ...by })),
      work: bytes.length * byteWork,
    });
    if (lone > 0) yield put(1, "each LF is changed back to CRLF", lone, { lf: "\r\n" });
    if (pairs > 0) yield put(1, "each CRLF is changed back to LF", pairs, { crlf: "\n" });
    if (returns > 0) yield put(4, "each CR is changed back to LF", returns, { cr: "\n" });
    if (lone > 0) yield put(5, "each LF is changed back to CR", lone, { lf: "\r" });
    if (pairs > 0 && lone > 0)
      yield put(6, "each line ending is changed back to CRCRLF", pairs + lone, { lf: "\r\r\n", crlf: "\r\r\n" });
  },
};

/** Processing a body byte by byte costs as much as hashing it this many times. */
const byteWork = 8;

interface Endings {
  readonly lf: string;
  readonly crlf: string;
  readonly cr: string;
}

const rewritten = (bytes: Buffer, { lf, crlf, cr }: Endings): Buffer => {
  const longest = Math.max(lf.length, crlf.length - 1, cr.length);
  const out = Buffer.allocUnsafe(bytes.length * longest);
  let to = 0;
  const write = (text: string): void => {
    for (let at = 0; at < text.length; at++) out[to++] = text.charCodeAt(at);
  };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0a) write(lf);
    else if (byte !== 0x0d) out[to++] = byte;
    else if (bytes[at + 1] === 0x0a) {
      write(crlf);
      at++;
    } else write(cr);
  }
  return out.subarray(0, to);
};

const counted = (bytes: Buffer): { readonly lone: number; readonly pairs: number; readonly returns: number } => {
  let [lone, pairs, all] = [0, 0, 0];
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0x0d) all++;
    else if (bytes[at] === 0x0a) {
      if (bytes[at - 1] === 0x0d) pairs++;
      else lone++;
    }
  }
  return { lone, pairs, returns: all - pairs };
};
