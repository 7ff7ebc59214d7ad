import { createPublicKey, createSign, createVerify, generateKeyPairSync, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import {
  hasSignatureLength,
  keysFor,
  newKeyPair,
  readKeys,
  signAsymmetric,
  verifyAsymmetric,
} from "../../src/signature/asymmetric-key.ts";
import type { AsymmetricMac } from "../../src/signature/asymmetric-key.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ec384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
const ed = generateKeyPairSync("ed25519");

const macs = {
  pkcs1: { kind: "rsa", hash: "sha256", padding: "pkcs1" },
  sha1: { kind: "rsa", hash: "sha1", padding: "pkcs1" },
  pss: { kind: "rsa", hash: "sha512", padding: "pss" },
  der: { kind: "ecdsa", hash: "sha256", curve: "P-256", form: "der" },
  p1363: { kind: "ecdsa", hash: "sha256", curve: "P-256", form: "p1363" },
  ed25519: { kind: "ed25519" },
} as const satisfies Record<string, AsymmetricMac>;

const pairOf = (mac: AsymmetricMac) => ({ rsa, ecdsa: ec, ed25519: ed })[mac.kind];
const pem = (key: KeyObject): Buffer =>
  Buffer.from(key.export({ format: "pem", type: key.type === "private" ? "pkcs8" : "spki" }));
const der = (key: KeyObject): Buffer => key.export({ format: "der", type: key.type === "private" ? "pkcs8" : "spki" });
const content = Buffer.from('{"type":"charge.refunded"}');

test.each(Object.entries(macs))(
  "%s: a private key signs, its public half and itself verify, any change is refused",
  (_, mac) => {
    const { publicKey, privateKey } = pairOf(mac);
    const made = signAsymmetric(mac, pem(privateKey), content);
    if (!Buffer.isBuffer(made)) throw new Error(made.unusable);
    for (const key of [pem(publicKey), pem(privateKey)]) expect(verifyAsymmetric(mac, key, content, made)).toBe(true);
    expect(hasSignatureLength(mac, made.length)).toBe(true);
    const other = Buffer.from(made);
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
    expect(verifyAsymmetric(mac, pem(publicKey), content, other)).toBe(false);
    expect(verifyAsymmetric(mac, pem(publicKey), Buffer.from("other"), made)).toBe(false);
    for (const length of [0, 1, made.length - 1])
      expect(verifyAsymmetric(mac, pem(publicKey), content, made.subarray(0, length))).toBe(false);
    expect(verifyAsymmetric(mac, pem(publicKey), content, Buffer.concat([made, Buffer.from([0])]))).toBe(false);
  },
);

test("signatures are those of node:crypto's own interfaces, both ways", () => {
  const made = signAsymmetric(macs.sha1, pem(rsa.privateKey), content);
  expect(made).toEqual(createSign("RSA-SHA1").update(content).sign(rsa.privateKey));
  const der256 = signAsymmetric(macs.der, pem(ec.privateKey), content);
  expect(
    createVerify("SHA256")
      .update(content)
      .verify(ec.publicKey, der256 as Buffer),
  ).toBe(true);
  const theirs = sign("sha256", content, { key: ec.privateKey, dsaEncoding: "ieee-p1363" });
  expect(verifyAsymmetric(macs.p1363, pem(ec.publicKey), content, theirs)).toBe(true);
  expect(verify(null, content, ed.publicKey, signAsymmetric(macs.ed25519, pem(ed.privateKey), content) as Buffer)).toBe(
    true,
  );
});

const everyForm = (key: KeyObject): Record<string, Buffer> => {
  const text = pem(key).toString();
  const jwk = key.export({ format: "jwk" });
  return {
    PEM: Buffer.from(text),
    "PEM with \\n spelled out": Buffer.from(text.replaceAll("\n", "\\n")),
    "PEM in one line": Buffer.from(text.replaceAll("\n", "")),
    "PEM with CRLF": Buffer.from(text.replaceAll("\n", "\r\n")),
    DER: der(key),
    "base64 of DER": Buffer.from(der(key).toString("base64")),
    "base64url of DER": Buffer.from(der(key).toString("base64url")),
    "hex of DER": Buffer.from(der(key).toString("hex")),
    JWK: Buffer.from(JSON.stringify(jwk)),
    "JWK set": Buffer.from(JSON.stringify({ keys: [{ ...jwk, kid: "one" }] })),
    "reply with a JWK": Buffer.from(JSON.stringify({ key: jwk, request_id: "x" })),
    "reply with a PEM": Buffer.from(JSON.stringify({ key: text.replaceAll("\n", ""), algorithm: "x" })),
  };
};

test.each([
  ["RSA public", rsa.publicKey],
  ["RSA private", rsa.privateKey],
  ["EC public", ec.publicKey],
  ["EC private", ec.privateKey],
  ["ed25519 public", ed.publicKey],
  ["ed25519 private", ed.privateKey],
])("%s keys are read in every form in which they are handed out", (_, key) => {
  for (const [form, given] of Object.entries(everyForm(key))) {
    const read = readKeys(given);
    if ("unusable" in read) throw new Error(`${form}: ${read.unusable}`);
    expect([form, read[0]?.key.equals(key)]).toEqual([form, true]);
  }
});

test("keys of the older PEM forms are read too", () => {
  const older = [
    [rsa.publicKey.export({ format: "pem", type: "pkcs1" }), rsa.publicKey],
    [rsa.privateKey.export({ format: "pem", type: "pkcs1" }), rsa.privateKey],
    [
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${ec.privateKey.export({ format: "pem", type: "sec1" }).toString()}`,
      ec.privateKey,
    ],
  ] as const;
  for (const [text, key] of older) {
    const read = readKeys(Buffer.from(text));
    expect("unusable" in read ? read : read[0]?.key.equals(key)).toBe(true);
  }
});

test("ed25519 keys are read as raw bytes, hex, base64, whpk_ and whsk_", () => {
  const raw = Buffer.from(ed.publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const seed = Buffer.from(ed.privateKey.export({ format: "jwk" }).d ?? "", "base64url");
  const publics = [raw, raw.toString("hex"), raw.toString("base64"), `whpk_${raw.toString("base64")}`];
  for (const given of publics) {
    const read = readKeys(Buffer.from(given));
    expect("unusable" in read ? read : read[0]?.key.equals(ed.publicKey)).toBe(true);
  }
  const pair = Buffer.concat([seed, raw]);
  for (const given of [`whsk_${pair.toString("base64")}`, `whsk_${seed.toString("base64")}`, pair.toString("hex")]) {
    const read = readKeys(Buffer.from(given));
    expect("unusable" in read ? read : read[0]?.key.equals(ed.privateKey)).toBe(true);
  }
});

test("a certificate gives the key it certifies", async () => {
  const { generate } = await import("selfsigned");
  const made = await generate([{ name: "commonName", value: "sns.example" }], { algorithm: "sha256", keyType: "ec" });
  const read = readKeys(Buffer.from(made.cert));
  expect("unusable" in read ? read : read[0]?.key.equals(createPublicKey(made.private))).toBe(true);
  const inDer = Buffer.from(made.cert.replace(/-----[^-]+-----|\s/g, ""), "base64");
  expect("unusable" in readKeys(inDer)).toBe(false);
});

test.each([
  [
    "correct-horse",
    "the secret is not a public or private key (PEM, DER as base64 or hex, JWK, an X.509 certificate, or a raw ed25519 key)",
  ],
  ["-----BEGIN PUBLIC KEY-----\nMFkw", "the PEM key is cut off: its END line is missing"],
  ["-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----", "the PEM public key is damaged"],
  [
    rsa.privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "x" }).toString(),
    "the private key has a passphrase: save it without one",
  ],
  ['{"kty":"oct","k":"c2VjcmV0"}', "the JWK is a shared secret (kty oct), not a public or private key"],
  ['{"kty":"RSA"}', "the JWK (kty RSA) is damaged or of an unknown kind"],
  ['{"keys":[]}', "the key set contains no key for signatures"],
  ["{", "the secret looks like a JWK but is not JSON"],
  [
    "",
    "the secret is not a public or private key (PEM, DER as base64 or hex, JWK, an X.509 certificate, or a raw ed25519 key)",
  ],
  ["M".repeat(300_000), "the key is too large: 300000 bytes"],
])("for text without a key, the reason is given: %j", (text, why) => {
  expect(readKeys(Buffer.from(text))).toEqual({ unusable: why });
});

test("a key of another kind, curve or length says what is due", () => {
  const short = generateKeyPairSync("rsa", { modulusLength: 512 });
  const reasons = [
    keysFor(pem(rsa.publicKey), macs.der),
    keysFor(pem(ec384.publicKey), macs.der),
    keysFor(pem(ec.privateKey), macs.pkcs1),
    keysFor(pem(rsa.publicKey), macs.ed25519),
    keysFor(pem(short.publicKey), macs.pkcs1),
    signAsymmetric(macs.pkcs1, pem(rsa.publicKey), content),
  ].map((one) => ("unusable" in one ? one.unusable : "fits"));
  expect(reasons).toEqual([
    "the secret is an RSA public key (2048 bits), but this scheme needs an EC key",
    "the secret is an EC public key (secp384r1), but this scheme needs one on the curve P-256",
    "the secret is an EC private key (prime256v1), but this scheme needs an RSA key",
    "the secret is an RSA public key (2048 bits), but this scheme needs an ed25519 key",
    "the secret is an RSA public key (512 bits), but this scheme needs one of at least 1024 bits: shorter ones can be broken",
    "the secret is a public key, which can verify but not sign: use the private key",
  ]);
});

test("a key set gives the key of the id that the signature names, and none for another", () => {
  const set = Buffer.from(
    JSON.stringify({
      keys: [
        { ...rsa.publicKey.export({ format: "jwk" }), kid: "r" },
        { ...ec.publicKey.export({ format: "jwk" }), kid: "e" },
        { ...ec384.publicKey.export({ format: "jwk" }), kid: "enc", use: "enc" },
      ],
    }),
  );
  const made = signAsymmetric(macs.der, pem(ec.privateKey), content) as Buffer;
  expect(verifyAsymmetric(macs.der, set, content, made, "e")).toBe(true);
  expect(verifyAsymmetric(macs.der, set, content, made)).toBe(true);
  expect(verifyAsymmetric(macs.der, set, content, made, "r")).toBe(false);
  expect(keysFor(set, macs.der, "enc")).toEqual({ unusable: "no key has the id 'enc' that the signature names" });
});

test.each([macs.pkcs1, macs.der, macs.ed25519])("a new pair signs and verifies: %j", (mac) => {
  const { privateKey, publicKey } = newKeyPair(mac);
  const made = signAsymmetric(mac, Buffer.from(privateKey), content) as Buffer;
  expect(verifyAsymmetric(mac, Buffer.from(publicKey), content, made)).toBe(true);
});
