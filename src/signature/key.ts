import { createHash } from "node:crypto";
import type { KeyForm, Mac } from "../providers/profile.ts";
import { keysFor, readKeys } from "./asymmetric-key.ts";
import { asymmetricOf } from "./jws-algorithm.ts";
import type { JwsAlgorithm } from "./jws-algorithm.ts";

/** A secret that is not in the form its scheme requires. */
export interface UnusableKey {
  readonly unusable: string;
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The key bytes that a secret encodes.
 *
 * `whsec` follows the Standard Webhooks libraries: the prefix is optional and padding may be missing. A secret meant
 * for the asymmetric scheme is refused rather than decoded into nonsense.
 */
export const keyBytes = (secret: Buffer, form: KeyForm): Buffer | UnusableKey => {
  switch (form) {
    case "text":
      return secret;
    case "nfkd":
      return Buffer.from(secret.toString("utf8").normalize("NFKD"), "utf8");
    case "hex": {
      const text = secret.toString("latin1").trim();
      return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, "hex") : { unusable: "the secret is not hex" };
    }
    case "base64":
      return decoded(secret.toString("latin1").trim());
    case "whsec": {
      const text = secret.toString("latin1").trim();
      if (isAsymmetric(text)) return { unusable: "the secret is an ed25519 key, not a shared secret" };
      return decoded(text.startsWith("whsec_") ? text.slice("whsec_".length) : text);
    }
  }
};

/** The key of an HMAC: the bytes that the secret encodes, or their hash if the platform uses that. */
export const hmacKey = (secret: Buffer, mac: Extract<Mac, { readonly kind: "hmac" }>): Buffer | UnusableKey => {
  const key = keyBytes(secret, mac.key);
  return "unusable" in key || mac.keyHash === undefined ? key : createHash(mac.keyHash).update(key).digest();
};

const decoded = (text: string): Buffer | UnusableKey =>
  base64.test(text) ? Buffer.from(text, "base64") : { unusable: "the secret is not base64" };

const isAsymmetric = (text: string): boolean => text.startsWith("whsk_") || text.startsWith("whpk_");

/** Why a secret can't be used with a MAC, judged by its form; undefined if it can. */
export const unusableReason = (secret: Buffer, mac: Mac): string | undefined => {
  switch (mac.kind) {
    case "hmac": {
      const key = keyBytes(secret, mac.key);
      return "unusable" in key ? key.unusable : undefined;
    }
    case "digest":
    case "token":
      return undefined;
    case "basic":
      return secret.includes(":") ? undefined : "the secret is not user:password";
    case "ed25519":
    case "rsa":
    case "ecdsa": {
      const keys = keysFor(secret, mac);
      return "unusable" in keys ? keys.unusable : undefined;
    }
    case "jws":
      return unusableForJws(secret, mac.algorithm, mac.key);
  }
};

/** Why a secret can't be used with an algorithm; undefined if it can. */
export const unusableForJws = (secret: Buffer, algorithm: JwsAlgorithm, form: KeyForm = "text"): string | undefined => {
  const mac = asymmetricOf(algorithm);
  if (mac === undefined) {
    const key = keyBytes(secret, form);
    if ("unusable" in key) return key.unusable;
    // Prevents algorithm confusion between HS and RS: a public key must not be used as an HMAC secret.
    return isPublishedKey(secret)
      ? `the secret is a public or private key, but ${algorithm} needs a shared secret`
      : undefined;
  }
  const keys = keysFor(secret, mac);
  return "unusable" in keys ? keys.unusable : undefined;
};

const isPublishedKey = (secret: Buffer): boolean => {
  const text = secret.subarray(0, 64).toString("latin1").trimStart();
  return (text.startsWith("-----BEGIN ") || text.startsWith("{")) && !("unusable" in readKeys(secret));
};
