import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { detectProfiles } from "../../src/diagnosis/detect.ts";
import type { Profile } from "../../src/providers/profile.ts";
import { profileSchema } from "../../src/providers/schema.ts";
import { maskedHead, tokenMask } from "../../src/providers/tokens.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import type { Verdict } from "../../src/signature/verdict.ts";
import { Secret } from "../../src/values/secret.ts";

const own = (scheme: object): Profile =>
  profileSchema.parse({ id: "acme", name: "Acme", schemes: [{ name: "v1", ...scheme }] });
const token = own({ header: "X-Token", mac: { kind: "token" } });
const basic = own({ header: "Authorization", mac: { kind: "basic" } });
const inBody = own({ each: "value", place: { json: "state" }, mac: { kind: "token" } });

const received = (headers: readonly HeaderPair[], body = "{}", target = "/hooks"): WebhookRequest => ({
  method: "POST",
  target,
  headers: [["Host", "example.com"], ...headers],
  body: Buffer.from(body),
});

const judged = (profile: Profile, request: WebhookRequest, ...secrets: readonly string[]): Verdict =>
  diagnose(
    request,
    profile,
    secrets.slice(0, 1).map((text) => new Secret("given", text)),
    { at: 0, otherSecrets: secrets.slice(1).map((text) => new Secret("stored", text)) },
  );

describe("a token", () => {
  test("that is right is valid, with the note that it proves nothing about the body", () => {
    const verdict = judged(token, received([["X-Token", "token-0123456789"]]), "token-0123456789");
    expect(verdict).toMatchObject({ valid: true, matchedSecret: expect.stringContaining("given") });
    expect(verdict.notes).toEqual([expect.stringContaining("does not sign the request")]);
  });

  test.each([
    ["a newline at the secret's end", "token-0123456789", "token-0123456789\n", "secret-whitespace"],
    ["quotes around the secret", "token-0123456789", '"token-0123456789"', "secret-encoding"],
    ["Bearer before it", "Bearer token-0123456789", "token-0123456789", "signature-prefix"],
    ["another token", "token-9876543210", "token-0123456789", "secret-other"],
    ["the beginning of it", "token-01234", "token-0123456789", "secret-other"],
  ])("with %s is told as that", (_name, value, secret, code) => {
    const { valid, findings } = judged(token, received([["X-Token", value]]), secret);
    expect(valid).toBe(false);
    expect(findings).toEqual([expect.objectContaining({ code, certain: true })]);
  });

  test("of another known secret names that one", () => {
    const verdict = judged(token, received([["X-Token", "token-9876543210"]]), "token-0123456789", "token-9876543210");
    expect(verdict).toMatchObject({ cause: "secret-other", matchedSecret: expect.stringContaining("stored") });
  });

  test("is never in what is said of it", () => {
    for (const value of ["token-01234", "another-token-of-mine", "TOKEN-0123456789"])
      expect(JSON.stringify(judged(token, received([["X-Token", value]]), "token-0123456789"))).not.toContain(value);
  });

  test("that is missing is a missing signature", () => {
    expect(judged(token, received([]), "token-0123456789")).toMatchObject({ cause: "signature-missing" });
    expect(judged(inBody, received([]), "token-0123456789").findings[0]?.message).toContain("state of the body");
  });

  test("must be in every element that is signed by itself", () => {
    const body = (...states: string[]) => JSON.stringify({ value: states.map((state) => ({ state })) });
    const right = "token-0123456789";
    expect(judged(inBody, received([], body(right, right)), right).valid).toBe(true);
    expect(judged(inBody, received([], body(right, "x")), right).valid).toBe(false);
    expect(judged(inBody, received([], '{"value":[{"state":"token-0123456789"},{}]}'), right).valid).toBe(false);
    expect(judged(inBody, received([], '{"value":[]}'), right).valid).toBe(false);
  });

  test("in the header of every login tells of no platform", () => {
    expect(detectProfiles(received([["Authorization", "Basic aG9vazpwYXNz"]]), [basic])).toEqual([]);
  });
});

describe("basic auth", () => {
  const header = (user: string): HeaderPair => ["Authorization", `Basic ${Buffer.from(user).toString("base64")}`];

  test("is user and password, compared whole", () => {
    expect(judged(basic, received([header("hook:s3cret")]), "hook:s3cret").valid).toBe(true);
    expect(judged(basic, received([header("hook:s3cret!")]), "hook:s3cret").cause).toBe("secret-other");
    expect(judged(basic, received([header("hook:s3cret")]), "hook:s3cret\n").cause).toBe("secret-whitespace");
  });
});

describe("what is shown", () => {
  test("has no token in headers, query and body, and all else as it is", () => {
    const query = own({ place: { query: "key" }, mac: { kind: "token" } });
    const body = '{"value":[{"state":"hush"}],"a":1.0}';
    const shown = tokenMask([token, basic, inBody, query])?.(
      received(
        [
          ["x-token", "hush"],
          ["Authorization", "Basic aHVzaA=="],
        ],
        body,
        "/hooks?a=1&key=hush",
      ),
    );
    expect(shown?.headers.slice(1)).toEqual([
      ["x-token", "***"],
      ["Authorization", "Basic ***"],
    ]);
    expect(shown?.target).toBe("/hooks?a=1&key=***");
    expect(String(shown?.body)).toBe('{"value":[{"state":"***"}],"a":1.0}');
    expect(maskedHead("POST /?key=hush HTTP/1.1\r\nHost: x\r\nX-Token: hush\r\n\r\n", [token, query])).toBe(
      "POST /?key=*** HTTP/1.1\r\nHost: x\r\nX-Token: ***\r\n\r\n",
    );
  });

  test("is untouched for platforms that sign", () => {
    expect(
      tokenMask([own({ header: "X-Sig", mac: { kind: "hmac", hash: "sha256", key: "text" }, content: ["body"] })]),
    ).toBeUndefined();
  });
});

describe("a hash of the body that the signature covers", () => {
  const profile = own({
    header: "X-Sig",
    mac: { kind: "hmac", hash: "sha256", key: "text" },
    content: [{ header: "X-Hash" }],
    bodyHash: [{ in: { header: "X-Hash" }, hash: "sha256", encoding: "hex" }],
  });
  const sent = '{"amount":1}';
  const hash = createHash("sha256").update(sent).digest("hex");
  const signature = createHmac("sha256", "secret-secret").update(hash).digest("hex");

  test("finds a body that was changed, and one whose hash is not there", () => {
    const headers: readonly HeaderPair[] = [
      ["X-Sig", signature],
      ["X-Hash", hash],
    ];
    expect(judged(profile, received(headers, sent), "secret-secret").valid).toBe(true);
    expect(judged(profile, received(headers, '{"amount":2}'), "secret-secret")).toMatchObject({
      valid: false,
      findings: [{ code: "body-altered", certain: true, message: expect.stringContaining("X-Hash") }],
    });
    expect(judged(profile, received([["X-Sig", signature]], sent), "secret-secret")).toMatchObject({
      valid: false,
      findings: [{ code: "signature-malformed", message: expect.stringContaining("X-Hash is missing") }],
    });
  });
});
