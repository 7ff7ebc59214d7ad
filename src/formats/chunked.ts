import { malformed } from "./malformed.ts";

/**
 * Removes the chunk framing (RFC 9112, 7.1) from a body. Bytes that don't start with a chunk size are returned
 * unchanged: many tools show the decoded body but keep the Transfer-Encoding header. A body that ends too early yields
 * what had arrived.
 * @throws HookproofError `input-malformed` if the framing is broken in the middle
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
  // A size with extensions is a short line; a longer line is body data.
  if (end < 0 || end - start > 4096) return undefined;
  const line = bytes.toString("latin1", start, end);
  const hex = /^([0-9a-f]{1,13})[ \t]*(?:;[^\r]*)?\r?$/i.exec(line)?.[1];
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
};
