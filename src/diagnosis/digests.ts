import { createHash } from "node:crypto";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { constantTimeEqual } from "../values/constant-time-equal.ts";
import { withoutEnd, withoutStart } from "../values/cut.ts";

/** What the request's digest headers say about its body. */
export interface DigestState {
  /** True if a digest matches the body; false if a standard digest header doesn't match in any interpretation. */
  readonly holds: boolean;
  /** Whether the digest may be of a differently encoded (compressed) body. */
  readonly isCoded: boolean;
  readonly header: string;
  readonly hash: string;
  readonly bytes: Buffer;
}

interface Digest {
  readonly header: string;
  readonly hash: string;
  readonly bytes: Buffer;
  /** Whether a standard defines this header as the body's digest, so that a mismatch proves a change. */
  readonly isStandard: boolean;
}

const lengths: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 };
const hashOf = (name: string): string | undefined => {
  const hash = name.toLowerCase().replace(/^id-|[-_]/g, "");
  return hash === "sha" ? "sha1" : hash in lengths ? hash : undefined;
};

/**
 * Checks the body against its digest headers: RFC 9530 (`Content-Digest`, `Repr-Digest`), the older `Digest` and
 * `Content-MD5`, and any other header named like a digest, in any encoding.
 * @param except the signature header, which may be named like a digest
 */
export const digestState = (request: WebhookRequest, except?: string): DigestState | undefined => {
  const digests = digestsOf(request.headers.filter(([name]) => name.toLowerCase() !== except?.toLowerCase()));
  const contentEncoding = request.headers
    .find(([name]) => name.toLowerCase() === "content-encoding")?.[1]
    .trim()
    .toLowerCase();
  const isCoded = contentEncoding !== undefined && contentEncoding !== "" && contentEncoding !== "identity";
  const bodies = [request.body, ...(isCoded ? decoded(request.body, contentEncoding) : [])];
  let failed: DigestState | undefined;
  for (const { header, hash, bytes, isStandard } of digests) {
    const holds = bodies.some((body) => constantTimeEqual(createHash(hash).update(body).digest(), bytes));
    if (holds) return { holds, isCoded, header, hash, bytes };
    if (isStandard) failed ??= { holds, isCoded, header, hash, bytes };
  }
  return failed;
};

function* digestsOf(headers: readonly HeaderPair[]): Generator<Digest> {
  for (const [header, value] of headers.slice(0, 100)) {
    if (value.length > 2048) continue;
    const isList = /^(?:content-|repr-)?digest$|^x-goog-hash$/i.test(header);
    if (isList) {
      for (const item of value.split(",")) {
        const [, name = "", text = ""] = /^([\w-]+)=(.*)$/.exec(item.trim()) ?? [];
        const hash = hashOf(name);
        const bytes = hash === undefined ? undefined : digestBytes(text, [lengths[hash] ?? 0]);
        if (hash !== undefined && bytes !== undefined) yield { header, hash, bytes, isStandard: !/goog/i.test(header) };
      }
    } else if (/md5|sha-?(?:1|256|384|512)|digest|checksum|hash/i.test(header) && !/signature|hmac/i.test(header)) {
      const bytes = digestBytes(value.replace(/^[\w-]{3,12}=(?=.{16})/, ""), Object.values(lengths));
      const hash = Object.entries(lengths).find(([, length]) => length === bytes?.length)?.[0];
      if (bytes !== undefined && hash !== undefined)
        yield { header, hash, bytes, isStandard: /^content-md5$/i.test(header) && hash === "md5" };
    }
  }
}

/** Delimiters around a digest: the colons of RFC 9530 byte sequences, quotes. */
const marks = `:"'`;

/** Decodes a digest from hex, base64, base64url or base64 of the hex, chosen by its length. */
const digestBytes = (given: string, due: readonly number[]): Buffer | undefined => {
  const text = withoutStart(withoutEnd(given.trim(), marks), marks);
  if (/^(?:[0-9a-f]{2})+$/i.test(text) && due.includes(text.length / 2)) return Buffer.from(text, "hex");
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (due.includes(bytes.length)) return bytes;
  const inner = bytes.toString("latin1");
  return /^(?:[0-9a-f]{2})+$/i.test(inner) && due.includes(inner.length / 2) ? Buffer.from(inner, "hex") : undefined;
};

/** The decompressed body: some senders compute the digest before compressing. */
const decoded = (body: Buffer, contentEncoding: string): readonly Buffer[] => {
  const options = { maxOutputLength: 8 * 1024 * 1024 };
  try {
    if (/gzip/.test(contentEncoding)) return [gunzipSync(body, options)];
    if (/deflate/.test(contentEncoding)) return [inflateSync(body, options)];
    if (/br/.test(contentEncoding)) return [brotliDecompressSync(body, options)];
  } catch {
    // Not compressed after all, cut short, or larger than allowed.
  }
  return [];
};
