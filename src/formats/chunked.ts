import { malformed } from "./malformed.ts";

/**
 * Takes the chunk framing (RFC 9112 7.1) off a body. Bytes that do not start with a chunk size are
 * returned as they are: many tools show a body without its chunks under the header that announced
 * them. A body that ends too early gives what had come.
 * @throws HookproofError `input-malformed` where the framing breaks in the middle
 */
export const dechunk = (bytes: Buffer, name: string): Buffer => {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const lineEnd = bytes.indexOf(0x0a, at);
    const size = sizeOf(bytes, at, lineEnd);
    if (size === undefined) {
      if (at === 0) return bytes;
      throw malformed(name, `byte ${at} of the chunked body is not a chunk size`);
    }
    if (size === 0) break;
    const start = lineEnd + 1;
    chunks.push(bytes.subarray(start, start + size));
    at = start + size;
    if (bytes[at] === 0x0d) at++;
    if (at < bytes.length && bytes[at] !== 0x0a) {
      throw malformed(name, `the chunk at byte ${start} of the chunked body is longer than its size says`);
    }
    at++;
  }
  return Buffer.concat(chunks);
};

const sizeOf = (bytes: Buffer, start: number, end: number): number | undefined => {
  // A size with extensions is one short line; what is longer is a body.
  if (end < 0 || end - start > 4096) return undefined;
  const line = bytes.toString("latin1", start, end);
  const hex = /^([0-9a-f]{1,13})[ \t]*(?:;[^\r]*)?\r?$/i.exec(line)?.[1];
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
};
