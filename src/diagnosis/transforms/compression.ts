import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
} from "node:zlib";
import { change } from "../types.ts";
import type { Body, BodyChange, Transform } from "../types.ts";

/** Larger inflated bodies are decompression bombs, not payloads. */
const maxOutput = 8 * 1024 * 1024;
/** Larger bodies aren't compressed as a guess: that costs too much for an unlikely match. */
const maxInput = 256 * 1024;

/** The cost of setting up a zlib stream, in hashed bytes. */
const streamWork = 100_000;
/** The same for brotli at its best quality, which also costs 35 times as much per byte. */
const bestWork = 400_000;

/** Removes a content coding that the body still has. */
export const inflated: Transform = {
  family: "compression",
  layer: 1,
  *changes({ bytes, facts }: Body): Iterable<BodyChange> {
    const named = facts.contentEncoding ?? "";
    const options = { maxOutputLength: maxOutput };
    const off = (contentEncoding: string, make: () => Buffer): BodyChange =>
      change(2, { code: "body-compressed", done: `its ${contentEncoding} compression is removed` }, () =>
        attempt(make),
      );
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) yield off("gzip", () => gunzipSync(bytes, options));
    else if ((bytes[0] ?? 0) % 16 === 8 && bytes.length > 2 && bytes.readUInt16BE(0) % 31 === 0) {
      yield off("deflate", () => inflateSync(bytes, options));
    } else if (/deflate/.test(named)) yield off("deflate", () => inflateRawSync(bytes, options));
    if (/br/.test(named) || looksBinary(bytes)) yield off("br", () => brotliDecompressSync(bytes, options));
  },
};

/** Applies a content coding again, in case the signature covers the compressed bytes. */
export const deflated: Transform = {
  family: "compression",
  layer: 3,
  isExpensive: true,
  *changes({ bytes, facts }: Body): Iterable<BodyChange> {
    const named = facts.contentEncoding;
    if (
      bytes.length === 0 ||
      bytes.length > (named === undefined ? 16_384 : maxInput) ||
      (bytes[0] === 0x1f && bytes[1] === 0x8b)
    )
      return;
    // If no header names a coding, the high cost means that only the received body is compressed, not a changed one.
    const cost = named === undefined ? 6 : 2;
    const on = (
      contentEncoding: string,
      more: number,
      make: () => Buffer,
      work = streamWork + bytes.length * 20,
    ): BodyChange => ({
      ...change(
        cost + more,
        { code: "body-compressed", done: `it is compressed by ${contentEncoding} again, as the signer signed it` },
        () => attempt(make),
      ),
      work,
    });
    if (named === undefined || /gzip/.test(named)) {
      for (const [at, level] of [6, 9, 1].entries()) {
        let made: Buffer | undefined;
        // The tenth byte names the operating system: Unix, unknown, FAT, macOS, and NTFS as 10 (zlib) or 11 (RFC 1952).
        for (const [place, system] of [3, 255, 0, 19, 10, 11].entries()) {
          yield on("gzip", at + Math.min(place, 1), () => {
            made ??= gzipSync(bytes, { level });
            return Buffer.concat([made.subarray(0, 9), Buffer.from([system]), made.subarray(10)]);
          });
        }
      }
    }
    if (named === undefined || /deflate/.test(named)) {
      yield on("deflate", 0, () => deflateSync(bytes));
      yield on("deflate", 1, () => deflateSync(bytes, { level: 9 }));
      yield on("raw deflate", 1, () => deflateRawSync(bytes));
    }
    if (named === undefined || /br/.test(named)) {
      for (const [at, quality] of [11, 4, 5, 6].entries()) {
        if (quality === 11 && bytes.length > 16_384) continue;
        const make = (): Buffer => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
        yield quality === 11 ? on("br", at, make, bestWork + bytes.length * 700) : on("br", at, make);
      }
    }
  },
};

const attempt = (make: () => Buffer): Buffer | undefined => {
  try {
    return make();
  } catch {
    // Not compressed, truncated, or larger than allowed.
    return undefined;
  }
};

const looksBinary = (bytes: Buffer): boolean => {
  for (const byte of bytes.subarray(0, 64)) if (byte < 9 || byte > 0x7e) return true;
  return false;
};
