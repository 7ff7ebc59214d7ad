import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  publicDecrypt,
  verify,
  X509Certificate,
} from "node:crypto";
import type { JsonWebKey, KeyObject, KeyPairKeyObjectResult } from "node:crypto";
import type { UnusableKey } from "./key.ts";

/** A scheme that signs with a private key and verifies with a public one. */
export type AsymmetricMac =
  | { readonly kind: "rsa"; readonly hash: AsymmetricHash; readonly padding: "pkcs1" | "pss" }
  | {
      readonly kind: "ecdsa";
      readonly hash: AsymmetricHash;
      /** Any curve if absent. */
      readonly curve?: Curve;
      /** `der`: an ASN.1 sequence, as OpenSSL writes it; `p1363`: r and s concatenated, as in JWTs. */
      readonly form: "der" | "p1363";
    }
  | { readonly kind: "ed25519" };

type AsymmetricHash = "sha1" | "sha256" | "sha384" | "sha512";

/** Curves by their JWK names. */
export type Curve = "P-256" | "P-384" | "P-521";

/** A parsed key, with its id if it comes from a key set. */
export interface ReadKey {
  readonly key: KeyObject;
  readonly kid: string | undefined;
}

/** Larger than any key, certificate chain or key set that platforms publish. */
const maxBytes = 256 * 1024;
/** Shorter keys have been broken; longer ones would let a hostile certificate cost too much CPU time. */
const rsaBits = { least: 1024, most: 8192 };
/** The maximum number of keys in a set. */
const maxKeysOfSet = 100;

const forms = "PEM, DER as base64 or hex, JWK, an X.509 certificate, or a raw ed25519 key";

/**
 * Reads the keys in a text or file: PEM (also with `\n` spelled out, or all in one line), DER (raw, base64 or hex), a
 * JWK, a JWK set, an X.509 certificate, a reply `{"key": …}` of a platform's key endpoint, and ed25519 keys as raw
 * bytes, hex, base64, `whpk_` and `whsk_`.
 * @returns at least one key, or why there is none
 */
export const readKeys = (given: Buffer): readonly ReadKey[] | UnusableKey => {
  let keys = latest.get(given);
  if (keys === undefined) latest.set(given, (keys = parsed(given)));
  return keys;
};

/** Cached, because a search uses the same key thousands of times. */
const latest = new WeakMap<Buffer, readonly ReadKey[] | UnusableKey>();

const parsed = (given: Buffer): readonly ReadKey[] | UnusableKey => {
  if (given.length > maxBytes) return { unusable: `the key is too large: ${given.length} bytes` };
  if (given[0] === derSequence && given.length > 40 && !isPrintable(given)) return oneKey(keyOfDer(given));
  if (given.length === 32 && !isPrintable(given)) return oneKey(ed25519Public(given));
  const text = given.toString("latin1").trim();
  if (text.startsWith("{")) return keysOfJson(text);
  if (text.startsWith("-----BEGIN ")) return oneKey(keyOfPem(text));
  return oneKey(keyOfText(text));
};

const oneKey = (key: KeyObject | UnusableKey | undefined): readonly ReadKey[] | UnusableKey => {
  if (key === undefined) return { unusable: `the secret is not a public or private key (${forms})` };
  return "unusable" in key ? key : [{ key, kid: undefined }];
};

const isPrintable = (bytes: Buffer): boolean =>
  bytes.every((byte) => (byte >= 0x20 && byte <= 0x7e) || byte === 0x0a || byte === 0x0d || byte === 0x09);

const derSequence = 0x30;

// DER frames of RFC 8410 around a raw seed and a raw public key.
const seedFrame = Buffer.from("302e020100300506032b657004220420", "hex");
const publicFrame = Buffer.from("302a300506032b6570032100", "hex");

const ed25519Private = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([seedFrame, seed]), format: "der", type: "pkcs8" });

const ed25519Public = (raw: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicFrame, raw]), format: "der", type: "spki" });

/** A key without PEM armor: `whpk_`, `whsk_`, hex, base64 and base64url of DER or of raw ed25519 bytes. */
const keyOfText = (text: string): KeyObject | UnusableKey | undefined => {
  const mark = text.slice(0, 5);
  if (mark === "whpk_" || mark === "whsk_") {
    const bytes = decoded(text.slice(5)) ?? Buffer.alloc(0);
    if (mark === "whpk_") return bytes.length === 32 ? ed25519Public(bytes) : undefined;
    return bytes.length === 32 || bytes.length === 64 ? ed25519Private(bytes.subarray(0, 32)) : undefined;
  }
  const isHex = text.length % 2 === 0 && /^[0-9a-f]+$/i.test(text);
  const bytes = isHex ? Buffer.from(text, "hex") : decoded(text);
  if (bytes === undefined) return undefined;
  // Only whsk_ and PKCS #8 contain just a seed: otherwise, 32 bytes are a public key, and 64 are seed and public key.
  if (bytes.length === 32) return ed25519Public(bytes);
  if (bytes.length === 64) return ed25519Private(bytes.subarray(0, 32));
  return bytes[0] === derSequence ? keyOfDer(bytes) : undefined;
};

/** Base64 of either alphabet, broken into lines or not. */
const decoded = (text: string): Buffer | undefined => {
  const packed = text.replaceAll("\\n", "").replace(/\s/g, "");
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(packed) ? Buffer.from(packed, "base64") : undefined;
};

type Reader = (der: Buffer) => KeyObject;

const spki: Reader = (key) => createPublicKey({ key, format: "der", type: "spki" });
const pkcs1Public: Reader = (key) => createPublicKey({ key, format: "der", type: "pkcs1" });
const pkcs8: Reader = (key) => createPrivateKey({ key, format: "der", type: "pkcs8" });
const pkcs1Private: Reader = (key) => createPrivateKey({ key, format: "der", type: "pkcs1" });
const sec1: Reader = (key) => createPrivateKey({ key, format: "der", type: "sec1" });
const certificate: Reader = (der) => new X509Certificate(der).publicKey;

const readers: readonly Reader[] = [spki, pkcs8, certificate, pkcs1Public, sec1, pkcs1Private];

const byLabel: Readonly<Record<string, Reader>> = {
  "PUBLIC KEY": spki,
  "RSA PUBLIC KEY": pkcs1Public,
  "PRIVATE KEY": pkcs8,
  "RSA PRIVATE KEY": pkcs1Private,
  "EC PRIVATE KEY": sec1,
  CERTIFICATE: certificate,
};

const keyOfDer = (der: Buffer): KeyObject | undefined => firstOf(readers, der);

const firstOf = (candidates: readonly Reader[], der: Buffer): KeyObject | undefined => {
  for (const read of candidates) {
    try {
      return read(der);
    } catch {
      // Not this form of key.
    }
  }
  return undefined;
};

/**
 * The first key in PEM text: a certificate chain begins with the signing certificate, and an EC key may follow its
 * parameters.
 */
const keyOfPem = (text: string): KeyObject | UnusableKey | undefined => {
  for (let from = 0; ;) {
    const begin = text.indexOf("-----BEGIN ", from);
    if (begin < 0) return undefined;
    const labelEnd = text.indexOf("-----", begin + 11);
    const label = text.slice(begin + 11, Math.max(labelEnd, 0));
    const end = text.indexOf(`-----END ${label}-----`, labelEnd);
    if (labelEnd < 0 || end < 0) return { unusable: "the PEM key is cut off: its END line is missing" };
    const inside = text.slice(labelEnd + 5, end);
    if (label === "ENCRYPTED PRIVATE KEY" || inside.includes("ENCRYPTED"))
      return { unusable: "the private key has a passphrase: save it without one" };
    if (label === "OPENSSH PRIVATE KEY")
      return { unusable: "the private key is in OpenSSH's own format: ssh-keygen -p -m PKCS8 -f FILE converts it" };
    const read = byLabel[label];
    if (read !== undefined) {
      const der = decoded(inside);
      const key = der === undefined ? undefined : firstOf([read], der);
      return key ?? { unusable: `the PEM ${label.toLowerCase()} is damaged` };
    }
    from = end + 1;
  }
};

const keysOfJson = (text: string): readonly ReadKey[] | UnusableKey => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { unusable: "the secret looks like a JWK but is not JSON" };
  }
  if (!isRecord(value)) return { unusable: "the secret is not a JWK" };
  if (Array.isArray(value["keys"])) return keysOfSet(value["keys"]);
  // The replies of key endpoints: Plaid {"key": {JWK}}, eBay {"key": "PEM"}.
  const inner = value["kty"] === undefined ? value["key"] : undefined;
  if (typeof inner === "string") return parsed(Buffer.from(inner));
  const key = keyOfJwk(isRecord(inner) ? inner : value);
  return "unusable" in key ? key : [key];
};

const keysOfSet = (items: readonly unknown[]): readonly ReadKey[] | UnusableKey => {
  const keys: ReadKey[] = [];
  let reason: UnusableKey | undefined;
  for (const item of items.slice(0, maxKeysOfSet)) {
    const read = isRecord(item) ? keyOfJwk(item) : { unusable: "the key set contains an entry that is not a JWK" };
    if ("unusable" in read) reason ??= read;
    else if (!(isRecord(item) && item["use"] === "enc")) keys.push(read);
  }
  return keys.length > 0 ? keys : (reason ?? { unusable: "the key set contains no key for signatures" });
};

const keyOfJwk = (jwk: Readonly<Record<string, unknown>>): ReadKey | UnusableKey => {
  const { kty, kid } = jwk;
  if (kty === "oct") return { unusable: "the JWK is a shared secret (kty oct), not a public or private key" };
  if (typeof kty !== "string") return { unusable: "the JWK has no kty" };
  const create = typeof jwk["d"] === "string" ? createPrivateKey : createPublicKey;
  try {
    return { key: create({ key: jwk as JsonWebKey, format: "jwk" }), kid: typeof kid === "string" ? kid : undefined };
  } catch {
    return { unusable: `the JWK (kty ${kty.slice(0, 20)}) is damaged or of an unknown kind` };
  }
};

/** Whether a JSON value is an object. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Describes a key: `an EC public key (prime256v1)`. */
export const keyWords = (key: KeyObject): string => {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const type = key.asymmetricKeyType ?? "unknown";
  const kind = typeWords[type] ?? `an asymmetric (${type})`;
  const detail = namedCurve ?? (modulusLength === undefined ? undefined : `${modulusLength} bits`);
  return `${kind} ${key.type} key${detail === undefined ? "" : ` (${detail})`}`;
};

const typeWords: Readonly<Record<string, string>> = {
  rsa: "an RSA",
  "rsa-pss": "an RSA-PSS",
  ec: "an EC",
  ed25519: "an ed25519",
};

const opensslCurves: Readonly<Record<Curve, string>> = {
  "P-256": "prime256v1",
  "P-384": "secp384r1",
  "P-521": "secp521r1",
};

/** Why a key can't be used with a scheme; undefined if it can. */
const keyMismatch = (key: KeyObject, mac: AsymmetricMac): string | undefined => {
  const type = key.asymmetricKeyType;
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const otherwise = (due: string): string => `the secret is ${keyWords(key)}, but this scheme needs ${due}`;
  switch (mac.kind) {
    case "ed25519":
      return type === "ed25519" ? undefined : otherwise("an ed25519 key");
    case "ecdsa":
      if (type !== "ec") return otherwise("an EC key");
      return mac.curve === undefined || namedCurve === opensslCurves[mac.curve]
        ? undefined
        : otherwise(`one on the curve ${mac.curve}`);
    case "rsa":
      if (type !== "rsa" && !(type === "rsa-pss" && mac.padding === "pss")) return otherwise("an RSA key");
      if (modulusLength < rsaBits.least)
        return otherwise(`one of at least ${rsaBits.least} bits: shorter ones can be broken`);
      return modulusLength > rsaBits.most ? otherwise(`one of at most ${rsaBits.most} bits`) : undefined;
  }
};

/**
 * The keys of a text that fit a scheme.
 * @param kid the id of the key to use, if the signature names one; keys without an id match any
 */
export const keysFor = (given: Buffer, mac: AsymmetricMac, kid?: string): readonly KeyObject[] | UnusableKey => {
  const read = readKeys(given);
  if ("unusable" in read) return read;
  const named = kid === undefined ? read : read.filter((one) => one.kid === undefined || one.kid === kid);
  if (named.length === 0)
    return { unusable: `no key has the id '${(kid ?? "").slice(0, 80)}' that the signature names` };
  const fitting = named.filter(({ key }) => keyMismatch(key, mac) === undefined);
  const [first] = named;
  if (fitting.length > 0 || first === undefined) return fitting.map(({ key }) => key);
  return { unusable: keyMismatch(first.key, mac) ?? "the secret is not a key of this scheme" };
};

/** Whether a key set lacks a key id. */
export const lacksKey = (given: Buffer, kid: string): boolean => {
  const keys = readKeys(given);
  return !("unusable" in keys) && keys.every((one) => one.kid !== undefined && one.kid !== kid);
};

/** Signs content; returns why if none of the keys can. */
export const signAsymmetric = (mac: AsymmetricMac, given: Buffer, content: Buffer): Buffer | UnusableKey => {
  const keys = keysFor(given, mac);
  if ("unusable" in keys) return keys;
  const key = keys.find((one) => one.type === "private");
  if (key === undefined)
    return { unusable: "the secret is a public key, which can verify but not sign: use the private key" };
  return sign(digestOf(mac), content, { key, ...signatureForm(mac) });
};

/** Whether a signature is valid for a content under one of these keys; for a private key, its public half is used. */
export const verifyAsymmetric = (
  mac: AsymmetricMac,
  given: Buffer,
  content: Buffer,
  received: Buffer,
  kid?: string,
): boolean => {
  const keys = keysFor(given, mac, kid);
  if ("unusable" in keys || !hasSignatureLength(mac, received.length)) return false;
  return keys.some((key) => {
    try {
      return verify(digestOf(mac), content, { key: publicHalf(key), ...signatureForm(mac) }, received);
    } catch {
      // OpenSSL throws for some malformed signatures.
      return false;
    }
  });
};

/** The DER prefixes before the hash in an RSA signature (RFC 8017, 9.2, note 1). */
const hashFrames: Readonly<Record<AsymmetricHash, string>> = {
  sha1: "3021300906052b0e03021a05000414",
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

/**
 * The hash in an RSA signature with PKCS #1 padding, if it was made with one of these keys: then the key is right, even
 * if the content is not.
 */
export const hashUnder = (
  mac: AsymmetricMac,
  given: Buffer,
  received: Buffer,
): { readonly hash: AsymmetricHash; readonly digest: Buffer } | undefined => {
  const keys = keysFor(given, mac);
  if ("unusable" in keys || mac.kind !== "rsa" || mac.padding !== "pkcs1") return undefined;
  for (const key of keys) {
    try {
      const inside = publicDecrypt({ key: publicHalf(key), padding: constants.RSA_PKCS1_PADDING }, received);
      for (const hash of ["sha1", "sha256", "sha384", "sha512"] as const) {
        const frame = Buffer.from(hashFrames[hash], "hex");
        const digest = inside.subarray(frame.length);
        if (inside.indexOf(frame) === 0 && digest.length === frame.at(-1)) return { hash, digest };
      }
    } catch {
      // Made with another key, or modified.
    }
  }
  return undefined;
};

const publicHalf = (key: KeyObject): KeyObject => (key.type === "private" ? createPublicKey(key) : key);

const digestOf = (mac: AsymmetricMac): string | null => (mac.kind === "ed25519" ? null : mac.hash);

interface SignatureForm {
  readonly padding?: number;
  readonly saltLength?: number;
  readonly dsaEncoding?: "der" | "ieee-p1363";
}

const signatureForm = (mac: AsymmetricMac): SignatureForm => {
  switch (mac.kind) {
    case "ed25519":
      return {};
    case "ecdsa":
      return { dsaEncoding: mac.form === "der" ? "der" : "ieee-p1363" };
    case "rsa":
      return mac.padding === "pkcs1"
        ? { padding: constants.RSA_PKCS1_PADDING }
        : // RFC 7518 and RFC 9421 both fix the salt to the length of the hash.
          { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  }
};

/** Whether a signature of this scheme can have this many bytes. */
export const hasSignatureLength = (mac: AsymmetricMac, length: number): boolean => {
  switch (mac.kind) {
    case "ed25519":
      return length === 64;
    case "rsa":
      return length >= rsaBits.least / 8 && length <= rsaBits.most / 8;
    case "ecdsa": {
      const half = mac.curve === undefined ? 66 : halfLengths[mac.curve];
      // DER: two integers, each with a tag, a length and perhaps a zero before it, in a sequence.
      if (mac.form === "der") return length >= 8 && length <= 2 * half + 9;
      return mac.curve === undefined ? length === 64 || length === 96 || length === 132 : length === 2 * half;
    }
  }
};

/**
 * The length of a key's RSA signatures in bytes; undefined if there are several lengths, and for other kinds of keys.
 */
export const rsaLength = (mac: AsymmetricMac, given: Buffer): number | undefined => {
  const keys = mac.kind === "rsa" ? keysFor(given, mac) : [];
  if ("unusable" in keys) return undefined;
  const [bits, ...others] = new Set(keys.map((key) => key.asymmetricKeyDetails?.modulusLength));
  return bits === undefined || others.length > 0 ? undefined : Math.ceil(bits / 8);
};

const halfLengths: Readonly<Record<Curve, number>> = { "P-256": 32, "P-384": 48, "P-521": 66 };

/** A new key pair for a scheme, as PEM, for testing receivers: only the platform has the real private key. */
export const newKeyPair = (mac: AsymmetricMac): { readonly privateKey: string; readonly publicKey: string } => {
  const { privateKey, publicKey } = pairFor(mac);
  return {
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    publicKey: publicKey.export({ format: "pem", type: "spki" }).toString(),
  };
};

const pairFor = (mac: AsymmetricMac): KeyPairKeyObjectResult => {
  switch (mac.kind) {
    case "ed25519":
      return generateKeyPairSync("ed25519");
    case "ecdsa":
      return generateKeyPairSync("ec", { namedCurve: mac.curve ?? "P-256" });
    case "rsa":
      return generateKeyPairSync("rsa", { modulusLength: 2048 });
  }
};
