import { createHash, createHmac, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Encoding, Layout, Mac, Scheme } from "../providers/profile.ts";
import { constantTimeEqual } from "../values/constant-time-equal.ts";
import { ed25519Bytes, hmacKey, privateFrame, publicFrame } from "./key.ts";
import type { UnusableKey } from "./key.ts";

/**
 * The signature bytes of a content under a secret.
 * @returns the bytes, or why the secret cannot sign under this MAC
 */
export const macBytes = (mac: Mac, secret: Buffer, content: Buffer): Buffer | UnusableKey => {
  switch (mac.kind) {
    case "hmac": {
      const key = hmacKey(secret, mac);
      return "unusable" in key ? key : createHmac(mac.hash, key).update(content).digest();
    }
    case "digest":
      return createHash(mac.hash).update(content).digest();
    case "token":
    case "basic":
      return secret;
    case "ed25519": {
      const key = ed25519Bytes(secret);
      if (key === undefined) return { unusable: "the secret is not an ed25519 key" };
      if (!("seed" in key))
        return {
          unusable:
            "the secret is a public key: it verifies, it cannot sign (whsk_, a PEM private key or 64 bytes sign)",
        };
      return sign(null, content, privateKey(key.seed));
    }
  }
};

/** Whether the received signature bytes are right for a content under a secret; constant time for MACs. */
export const macMatches = (mac: Mac, secret: Buffer, content: Buffer, received: Buffer): boolean => {
  if (mac.kind === "ed25519") {
    const key = ed25519Bytes(secret);
    if (key === undefined || received.length !== 64) return false;
    const publicKey = "seed" in key ? createPublicKey(privateKey(key.seed)) : publicKeyOf(key.publicKey);
    return verify(null, content, publicKey, received);
  }
  const expected = macBytes(mac, secret, content);
  return !("unusable" in expected) && constantTimeEqual(expected, received);
};

const privateKey = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([privateFrame, seed]), format: "der", type: "pkcs8" });

const publicKeyOf = (raw: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicFrame, raw]), format: "der", type: "spki" });

/** The length of a MAC's output in bytes; undefined where it has none of its own: a token is as long as it is. */
export const macLength = (mac: Mac): number | undefined => {
  if (mac.kind === "hmac" || mac.kind === "digest") return hashLengths[mac.hash];
  return mac.kind === "ed25519" ? 64 : undefined;
};

const hashLengths = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;

/** Whether the platform sends the secret itself, so that what it sends proves nothing about the body. */
export const isPlain = (mac: Mac): boolean => mac.kind === "token" || mac.kind === "basic";

/** How a scheme's signature is written; the secret itself is sent as it is, or as Authorization: Basic has it. */
export const encodingOf = ({ mac, encoding }: Pick<Scheme, "mac" | "encoding">): Encoding =>
  mac.kind === "basic" ? "base64" : mac.kind === "token" ? "text" : encoding;

/** A scheme's layout; that of Authorization: Basic is fixed. */
export const layoutOf = ({ mac, layout }: Pick<Scheme, "mac" | "layout">): Layout =>
  mac.kind === "basic" ? basicLayout : layout;

const basicLayout: Layout = { kind: "single", prefix: "Basic " };
