import type { AsymmetricMac } from "./asymmetric-key.ts";

// The algorithms of JSON Web Signatures (RFC 7518, RFC 8037).

const hmacs = { HS256: "sha256", HS384: "sha384", HS512: "sha512" } as const;

const asymmetric = {
  RS256: { kind: "rsa", hash: "sha256", padding: "pkcs1" },
  RS384: { kind: "rsa", hash: "sha384", padding: "pkcs1" },
  RS512: { kind: "rsa", hash: "sha512", padding: "pkcs1" },
  PS256: { kind: "rsa", hash: "sha256", padding: "pss" },
  PS384: { kind: "rsa", hash: "sha384", padding: "pss" },
  PS512: { kind: "rsa", hash: "sha512", padding: "pss" },
  ES256: { kind: "ecdsa", hash: "sha256", curve: "P-256", form: "p1363" },
  ES384: { kind: "ecdsa", hash: "sha384", curve: "P-384", form: "p1363" },
  ES512: { kind: "ecdsa", hash: "sha512", curve: "P-521", form: "p1363" },
  EdDSA: { kind: "ed25519" },
} as const satisfies Record<string, AsymmetricMac>;

type HmacAlgorithm = keyof typeof hmacs;

export type JwsAlgorithm = HmacAlgorithm | keyof typeof asymmetric;

/** The public-key scheme of an algorithm; undefined for those with a shared secret. */
export const asymmetricOf = (algorithm: JwsAlgorithm): AsymmetricMac | undefined =>
  isHmac(algorithm) ? undefined : asymmetric[algorithm];

/** Whether an algorithm uses a shared secret. */
export const isHmac = (algorithm: string): algorithm is HmacAlgorithm => Object.hasOwn(hmacs, algorithm);

/** The hash that an HMAC algorithm computes with; undefined for public-key algorithms. */
export const hmacHashOf = (algorithm: JwsAlgorithm): "sha256" | "sha384" | "sha512" | undefined =>
  isHmac(algorithm) ? hmacs[algorithm] : undefined;
