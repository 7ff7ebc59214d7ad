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
      return undefined;
    case "ed25519":
      return ed25519Bytes(secret) === undefined ? "the secret is not a whsk_ or whpk_ key" : undefined;
  }
};

/**
 * The halves of an ed25519 key in Standard Webhooks form: `whsk_` holds 64 bytes (seed and public
 * key) or the 32 of the seed, `whpk_` the 32 of the public key.
 */
export const ed25519Bytes = (
  secret: Buffer,
): { readonly seed: Buffer } | { readonly publicKey: Buffer } | undefined => {
  const text = secret.toString("latin1").trim();
  const body = text.slice("whsk_".length);
  if (!isAsymmetric(text) || !base64.test(body)) return undefined;
  const bytes = Buffer.from(body, "base64");
  if (text.startsWith("whsk_") && (bytes.length === 64 || bytes.length === 32)) return { seed: bytes.subarray(0, 32) };
  return text.startsWith("whpk_") && bytes.length === 32 ? { publicKey: bytes } : undefined;
};
