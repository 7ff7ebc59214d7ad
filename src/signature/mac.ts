import type { KeyObject } from "node:crypto";
import type { Encoding, Mac } from "../providers/profile.ts";
import { digestOf, hasNodeCrypto, hmacOf, nodeCrypto, sameMac } from "../values/digest.ts";
import { HmacKey } from "./hmac.ts";
import { ed25519Bytes, keyBytes } from "./key.ts";
import type { UnusableKey } from "./key.ts";

type HmacMac = Extract<Mac, { readonly kind: "hmac" }>;

/**
 * The signature bytes of a content under a secret.
 * @returns the bytes, or why the secret cannot sign under this MAC
 */
export const macBytes = (mac: Mac, secret: Buffer, content: Buffer): Buffer | UnusableKey => {
  switch (mac.kind) {
    case "hmac": {
      const again = keyAgain(mac, secret);
      if (again !== undefined) return again.bytes(content);
      const key = keyBytes(secret, mac.key);
      return "unusable" in key ? key : hmacOf(mac.hash, key, content);
    }
    case "digest":
      return digestOf(mac.hash, content);
    case "ed25519": {
      const key = ed25519Bytes(secret);
      if (key === undefined) return { unusable: "the secret is not a whsk_ key" };
      if (!("seed" in key)) return { unusable: "the secret is a public key (whpk_): it verifies, it cannot sign" };
      return nodeCrypto().sign(null, content, privateKey(key.seed));
    }
  }
};

/**
 * The signature of a content under a secret as text.
 * @returns the text, or why the secret cannot sign under this MAC
 */
export const macText = (mac: Mac, secret: Buffer, content: Buffer, encoding: Encoding): string | UnusableKey => {
  const again = mac.kind === "hmac" ? keyAgain(mac, secret) : undefined;
  if (again !== undefined) return again.text(content, encoding);
  const bytes = macBytes(mac, secret, content);
  return "unusable" in bytes ? bytes : bytes.toString(encoding);
};

let latest: { readonly mac: Mac; readonly secret: Buffer; key: HmacKey | undefined } | undefined;

/** The key of a secret that was asked for just before: a load signs with one secret, and once is no load. */
const keyAgain = (mac: HmacMac, secret: Buffer): HmacKey | undefined => {
  if (latest?.secret !== secret || latest.mac !== mac) {
    latest = { mac, secret, key: undefined };
    return undefined;
  }
  if (!hasNodeCrypto()) return undefined;
  if (latest.key === undefined) {
    const key = keyBytes(secret, mac.key);
    if ("unusable" in key) return undefined;
    latest.key = new HmacKey(mac.hash, key);
  }
  return latest.key;
};

/** Whether the received signature bytes are right for a content under a secret; constant time for MACs. */
export const macMatches = (mac: Mac, secret: Buffer, content: Buffer, received: Buffer): boolean => {
  if (mac.kind === "ed25519") {
    const key = ed25519Bytes(secret);
    if (key === undefined || received.length !== 64) return false;
    const publicKey = "seed" in key ? nodeCrypto().createPublicKey(privateKey(key.seed)) : publicKeyOf(key.publicKey);
    return nodeCrypto().verify(null, content, publicKey, received);
  }
  const expected = macBytes(mac, secret, content);
  return !("unusable" in expected) && sameMac(expected, received);
};

// DER frames of RFC 8410 around a raw seed and a raw public key.
const privateFrame = Buffer.from("302e020100300506032b657004220420", "hex");
const publicFrame = Buffer.from("302a300506032b6570032100", "hex");

const privateKey = (seed: Buffer): KeyObject =>
  nodeCrypto().createPrivateKey({ key: Buffer.concat([privateFrame, seed]), format: "der", type: "pkcs8" });

const publicKeyOf = (raw: Buffer): KeyObject =>
  nodeCrypto().createPublicKey({ key: Buffer.concat([publicFrame, raw]), format: "der", type: "spki" });

/** The length of a MAC's output in bytes. */
export const macLength = (mac: Mac): number => (mac.kind === "ed25519" ? 64 : hashLengths[mac.hash]);

const hashLengths = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;
