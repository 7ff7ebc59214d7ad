import { createHmac } from "node:crypto";
import type { KeyForm } from "../providers/profile.ts";
import { constantTimeEqual } from "../values/constant-time-equal.ts";
import { isRecord, signAsymmetric, verifyAsymmetric } from "./asymmetric-key.ts";
import { asymmetricOf, hmacHashOf, isHmac } from "./jws-algorithm.ts";
import type { JwsAlgorithm } from "./jws-algorithm.ts";
import { keyBytes, unusableForJws } from "./key.ts";
import type { UnusableKey } from "./key.ts";

// JSON Web Signatures in the compact form (RFC 7515), with their content inside or detached (RFC 7797). The profile
// determines the algorithm; the token's is only compared with it. Keys come from the caller: the token's `jwk`, `jku`,
// `x5u` and `x5c` are never looked at.

/** Where the content is: in the token, or detached from it, and then signed with or without base64url encoding. */
export type JwsContent = "inside" | "detached" | "detached-unencoded";

/** A parsed JWS; nothing about it is verified yet. */
export interface Jws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Buffer;
  /** The bytes that are signed. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/** Why a text is not a JWS of the expected form. */
export interface JwsProblem {
  readonly problem: string;
}

/** Limits: a token in a header has a few hundred bytes, one that contains an event a few thousand. */
const maxHeader = 8 * 1024;
const maxToken = 4 * 1024 * 1024;

/**
 * Parses a compact JWS.
 * @param content where its content is
 * @param detached the content, if it is not in the token
 */
export const readJws = (token: string, content: JwsContent = "inside", detached?: Buffer): Jws | JwsProblem => {
  if (token.length > maxToken) return { problem: `is too large: ${token.length} bytes` };
  // Four parts are enough to see that there are too many.
  const [head, middle, last, ...more] = token.split(".", 4);
  if (head === undefined || middle === undefined || last === undefined || more.length > 0)
    return { problem: "is not a JWT: expected three parts separated by dots" };
  if (head.length > maxHeader) return { problem: "has a header that is too large" };
  const headerBytes = base64urlBytes(head);
  const signature = last === "" ? Buffer.alloc(0) : base64urlBytes(last);
  if (headerBytes === undefined || signature === undefined) return { problem: "is not a JWT: a part is not base64url" };
  const header = objectOf(headerBytes);
  if (header === undefined) return { problem: "is not a JWT: its header is not a JSON object" };
  const unencoded = content === "detached-unencoded";
  const critical = criticalProblem(header, unencoded);
  if (critical !== undefined) return { problem: critical };
  if (content === "inside") {
    const payload = base64urlBytes(middle);
    if (payload === undefined)
      return { problem: middle === "" ? "has no content" : "is not a JWT: a part is not base64url" };
    return { header, payload, signingInput: Buffer.from(`${head}.${middle}`, "latin1"), signature };
  }
  if (middle !== "") return { problem: "contains its payload, but the detached form leaves it out" };
  const payload = detached ?? Buffer.alloc(0);
  return { header, payload, signingInput: signingInput(head, payload, unencoded), signature };
};

/** A token with an unknown `crit` extension must be rejected (RFC 7515, 4.1.11). */
const criticalProblem = (header: Readonly<Record<string, unknown>>, unencoded: boolean): string | undefined => {
  const critical: unknown = header["crit"];
  if (critical !== undefined && !(Array.isArray(critical) && critical.every((name) => name === "b64")))
    return "has a critical header parameter (crit) that is not understood";
  const isUnencoded = header["b64"] === false;
  if (isUnencoded && critical === undefined) return "says b64: false but does not list it in crit";
  if (isUnencoded === unencoded) return undefined;
  return unencoded
    ? "does not say b64: false, but the scheme signs the body as it is"
    : "says b64: false, but the scheme signs base64url";
};

const signingInput = (head: string, payload: Buffer, unencoded: boolean): Buffer =>
  Buffer.concat([Buffer.from(`${head}.`, "latin1"), unencoded ? payload : Buffer.from(payload.toString("base64url"))]);

/** Decodes base64url without padding (RFC 7515), in its canonical spelling only; undefined for anything else. */
const base64urlBytes = (text: string): Buffer | undefined => {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : undefined;
};

const objectOf = (bytes: Buffer): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The token's claims; undefined if its content is not a JSON object. */
export const claimsOf = (jws: Jws): Readonly<Record<string, unknown>> | undefined =>
  jws.payload.length > maxToken ? undefined : objectOf(jws.payload);

/** The id of the key that the token names; only for choosing among keys that are trusted anyway. */
export const kidOf = ({ header }: Jws): string | undefined => {
  const kid = header["kid"];
  return typeof kid === "string" && kid !== "" ? kid : undefined;
};

/** Why a token's algorithm is rejected: it must be the profile's. */
export const algorithmProblem = ({ header }: Jws, due: JwsAlgorithm): string | undefined => {
  const named = header["alg"];
  if (named === due) return undefined;
  if (typeof named !== "string") return `names no algorithm, but the scheme signs with ${due}`;
  const algorithm = named.slice(0, 20);
  if (named.toLowerCase() === "none") return `says alg: ${algorithm}: it is not signed at all`;
  if (isHmac(named) && !isHmac(due))
    return `says ${algorithm}, but the scheme signs with ${due}: a verifier that trusts the token's algorithm would use the public key as a shared secret`;
  return `says ${algorithm}, but the scheme signs with ${due}`;
};

/** Whether a token is signed with a secret or key under the profile's algorithm; constant time for shared secrets. */
export const verifyJws = (jws: Jws, algorithm: JwsAlgorithm, secret: Buffer, form: KeyForm = "text"): boolean => {
  if (algorithmProblem(jws, algorithm) !== undefined || unusableForJws(secret, algorithm, form) !== undefined)
    return false;
  const mac = asymmetricOf(algorithm);
  if (mac !== undefined) return verifyAsymmetric(mac, secret, jws.signingInput, jws.signature, kidOf(jws));
  const expected = signatureOf(jws.signingInput, algorithm, secret, form);
  return Buffer.isBuffer(expected) && constantTimeEqual(expected, jws.signature);
};

interface SignJws {
  readonly algorithm: JwsAlgorithm;
  readonly secret: Buffer;
  /** How a shared secret becomes key bytes. */
  readonly form?: KeyForm;
  /** Header parameters besides `alg`. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly payload: Buffer;
  readonly content?: JwsContent;
}

/** Writes a compact JWS. @returns the token, or why the secret cannot sign it */
export const signJws = (options: SignJws): { readonly token: string; readonly signingInput: Buffer } | UnusableKey => {
  const { algorithm, secret, form = "text", payload, content = "inside" } = options;
  const unfit = unusableForJws(secret, algorithm, form);
  if (unfit !== undefined) return { unusable: unfit };
  const unencoded = content === "detached-unencoded";
  const header = { alg: algorithm, ...options.header, ...(unencoded ? { b64: false, crit: ["b64"] } : {}) };
  const head = Buffer.from(JSON.stringify(header)).toString("base64url");
  const input = signingInput(head, payload, unencoded);
  const signature = signatureOf(input, algorithm, secret, form);
  if ("unusable" in signature) return signature;
  const middle = content === "inside" ? payload.toString("base64url") : "";
  return { token: `${head}.${middle}.${signature.toString("base64url")}`, signingInput: input };
};

const signatureOf = (input: Buffer, algorithm: JwsAlgorithm, secret: Buffer, form: KeyForm): Buffer | UnusableKey => {
  const mac = asymmetricOf(algorithm);
  if (mac !== undefined) return signAsymmetric(mac, secret, input);
  const key = keyBytes(secret, form);
  return "unusable" in key
    ? key
    : createHmac(hmacHashOf(algorithm) ?? "sha256", key)
        .update(input)
        .digest();
};
