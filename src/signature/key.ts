import { createHash } from "node:crypto";
import type { KeyForm, Mac } from "../providers/profile.ts";

/** A secret that is not in the form its scheme asks for. */
export interface UnusableKey {
  readonly unusable: string;
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The key bytes a secret stands for.
 *
 * `whsec` follows the Standard Webhooks libraries: the prefix is optional and padding may be
 * missing. A secret meant for the asymmetric scheme is refused rather than decoded into nonsense.
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

/** The key of an HMAC: the bytes that the secret stands for, or their hash where the platform takes that. */
export const hmacKey = (secret: Buffer, mac: Extract<Mac, { readonly kind: "hmac" }>): Buffer | UnusableKey => {
  const key = keyBytes(secret, mac.key);
  return "unusable" in key || mac.keyHash === undefined ? key : createHash(mac.keyHash).update(key).digest();
};

const decoded = (text: string): Buffer | UnusableKey =>
  base64.test(text) ? Buffer.from(text, "base64") : { unusable: "the secret is not base64" };

const isAsymmetric = (text: string): boolean => text.startsWith("whsk_") || text.startsWith("whpk_");

/**
 * Whether a secret can serve a MAC at all, by its own marks: the reason why not, else undefined.
 */
export const unfit = (secret: Buffer, mac: Mac): string | undefined => {
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
      return ed25519Bytes(secret) === undefined
        ? "the secret is not an ed25519 key (hex, base64, PEM, whpk_ or whsk_)"
        : undefined;
  }
};

type Ed25519Key = { readonly seed: Buffer } | { readonly publicKey: Buffer };

// DER frames of RFC 8410 around a raw seed and a raw public key.
export const privateFrame = Buffer.from("302e020100300506032b657004220420", "hex");
export const publicFrame = Buffer.from("302a300506032b6570032100", "hex");

/**
 * The halves of an ed25519 key, in any form in which platforms hand it out: `whpk_` and `whsk_`
 * (Standard Webhooks), hex (Discord), base64, PEM, DER in base64, raw bytes. 32 bytes are the public
 * key, as only `whsk_` and PKCS 8 hold a seed alone; 64 are seed and public key.
 */
export const ed25519Bytes = (secret: Buffer): Ed25519Key | undefined => {
  if (secret.length === 32 && secret.some((byte) => byte < 0x20 || byte > 0x7e)) return { publicKey: secret };
  const text = secret.toString("latin1").trim();
  if (isAsymmetric(text)) {
    const rest = text.slice("whsk_".length);
    const bytes = base64.test(rest) ? Buffer.from(rest, "base64") : Buffer.alloc(0);
    if (text.startsWith("whsk_") && bytes.length === 32) return { seed: bytes };
    if (text.startsWith("whpk_") && bytes.length !== 32) return undefined;
    return rawKey(bytes);
  }
  if (/^(?:[0-9a-f]{64}|[0-9a-f]{88}|[0-9a-f]{96}|[0-9a-f]{128})$/i.test(text)) return rawKey(Buffer.from(text, "hex"));
  const inner = /^-----BEGIN (?:PUBLIC|PRIVATE) KEY-----([^-]*)-----END/.exec(text)?.[1] ?? text;
  const packed = inner.replace(/\\n|\s/g, "");
  return /^[A-Za-z0-9+/_-]{42,90}={0,2}$/.test(packed) ? rawKey(Buffer.from(packed, "base64")) : undefined;
};

const rawKey = (bytes: Buffer): Ed25519Key | undefined => {
  if (bytes.length === 32) return { publicKey: bytes };
  if (bytes.length === 64) return { seed: bytes.subarray(0, 32) };
  if (bytes.length === 44 && bytes.indexOf(publicFrame) === 0) return { publicKey: bytes.subarray(12) };
  return bytes.length === 48 && bytes.indexOf(privateFrame) === 0 ? { seed: bytes.subarray(16) } : undefined;
};
