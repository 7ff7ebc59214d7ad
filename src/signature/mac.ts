import { createHash, createHmac } from "node:crypto";
import type { Encoding, Layout, Mac, Scheme } from "../providers/profile.ts";
import { constantTimeEqual } from "../values/constant-time-equal.ts";
import type { AsymmetricMac } from "./asymmetric-key.ts";
import { hasSignatureLength, signAsymmetric, verifyAsymmetric } from "./asymmetric-key.ts";
import { signJws, verifyJws } from "./jws.ts";
import { contentOf, readToken } from "./token.ts";
import { hmacKey } from "./key.ts";
import type { UnusableKey } from "./key.ts";

/**
 * The signature bytes of a content under a secret.
 * @param content what is signed; for a token, its payload
 * @param header a token's header parameters besides the algorithm
 * @returns the bytes, or why the secret cannot sign under this MAC
 */
export const macBytes = (
  mac: Mac,
  secret: Buffer,
  content: Buffer,
  header: Readonly<Record<string, unknown>> = {},
): Buffer | UnusableKey => {
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
    case "rsa":
    case "ecdsa":
    case "ed25519":
      return signAsymmetric(mac, secret, content);
    case "jws": {
      const { algorithm, key, payload } = mac;
      const made = signJws({
        algorithm,
        secret,
        ...(key === undefined ? {} : { form: key }),
        payload: content,
        content: contentOf(payload),
        header,
      });
      return "unusable" in made ? made : Buffer.from(made.token, "latin1");
    }
  }
};

/** Whether the received signature bytes are valid for a content under a secret; constant time for MACs. */
export const macMatches = (mac: Mac, secret: Buffer, content: Buffer, received: Buffer, kid?: string): boolean => {
  switch (mac.kind) {
    case "rsa":
    case "ecdsa":
    case "ed25519":
      return verifyAsymmetric(mac, secret, content, received, kid);
    case "jws": {
      const jws = readToken(mac, received.toString("latin1"), content);
      return !("problem" in jws) && verifyJws(jws, mac.algorithm, secret, mac.key);
    }
    default: {
      const expected = macBytes(mac, secret, content);
      return !("unusable" in expected) && constantTimeEqual(expected, received);
    }
  }
};

/** The length of a MAC's output in bytes; undefined if it has no fixed length, such as a token. */
export const macLength = (mac: Mac): number | undefined => {
  if (mac.kind === "hmac" || mac.kind === "digest") return hashLengths[mac.hash];
  return mac.kind === "ed25519" ? 64 : undefined;
};

/** Whether a signature of this MAC can have this many bytes. */
export const matchesLength = (mac: Mac, length: number): boolean => {
  if (isPublicKey(mac)) return hasSignatureLength(mac, length);
  const due = macLength(mac);
  return due === undefined || due === length;
};

/** Whether signatures are made with a private key and verified with a public one. */
export const isPublicKey = (mac: Mac): mac is AsymmetricMac =>
  mac.kind === "rsa" || mac.kind === "ecdsa" || mac.kind === "ed25519";

const hashLengths = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;

/** Whether the platform sends the secret itself, so that what it sends proves nothing about the body. */
export const isBareSecret = (mac: Mac): boolean => mac.kind === "token" || mac.kind === "basic";

/** How a scheme's signature is encoded; a bare secret is sent as text, or in base64 for Authorization: Basic. */
export const encodingOf = ({ mac, encoding }: Pick<Scheme, "mac" | "encoding">): Encoding =>
  mac.kind === "basic" ? "base64" : mac.kind === "token" || mac.kind === "jws" ? "text" : encoding;

/** A scheme's layout; that of Authorization: Basic is fixed. */
export const layoutOf = ({ mac, layout }: Pick<Scheme, "mac" | "layout">): Layout =>
  mac.kind === "basic" ? basicLayout : layout;

const basicLayout: Layout = { kind: "single", prefix: "Basic " };
