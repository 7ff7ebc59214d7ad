import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { checkClaims, makeClaims } from "../../src/signature/claims.ts";
import type { ClaimRule } from "../../src/signature/claims.ts";

type Part = "body" | "url";

const at = 1_700_000_000_000;
const now = at / 1000;
const request = { body: Buffer.from('{"id":1}'), url: Buffer.from("https://example.com/hook?x=1") };
const contentOf = (parts: readonly Part[]): Buffer => Buffer.concat(parts.map((part) => request[part]));
const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

const problems = (
  rules: readonly ClaimRule<Part>[],
  claims: Readonly<Record<string, unknown>>,
  options: { readonly toleranceMs?: number; readonly header?: Readonly<Record<string, unknown>> } = {},
): readonly string[] =>
  checkClaims({ header: options.header ?? {}, claims }, rules, { at, contentOf, ...options }).map(
    ({ kind, message }) => `${kind}: ${message}`,
  );

// The rules of MessageBird's tokens: https://developers.messagebird.com/api/#verifying-http-requests
const messagebird: readonly ClaimRule<Part>[] = [
  { claim: "iss", is: "MessageBird" },
  { claim: "nbf", time: "not-before", leeway: "1s" },
  { claim: "exp", time: "expires", leeway: "1s", lifetime: "60s" },
  { claim: "jti", write: "{id}" },
  { claim: "url_hash", of: ["url"], hash: "sha256" },
  { claim: "payload_hash", of: ["body"], hash: "sha256", omitEmpty: true },
];

test("claims that are made pass, and are what the platform writes", () => {
  const made = makeClaims(messagebird, { at, eventId: "u-1", contentOf });
  if ("missing" in made) throw new Error("a part is missing");
  expect(made.claims).toEqual({
    iss: "MessageBird",
    nbf: now,
    exp: now + 60,
    jti: "u-1",
    url_hash: sha256(request.url),
    payload_hash: sha256(request.body),
  });
  expect(problems(messagebird, made.claims)).toEqual([]);
});

test("each claim that does not hold is named", () => {
  const claims = { iss: "Other", nbf: now + 5, exp: now - 5, url_hash: "00", payload_hash: 7 };
  expect(problems(messagebird, claims)).toEqual([
    'other: iss is "Other", not "MessageBird"',
    "future: nbf is 5s ahead: the token is not valid yet",
    "stale: exp is 5s ago: the token has expired",
    "other: url_hash does not match what was received",
    "malformed: payload_hash is not text",
  ]);
  expect(problems(messagebird, {})).toEqual([
    "missing: iss is missing",
    "missing: nbf is missing",
    "missing: exp is missing",
    "missing: url_hash is missing",
    "missing: payload_hash is missing",
  ]);
});

test("a hash that platforms leave out for an empty body may be missing only there", () => {
  const rules: readonly ClaimRule<Part>[] = [{ claim: "payload_hash", of: ["body"], hash: "sha256", omitEmpty: true }];
  const empty = { at, contentOf: () => Buffer.alloc(0) };
  expect(checkClaims({ header: {}, claims: {} }, rules, empty)).toEqual([]);
  expect(makeClaims(rules, { ...empty, eventId: "" })).toEqual({ header: {}, claims: {} });
});

test.each([
  [{ claim: "exp", time: "expires" }, now, ["stale: exp is 0ms ago: the token has expired"]],
  [{ claim: "exp", time: "expires" }, now + 1, []],
  [{ claim: "exp", time: "expires", leeway: "1m" }, now - 59, []],
  [{ claim: "exp", time: "expires", leeway: "1m" }, now - 60, ["stale: exp is 1m ago: the token has expired"]],
  [{ claim: "nbf", time: "not-before" }, now, []],
  [{ claim: "nbf", time: "not-before" }, now + 1, ["future: nbf is 1s ahead: the token is not valid yet"]],
  [{ claim: "exp", time: "expires" }, at, [`malformed: exp is ${at}, not a time in seconds`]],
  [{ claim: "exp", time: "expires" }, "1700000000", ['malformed: exp is "1700000000", not a time in seconds']],
  [{ claim: "exp", time: "expires", optional: true }, undefined, []],
  [{ claim: "iat", time: "issued" }, undefined, []],
] as const)("times are checked as RFC 7519 says: %j at %j", (rule, value, expected) => {
  expect(problems([rule], { [rule.claim]: value })).toEqual(expected);
});

test("the user's tolerance replaces the platform's", () => {
  const rule: ClaimRule<Part> = { claim: "exp", time: "expires" };
  expect(problems([rule], { exp: now - 4000 }, { toleranceMs: 7_200_000 })).toEqual([]);
  expect(problems([rule], { exp: now - 20 }, { toleranceMs: 10_000 })).toEqual([
    "stale: exp is 20s ago: the token has expired",
  ]);
});

test("a claim may stand in the token's header", () => {
  const rule: ClaimRule<Part> = { claim: "typ", in: "header", is: "JWT" };
  expect(problems([rule], { typ: "JWT" }, { header: {} })).toEqual(["missing: header typ is missing"]);
  expect(problems([rule], {}, { header: { typ: "JWT" } })).toEqual([]);
  const made = makeClaims([rule], { at, eventId: "", contentOf });
  expect(made).toEqual({ header: { typ: "JWT" }, claims: {} });
});

test("a claim named like a method of objects is not a claim", () => {
  expect(problems([{ claim: "toString", is: "x" }], {})).toEqual(["missing: toString is missing"]);
});

test("an audience may be a list, and a claim the text of the request itself", () => {
  expect(problems([{ claim: "aud", is: "me" }], { aud: ["you", "me"] })).toEqual([]);
  expect(problems([{ claim: "aud", of: ["url"] }], { aud: request.url.toString() })).toEqual([]);
  expect(problems([{ claim: "aud", of: ["url"] }], { aud: "https://other.example/" })).toEqual([
    "other: aud does not match what was received",
  ]);
});
