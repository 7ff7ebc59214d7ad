import { createHmac, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { findProfile } from "../../src/providers/index.ts";
import type { Profile } from "../../src/providers/profile.ts";
import { profileSchema } from "../../src/providers/schema.ts";
import type { WebhookRequest } from "../../src/request/request.ts";
import { buildRequest } from "../../src/signature/build-request.ts";
import { Secret } from "../../src/values/secret.ts";
import { keyRows } from "../providers/key-rows.ts";

const at = 1_700_000_000_000;
const body = Buffer.from('{"id": "evt_1", "amount": 12.50}');

const row = (id: string) => {
  const found = keyRows.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  const profile = profileSchema.parse({ id: id.replaceAll("_", "-"), name: id, schemes: found.schemes });
  return {
    profile,
    secret: new Secret("env:S", found.secret),
    key: new Secret("file:key", found.publicKey ?? found.secret),
  };
};

const built = (profile: Profile, secret: Secret, over = body): WebhookRequest =>
  buildRequest({
    profile,
    secret,
    body: over,
    url: "https://example.com/in",
    eventId: "e",
    eventType: null,
    attempt: 0,
    at,
    uuid: () => "u",
  }).request;

const cause = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: Partial<Parameters<typeof diagnose>[3]> = {},
): readonly string[] => {
  const { valid, findings } = diagnose(request, profile, secrets, { at, ...options });
  expect(valid).toBe(false);
  return findings.map((one) => `${one.code}${one.certain ? "" : "?"}: ${one.message}`);
};

const withToken = (request: WebhookRequest, name: string, change: (token: string) => string): WebhookRequest => ({
  ...request,
  headers: request.headers.map((pair) => (pair[0] === name ? [name, change(pair[1])] : pair)),
});

test("a body that was re-serialized under a hash in the token is found, with proof", () => {
  const { profile, secret } = row("netlify");
  const request = built(profile, secret);
  const changed = { ...request, body: Buffer.from('{"id":"evt_1","amount":12.5}') };
  expect(cause(changed, profile, [secret]).map((one) => one.split(":")[0])).toEqual([
    "body-reserialized",
    "body-numbers",
  ]);
});

test("a body that was changed beyond recognition is said to be changed, and nothing more", () => {
  const { profile, secret } = row("netlify");
  const changed = { ...built(profile, secret), body: Buffer.from('{"id": "evt_2", "amount": 99}') };
  expect(cause(changed, profile, [secret]).map((one) => one.split(":")[0])).toEqual(["body-altered"]);
});

test("a token that is too old is stale, by its iat or its exp", () => {
  const vonage = row("vonage");
  const hour = at + 3_600_000;
  expect(cause(built(vonage.profile, vonage.secret), vonage.profile, [vonage.secret], { at: hour })[0]).toMatch(
    /^timestamp-stale: /,
  );
  const messagebird = row("messagebird");
  expect(
    cause(built(messagebird.profile, messagebird.secret), messagebird.profile, [messagebird.secret], { at: hour }),
  ).toEqual(["timestamp-stale: The signature is correct, but the token's exp is 59m ago: the token has expired."]);
});

test("a token for another URL is named as such", () => {
  const { profile, secret } = row("messagebird");
  expect(cause(built(profile, secret), profile, [secret], { url: "http://localhost:3000/in" })[0]).toMatch(
    /^content-other: The signature matches once the signed URL is taken as https:\/\/example\.com\/in/,
  );
  expect(cause(built(profile, secret), profile, [secret], { url: "http://other.test/elsewhere" })[0]).toMatch(
    /^content-other: /,
  );
});

test("a shared secret with a newline at its end is found by the token", () => {
  const { profile, secret } = row("netlify");
  const pasted = new Secret("env:S", `${secret.reveal().toString()}\n`);
  expect(cause(built(profile, secret), profile, [pasted])[0]).toMatch(/^secret-whitespace: /);
  const other = new Secret("store:other", secret.reveal());
  expect(cause(built(profile, secret), profile, [new Secret("env:S", "wrong")], { otherSecrets: [other] })[0]).toMatch(
    /^secret-other: .*store:other/,
  );
  expect(cause(built(profile, secret), profile, [new Secret("env:S", "wrong")])[0]).toMatch(/^unexplained\?: /);
});

test("alg: none and a public key used as a shared secret are refused by name", () => {
  const { profile, secret, key } = row("plaid");
  const request = built(profile, secret);
  const none = withToken(request, "Plaid-Verification", (token) => {
    const [, payload] = token.split(".");
    return `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
  });
  expect(cause(none, profile, [key])).toEqual([
    "algorithm-other: The token in Plaid-Verification says alg: none: it is not signed at all.",
  ]);
  const confused = withToken(request, "Plaid-Verification", (token) => {
    const input = `${Buffer.from('{"alg":"HS256"}').toString("base64url")}.${token.split(".")[1]}`;
    return `${input}.${createHmac("sha256", key.reveal()).update(input).digest("base64url")}`;
  });
  expect(cause(confused, profile, [key])[0]).toMatch(
    /^algorithm-other: The token in Plaid-Verification says HS256, but the scheme signs with ES256/,
  );
});

test("a key that is not the one which the token names is said to be missing", () => {
  const { profile, secret } = row("plaid");
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const old = new Secret(
    "file:jwks.json",
    JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "old" }] }),
  );
  const request = withToken(built(profile, secret), "Plaid-Verification", (token) => {
    const [, payload, signature] = token.split(".");
    return `${Buffer.from('{"alg":"ES256","kid":"new"}').toString("base64url")}.${payload}.${signature}`;
  });
  expect(cause(request, profile, [old])).toEqual([
    "key-unavailable: Plaid-Verification names the key 'new', which was not given.",
  ]);
});

test.each(["sendgrid", "wise", "plaid"])("%s: a wrong key proves nothing, a known one that fits is named", (id) => {
  const { profile, secret, key } = row(id);
  const pair =
    id === "wise"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const wrong = new Secret("file:wrong.pem", pair.publicKey.export({ format: "pem", type: "spki" }));
  const request = built(profile, secret);
  expect(cause(request, profile, [wrong]).every((one) => /^\S+\?: /.test(one))).toBe(true);
  expect(cause(request, profile, [wrong], { otherSecrets: [key] })[0]).toMatch(/^secret-other: .*file:key/);
});

test("a body that was re-serialized under an ECDSA or RSA signature is found, with proof", () => {
  for (const id of ["sendgrid", "wise"]) {
    const { profile, secret, key } = row(id);
    const request = built(profile, secret, Buffer.from('{"id": "evt_1"}\n'));
    const changed = { ...request, body: Buffer.from('{"id": "evt_1"}') };
    expect(cause(changed, profile, [key])[0]).toMatch(/^body-whitespace: /);
  }
});

test("a key of another kind is said to be one", () => {
  const { profile, secret } = row("wise");
  const ec = new Secret("file:ec.pem", row("sendgrid").secret.reveal());
  expect(cause(built(profile, secret), profile, [ec]).join("\n")).toMatch(/secret-unfit.*EC private key/);
});

test("a signature that could not be checked is not called wrong", () => {
  const { profile, secret } = row("aws_sns");
  const source = keyRows.find(({ id }) => id === "aws_sns")?.body ?? "";
  const request = built(profile, secret, Buffer.from(source));
  const keyProblem =
    "the certificate's URL https://evil.example/x.pem is on a host that is not the platform's: sns.us-*-*.amazonaws.com";
  expect(cause(request, profile, [], { keyProblem })).toEqual([
    `key-unavailable: The signature was not checked: ${keyProblem}.`,
  ]);
});

test("an RSA signature over other content shows that the key is right and the body is not", () => {
  const { secret, key } = row("aws_sns");
  const profile = findProfile("aws-sns", []);
  const source = keyRows.find(({ id }) => id === "aws_sns")?.body ?? "";
  const request = built(profile, secret, Buffer.from(source));
  const changed = { ...request, body: Buffer.from(request.body.toString().replace("Hello world!", "Hello earth!")) };
  // Signed in the body, so the fields that arrived are the fields that were signed.
  expect(cause(changed, profile, [key])).toEqual([
    expect.stringMatching(
      /^body-altered: The signature was made with the private key of file:key .*SHA-1 hash.*A signed field of the body was changed/,
    ),
  ]);
  // Passed as a secret it is a key too: that none could be fetched is not the reason then.
  const keyProblem = "the host name does not resolve";
  expect(cause(changed, profile, [key], { keyProblem })).toEqual(cause(changed, profile, [key]));
  // A profile of the user's own may put the content together in another way.
  const own = { ...row("aws_sns").profile };
  const [first] = cause(changed, own, [key]);
  expect(first).toMatch(/^content-other\?: .*so the key is right/);
});

test("a key that fits the scheme is not called unfit for looking like one", () => {
  for (const id of ["aws_sns", "wise", "sendgrid", "plaid"]) {
    const { profile, secret, key } = row(id);
    const request = built(profile, secret, Buffer.from(keyRows.find((one) => one.id === id)?.body ?? ""));
    const changed = { ...request, body: Buffer.from(request.body.toString().replace(/[a-z]+"/, 'other"')) };
    expect(cause(changed, profile, [key]).join("\n")).not.toMatch(/secret-unfit|key-unavailable/);
  }
});

test("an RSA signature that is shorter than the key's is said to be too short", () => {
  const { profile, secret, key } = row("wise");
  const request = built(profile, secret);
  const cut = withToken(request, "X-Signature-SHA256", (text) => text.slice(0, 100));
  expect(cause(cut, profile, [key])).toContainEqual(
    expect.stringMatching(
      /^signature-malformed: .*75 bytes, but a signature of 256 bytes is expected with the given key/,
    ),
  );
});
