import { createHmac, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { CompactSign, compactVerify, FlattenedSign, flattenedVerify } from "jose";
import { expect, test } from "vitest";
import { algorithmProblem, claimsOf, readJws, signJws, verifyJws } from "../../src/signature/jws.ts";
import type { Jws } from "../../src/signature/jws.ts";
import type { JwsAlgorithm } from "../../src/signature/jws-algorithm.ts";
import { unusableForJws } from "../../src/signature/key.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ec521 = generateKeyPairSync("ec", { namedCurve: "P-521" });
const ed = generateKeyPairSync("ed25519");
const shared = Buffer.from("correct-horse-battery-staple-and-a-few-letters-more-than-sixty-four");

const pem = (key: KeyObject): Buffer =>
  Buffer.from(key.export({ format: "pem", type: key.type === "private" ? "pkcs8" : "spki" }));

const pairs = { RS256: rsa, PS384: rsa, ES256: ec, ES512: ec521, EdDSA: ed } as const;
const payload = Buffer.from('{"iss":"netlify"}');

const read = (token: string, ...rest: readonly [("detached" | "detached-unencoded")?, Buffer?]): Jws => {
  const jws = readJws(token, ...rest);
  if ("problem" in jws) throw new Error(jws.problem);
  return jws;
};
const signed = (options: Parameters<typeof signJws>[0]): string => {
  const made = signJws(options);
  if ("unusable" in made) throw new Error(made.unusable);
  return made.token;
};
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test.each(Object.entries(pairs))("%s: tokens are those of jose, both ways", async (name, { publicKey, privateKey }) => {
  const algorithm = name as JwsAlgorithm;
  const ours = signed({ algorithm, secret: pem(privateKey), payload });
  expect(Buffer.from((await compactVerify(ours, publicKey, { algorithms: [name] })).payload)).toEqual(payload);
  const theirs = await new CompactSign(payload).setProtectedHeader({ alg: name, kid: "k" }).sign(privateKey);
  expect(verifyJws(read(theirs), algorithm, pem(publicKey))).toBe(true);
  expect(claimsOf(read(theirs))).toEqual({ iss: "netlify" });
});

test.each(["HS256", "HS384", "HS512"] as const)("%s: tokens are those of jose, both ways", async (algorithm) => {
  const ours = signed({ algorithm, secret: shared, payload, header: { typ: "JWT" } });
  expect((await compactVerify(ours, shared)).protectedHeader).toEqual({ alg: algorithm, typ: "JWT" });
  const theirs = await new CompactSign(payload).setProtectedHeader({ alg: algorithm }).sign(shared);
  expect(verifyJws(read(theirs), algorithm, shared)).toBe(true);
  expect(verifyJws(read(theirs), algorithm, Buffer.from("other"))).toBe(false);
});

test.each(["detached", "detached-unencoded"] as const)(
  "%s content is signed as jose signs it, both ways",
  async (content) => {
    const body = Buffer.from('{"event_type":"contacts.email_optin"}');
    const ours = signed({ algorithm: "RS256", secret: pem(rsa.privateKey), payload: body, content, header: { ts: 1 } });
    const [head = "", middle, signature = ""] = ours.split(".");
    expect(middle).toBe("");
    const isEncoded = content === "detached";
    const theirPayload = isEncoded ? body.toString("base64url") : body;
    await flattenedVerify({ protected: head, payload: theirPayload, signature }, rsa.publicKey);
    const theirs = await new FlattenedSign(body)
      .setProtectedHeader({ alg: "RS256", ...(isEncoded ? {} : { b64: false, crit: ["b64"] }) })
      .sign(rsa.privateKey);
    const token = `${theirs.protected}..${theirs.signature}`;
    expect(verifyJws(read(token, content, body), "RS256", pem(rsa.publicKey))).toBe(true);
    expect(verifyJws(read(token, content, Buffer.from(`${body} `)), "RS256", pem(rsa.publicKey))).toBe(false);
  },
);

test("a token that is not signed at all is refused and named, in every spelling", () => {
  for (const alg of ["none", "None", "NONE"]) {
    const token = read(`${part({ alg })}.${part({ sub: "admin" })}.`);
    expect(algorithmProblem(token, "RS256")).toBe(`says alg: ${alg}: it is not signed at all`);
    expect(verifyJws(token, "RS256", pem(rsa.publicKey))).toBe(false);
    expect(verifyJws(token, "HS256", shared)).toBe(false);
  }
});

test("a token signed with the public key as a shared secret is refused and named", () => {
  const key = pem(rsa.publicKey);
  const input = `${part({ alg: "HS256" })}.${part({ sub: "admin" })}`;
  const forged = read(`${input}.${createHmac("sha256", key).update(input).digest("base64url")}`);
  expect(verifyJws(forged, "RS256", key)).toBe(false);
  expect(algorithmProblem(forged, "RS256")).toMatch(/^says HS256, but the scheme signs with RS256: a verifier that/);
  // Even where the profile says HS256, everybody has a public key.
  expect(verifyJws(forged, "HS256", key)).toBe(false);
  expect(unusableForJws(key, "HS256")).toBe("the secret is a public or private key, but HS256 needs a shared secret");
  const jwk = Buffer.from(JSON.stringify(rsa.publicKey.export({ format: "jwk" })));
  expect(unusableForJws(jwk, "HS256")).toBeDefined();
});

test("the algorithm is the profile's, never the token's", () => {
  const token = read(signed({ algorithm: "RS384", secret: pem(rsa.privateKey), payload }));
  expect(verifyJws(token, "RS256", pem(rsa.publicKey))).toBe(false);
  expect(algorithmProblem(token, "RS256")).toBe("says RS384, but the scheme signs with RS256");
  expect(verifyJws(token, "RS384", pem(rsa.publicKey))).toBe(true);
  expect(algorithmProblem(read(`${part({})}.${part({})}.`), "ES256")).toBe(
    "names no algorithm, but the scheme signs with ES256",
  );
});

test("a key that the token brings along counts for nothing", async () => {
  const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = own.publicKey.export({ format: "jwk" });
  const token = await new CompactSign(payload)
    .setProtectedHeader({
      alg: "RS256",
      jwk: { kty: "RSA", n: jwk.n ?? "", e: jwk.e ?? "" },
      jku: "https://evil.example",
    })
    .sign(own.privateKey);
  expect(verifyJws(read(token), "RS256", pem(rsa.publicKey))).toBe(false);
});

test.each([
  ["", "is not a JWT: expected three parts separated by dots"],
  ["a.b", "is not a JWT: expected three parts separated by dots"],
  ["a.b.c.d", "is not a JWT: expected three parts separated by dots"],
  [".".repeat(100_000), "is not a JWT: expected three parts separated by dots"],
  [`${part({ alg: "HS256" })}.e30=.c2ln`, "is not a JWT: a part is not base64url"],
  [`${part({ alg: "HS256" })}.e31.c2ln`, "is not a JWT: a part is not base64url"],
  [`${part({ alg: "HS256" })}..c2ln`, "has no content"],
  [`${part([1])}.e30.c2ln`, "is not a JWT: its header is not a JSON object"],
  [`${part("x")}.e30.c2ln`, "is not a JWT: its header is not a JSON object"],
  [`${part({ alg: "HS256", x: "y".repeat(9000) })}.e30.c2ln`, "has a header that is too large"],
  [
    `${part({ alg: "HS256", crit: ["exp"], exp: 1 })}.e30.c2ln`,
    "has a critical header parameter (crit) that is not understood",
  ],
  [`${part({ alg: "HS256", crit: "b64" })}.e30.c2ln`, "has a critical header parameter (crit) that is not understood"],
  [`${part({ alg: "HS256", crit: ["b64"], b64: false })}.e30.c2ln`, "says b64: false, but the scheme signs base64url"],
  [`${part({ alg: "HS256", b64: false })}.e30.c2ln`, "says b64: false but does not list it in crit"],
])("text that is not a token of this form is rejected with a reason: %.40s", (token, problem) => {
  expect(readJws(token)).toEqual({ problem });
});

test("a token of many megabytes is rejected before it is parsed", () => {
  expect(readJws(`a.${"b".repeat(5_000_000)}.c`)).toEqual({ problem: "is too large: 5000004 bytes" });
});

test("a detached token carries no content, and says b64: false where the scheme does", () => {
  const head = part({ alg: "RS256" });
  expect(readJws(`${head}.e30.c2ln`, "detached")).toEqual({
    problem: "contains its payload, but the detached form leaves it out",
  });
  expect(readJws(`${head}..c2ln`, "detached-unencoded")).toEqual({
    problem: "does not say b64: false, but the scheme signs the body as it is",
  });
});

test("claims that are not a JSON object are none", () => {
  for (const text of ["[]", "null", "1", "{", ""])
    expect(
      claimsOf({ header: {}, payload: Buffer.from(text), signingInput: payload, signature: payload }),
    ).toBeUndefined();
});
