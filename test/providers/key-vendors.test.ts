import https from "node:https";
import { EventEmitter } from "node:events";
import { EventWebhook } from "@sendgrid/eventwebhook";
import {
  createQueryStringHash,
  decodeSymmetric,
  encodeSymmetric,
  fromMethodAndUrl,
  SymmetricAlgorithm,
} from "atlassian-jwt";
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT } from "jose";
import SnsValidator from "sns-validator";
import { expect, test, vi } from "vitest";
import { profileSchema } from "../../src/providers/schema.ts";
import { buildRequest } from "../../src/signature/build-request.ts";
import { verify } from "../../src/signature/verify.ts";
import { Secret } from "../../src/values/secret.ts";
import { keyRows } from "./key-rows.ts";

// What vendors publish, or what their documents use, as judges of the rows.

const at = 1_700_000_000_000;

const row = (id: string) => {
  const found = keyRows.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  const profile = profileSchema.parse({ id: id.replaceAll("_", "-"), name: id, schemes: found.schemes });
  const build = (url = found.url, body = found.body) =>
    buildRequest({
      profile,
      secret: new Secret("key", found.secret),
      body: Buffer.from(body),
      url,
      eventId: "e",
      eventType: null,
      attempt: 0,
      at,
      uuid: () => "u",
    }).request;
  const isValid = (headers: readonly (readonly [string, string])[], body = found.body, url = found.url): boolean => {
    const { pathname, search } = new URL(url);
    const request = {
      method: "POST",
      target: pathname + search,
      url,
      httpVersion: "1.1",
      headers,
      body: Buffer.from(body),
    };
    return verify(request, profile, [new Secret("public", found.publicKey ?? found.secret)], { at }).valid;
  };
  return { ...found, build, isValid };
};

const headerOf = ({ headers }: { readonly headers: readonly (readonly [string, string])[] }, name: string): string =>
  headers.find(([one]) => one === name)?.[1] ?? "";

test("@sendgrid/eventwebhook accepts what hookproof signs", () => {
  const { build, publicKey = "", body } = row("sendgrid");
  const request = build();
  const judge = new EventWebhook();
  const [signature, time] = ["Signature", "Timestamp"].map((end) =>
    headerOf(request, `X-Twilio-Email-Event-Webhook-${end}`),
  );
  const key = judge.convertPublicKeyToECDSA(publicKey);
  expect(judge.verifySignature(key, body, signature ?? "", time ?? "")).toBe(true);
  expect(judge.verifySignature(key, `${body} `, signature ?? "", time ?? "")).toBe(false);
});

test("sns-validator accepts what hookproof signs, with and without a subject, and for subscriptions", async () => {
  const { build, body, publicKey = "" } = row("aws_sns");
  const answer = vi.spyOn(https, "get").mockImplementation(((_: string, done: (response: unknown) => void) => {
    const response = Object.assign(new EventEmitter(), { statusCode: 200 });
    done(response);
    response.emit("data", Buffer.from(publicKey));
    response.emit("end");
    return new EventEmitter();
  }) as never);
  try {
    const message = JSON.parse(body) as Record<string, unknown>;
    const { Subject: _, ...plain } = message;
    const url = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336";
    const subscription = { ...plain, Type: "SubscriptionConfirmation", Token: "2336", SubscribeURL: url };
    for (const one of [message, plain, subscription]) {
      const request = build(undefined, JSON.stringify(one));
      const judged = (text: string) =>
        new Promise((resolve) => new SnsValidator().validate(text, (error) => resolve(error)));
      expect(await judged(request.body.toString())).toBeNull();
      expect(await judged(request.body.toString().replace("Hello", "hello"))).toBeInstanceOf(Error);
    }
  } finally {
    answer.mockRestore();
  }
});

test("Plaid's documented verifier (jose) accepts what hookproof signs, and the other way round", async () => {
  const { build, secret, publicKey = "", body, isValid } = row("plaid");
  const { key } = JSON.parse(publicKey) as { key: Parameters<typeof importJWK>[0] };
  const token = headerOf(build(), "Plaid-Verification");
  const currentDate = new Date(at);
  const { payload } = await jwtVerify(token, await importJWK(key, "ES256"), { maxTokenAge: "5 min", currentDate });
  const { createHash, createPrivateKey } = await import("node:crypto");
  const hash = createHash("sha256").update(body).digest("hex");
  expect(payload["request_body_sha256"]).toBe(hash);
  const theirs = await new SignJWT({ request_body_sha256: hash })
    .setProtectedHeader({ alg: "ES256", kid: "k1", typ: "JWT" })
    .setIssuedAt(at / 1000)
    .sign(createPrivateKey(secret));
  expect(isValid([["Plaid-Verification", theirs]])).toBe(true);
  expect(isValid([["Plaid-Verification", theirs]], `${body} `)).toBe(false);
});

test("a body that is a token (Kinde) is read by jose with the platform's key set", async () => {
  const { build, publicKey = "", body } = row("kinde");
  const set = createLocalJWKSet(JSON.parse(publicKey) as never);
  const { payload } = await jwtVerify(build().body.toString(), set, { currentDate: new Date(at) });
  expect(payload).toEqual(JSON.parse(body));
});

test.each([
  "https://example.com/hooks/in",
  "https://example.com/hooks?b=2&a=1%20x&a=0",
  "https://example.com/hooks?q=a%2Bb%26c&k=%C3%A9*'()!~&empty=",
  "https://example.com/hooks?B=1&a=2&_=3",
])("atlassian-jwt agrees on the query string hash of %s, both ways", (url) => {
  const { build, secret, isValid, body } = row("jira_connect");
  const due = createQueryStringHash(fromMethodAndUrl("post", url));
  const ours = headerOf(build(url), "Authorization").replace("JWT ", "");
  const claims = decodeSymmetric(ours, secret, SymmetricAlgorithm.HS256) as { readonly qsh: string };
  expect(claims.qsh).toBe(due);
  const token = encodeSymmetric({ iss: "client", iat: at / 1000, exp: at / 1000 + 180, qsh: due }, secret);
  expect(isValid([["Authorization", `JWT ${token}`]], body, url)).toBe(true);
  expect(isValid([["Authorization", `JWT ${token}`]], body, `${url}${url.includes("?") ? "&" : "?"}z=1`)).toBe(false);
});
