import type { Encoding, Hash } from "../providers/profile.ts";
import { nodeCrypto } from "../values/digest.ts";

/** Bytes that each hash takes in at once: what a key is padded to. */
const blockSizes: Readonly<Record<Hash, number>> = { sha1: 64, sha256: 64, sha384: 128, sha512: 128 };
const digestSizes: Readonly<Record<Hash, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };
/** A copy of more costs more than the objects that it spares. */
const longest = 16 * 1024;

/**
 * A key of HMAC (RFC 2104) that signs many contents: the padded key is made once, and each content takes
 * two one-shot hashes. Node's `Hmac` objects cost twice as much as the hashing of a webhook.
 */
export class HmacKey {
  readonly #hash: Hash;
  readonly #key: Buffer;
  readonly #block: number;
  /** The padded key and, behind it, the content. */
  readonly #inner: Buffer;
  /** The padded key and, behind it, the inner digest. */
  readonly #outer: Buffer;

  constructor(hash: Hash, key: Buffer) {
    const block = blockSizes[hash];
    const short = key.length > block ? nodeCrypto().hash(hash, key, "buffer") : key;
    this.#hash = hash;
    this.#key = key;
    this.#block = block;
    this.#inner = Buffer.alloc(block + longest, 0);
    this.#outer = Buffer.alloc(block + digestSizes[hash], 0);
    for (let at = 0; at < block; at++) {
      this.#inner[at] = (short[at] ?? 0) ^ 0x36;
      this.#outer[at] = (short[at] ?? 0) ^ 0x5c;
    }
  }

  /** The signature's text. */
  text(content: Buffer, encoding: Encoding): string {
    if (content.length > longest)
      return nodeCrypto().createHmac(this.#hash, this.#key).update(content).digest(encoding);
    this.#fill(content);
    return nodeCrypto().hash(this.#hash, this.#outer, encoding);
  }

  /** The signature's bytes. */
  bytes(content: Buffer): Buffer {
    if (content.length > longest) return nodeCrypto().createHmac(this.#hash, this.#key).update(content).digest();
    this.#fill(content);
    return nodeCrypto().hash(this.#hash, this.#outer, "buffer");
  }

  /** Puts the inner digest into its place; as text, which costs less than a Buffer. */
  #fill(content: Buffer): void {
    content.copy(this.#inner, this.#block);
    const inner = this.#inner.subarray(0, this.#block + content.length);
    this.#outer.write(nodeCrypto().hash(this.#hash, inner, "binary"), this.#block, "latin1");
  }
}
