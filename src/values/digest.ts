import type * as crypto from "node:crypto";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Hash } from "../providers/profile.ts";

// Loading `node:crypto` makes a start a sixth longer, more than hashing 2 KB does in JavaScript that has not run before
// (bench/README.md). So the first bytes of a process are hashed in JavaScript, and `sign` and `verify` of a small webhook
// never load it; all that follow are hashed by `node:crypto`, many times as fast.
let left = 2048;
/** What a hash costs besides its content, in bytes. */
const each = 64;

/** Whether this hash is made in JavaScript; after one that is not, none is. */
const isEarly = (hash: Hash, content: Buffer): boolean => {
  if (left > 0) left = hash === "sha256" ? Math.max(0, left - content.length - each) : 0;
  return left > 0;
};

let loaded: typeof crypto | undefined;

/** `node:crypto`, loaded when it is first asked for. */
// oxlint-disable-next-line eslint/no-restricted-globals -- an import would load it at once, a dynamic one is not synchronous
export const nodeCrypto = (): typeof crypto => (loaded ??= process.getBuiltinModule("node:crypto"));

/** Whether it has been loaded, since there was much to hash. */
export const hasNodeCrypto = (): boolean => loaded !== undefined;

/** The hash of a content. */
export const digestOf = (hash: Hash, content: Buffer): Buffer =>
  isEarly(hash, content) ? Buffer.from(sha256(content)) : nodeCrypto().createHash(hash).update(content).digest();

/** The HMAC of a content (RFC 2104). */
export const hmacOf = (hash: Hash, key: Buffer, content: Buffer): Buffer =>
  isEarly(hash, content)
    ? Buffer.from(hmac(sha256, key, content))
    : nodeCrypto().createHmac(hash, key).update(content).digest();

/** Whether two MACs are the same; how long it takes does not tell where they differ. */
export const sameMac = (one: Buffer, other: Buffer): boolean => {
  if (one.length !== other.length) return false;
  if (left === 0) return nodeCrypto().timingSafeEqual(one, other);
  let difference = 0;
  for (let at = 0; at < one.length; at++) difference |= one.readUInt8(at) ^ other.readUInt8(at);
  return difference === 0;
};
