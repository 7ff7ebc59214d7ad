import { createHash, createPrivateKey, createPublicKey, verify } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { findProfile } from "../../src/providers/index.ts";
import type { Profile } from "../../src/providers/profile.ts";
import { signingScheme } from "../../src/signature/sign.ts";
import { Secret } from "../../src/values/secret.ts";
import { answer, serve, startReceiver } from "./receivers/receiver.ts";
import type { ReceiverScheme } from "./receivers/schemes.ts";
import { schemeOf } from "./receivers/schemes.ts";
import { discordKeys, discordProfile } from "./receivers/sdk.ts";
import { checkTarget, checkUrl, failures } from "./support.ts";
import type { CheckOptions } from "./support.ts";

const start = async (scheme: ReceiverScheme) => {
  const receiver = await startReceiver(scheme);
  onTestFinished(receiver.close);
  return receiver;
};

const github = schemeOf("github");

/** SalesOS says that it signs with HMAC-SHA256, and not how that is written. */
const salesos = (given: ReceiverScheme["given"], encoding: "hex" | "base64"): ReceiverScheme => ({
  ...github,
  provider: "salesos",
  header: "x-webhook-signature",
  given,
  expected: (body, headers, url, secret) =>
    Buffer.from(github.expected(body, headers, url, secret), "hex").toString(encoding),
  eventId: (event) => String(event["id"] as string),
  eventType: () => "",
});

describe("a form that the platform leaves open", () => {
  test.each([
    ["hex", salesos((value) => [value], "hex")],
    ["prefixed", salesos((value) => (value.startsWith("sha256=") ? [value.slice("sha256=".length)] : []), "hex")],
    ["base64", salesos((value) => [value], "base64")],
  ] as const)(
    "is found and named where the receiver has %s, and the rest is judged in that form",
    async (name, scheme) => {
      const { url } = await start(scheme);
      const report = await checkUrl(url, scheme);
      expect(failures(report)).toEqual([]);
      expect([report.scheme, report.passed > 15]).toEqual([name, true]);
      if (name !== "hex")
        expect(report.cases[0]?.observed).toContain(`the receiver accepts scheme ${name} (X-Webhook-Signature: `);
    },
  );

  test("is not tried where the user has chosen one, and the one that is accepted is named", async () => {
    const scheme = salesos((value) => [value], "base64");
    const { url } = await start(scheme);
    const report = await checkUrl(url, scheme, { isSchemeChosen: true });
    expect(failures(report)).toEqual([expect.stringContaining("the receiver accepts scheme base64 (")]);
    expect(report.cases[0]?.fix).toContain("--scheme base64");
  });

  test("svix-* is tried after webhook-*, as both are Svix's", async () => {
    const standard = schemeOf("standard-webhooks");
    const renamed = (headers: IncomingMessage["headers"]): IncomingMessage["headers"] =>
      Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) =>
          name.startsWith("svix-") ? [[name.replace("svix-", "webhook-"), value] as const] : [],
        ),
      );
    const scheme: ReceiverScheme = {
      ...standard,
      provider: "svix",
      header: "svix-signature",
      expected: (content, headers, url, secret) => standard.expected(content, renamed(headers), url, secret),
      timestamp: (headers) => Number(headers["svix-timestamp"] ?? Number.NaN),
      eventId: (_event, headers) => String(headers["svix-id"]),
    };
    const { url } = await start(scheme);
    const report = await checkUrl(url, scheme);
    expect(failures(report)).toEqual([]);
    expect([report.scheme, report.passed > 17]).toEqual(["svix-v1", true]);
    expect(report.cases[0]?.observed).toContain("the receiver accepts scheme svix-v1");
  });

  test("an older scheme of the platform's is named, and is a failure", async () => {
    const { url } = await start({
      ...schemeOf("hubspot"),
      header: "x-hubspot-signature",
      given: (value) => [value],
      expected: (body, _headers, at, secret) => digest(`${secret}POST${at}`, body),
      timestamp: () => Date.now() / 1000,
    });
    const report = await checkUrl(url, schemeOf("hubspot"));
    expect(failures(report)).toEqual([
      expect.stringMatching(/^accepts-valid: 401.*; the receiver accepts scheme v2 \(/),
    ]);
  });
});

const digest = (text: string, body: Buffer): string => createHash("sha256").update(text).update(body).digest("hex");

describe("a receiver that decodes what is not a signature as far as it can", () => {
  // What the common decoders make of such characters: zeros, or nothing.
  const lenientHex = (text: string): Buffer =>
    Buffer.from((text.match(/.{1,2}/g) ?? []).map((pair) => Number.parseInt(pair, 16) || 0));
  const [secret, wanted] = [discordKeys.secret, 64];
  const key = createPublicKey(
    createPrivateKey({
      key: Buffer.concat([
        Buffer.from("302e020100300506032b657004220420", "hex"),
        Buffer.from(secret.slice("whsk_".length), "base64").subarray(0, 32),
      ]),
      format: "der",
      type: "pkcs8",
    }),
  );

  test.each<readonly [string, Profile, (request: IncomingMessage, body: Buffer) => readonly [Buffer, Buffer]]>([
    [
      "hex",
      discordProfile,
      ({ headers }, body) => [
        lenientHex(String(headers["x-signature-ed25519"])),
        Buffer.concat([Buffer.from(String(headers["x-signature-timestamp"])), body]),
      ],
    ],
    [
      "base64",
      findProfile("standard-webhooks"),
      ({ headers }, body) => [
        Buffer.from(String(headers["webhook-signature"]).replace("v1a,", ""), "base64"),
        Buffer.concat([Buffer.from(`${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.`), body]),
      ],
    ],
  ])("gives no alarm with ed25519 in %s, whatever its last byte is", async (_name, profile, read) => {
    const server = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const [signature, content] = read(request, Buffer.concat(chunks));
        const isValid = signature.length === wanted && verify(null, content, key, signature);
        answer(isValid ? 200 : 401)(response);
      });
    });
    onTestFinished(server.close);
    const given = new Secret("test", secret);
    for (let run = 0; run < 20; run++) {
      const report = await checkTarget({
        url: server.url,
        profile,
        scheme: signingScheme(profile, given),
        secret: given,
        eventType: null,
        timeLimitMs: 10_000,
        only: ["rejects-non-hex-signature"],
      });
      expect([failures(report), report.passed]).toEqual([[], 1]);
    }
  });
});

describe("a platform that sends forms", () => {
  const profile: Profile = {
    ...findProfile("slack"),
    contentType: "application/x-www-form-urlencoded",
    challenges: [],
    events: [{ type: "command", when: "", sample: "trigger_id=1&command=%2Fhook&text=hello+there" }],
  };
  const check = async (content: (body: Buffer) => Buffer, options: CheckOptions = {}) => {
    const slack = schemeOf("slack");
    const { url, close } = await startReceiver(
      {
        ...slack,
        eventId: (event) => String(event["trigger_id"] as string),
        eventType: (event) => String(event["command"] as string),
      },
      { content, parse: (body) => Object.fromEntries(new URLSearchParams(body.toString())) },
    );
    onTestFinished(close);
    const secret = new Secret("test", slack.secret);
    return checkTarget({
      url,
      profile,
      scheme: signingScheme(profile, secret),
      secret,
      eventType: "command",
      timeLimitMs: 3000,
      ...options,
    });
  };

  test("is checked with forms, and a correct receiver gives no alarm", async () => {
    const report = await check((body) => body);
    expect(failures(report)).toEqual([]);
    expect(report.cases.find(({ id }) => id === "rejects-malformed-json")?.observed).toBe("Slack does not send JSON");
    expect(report.passed).toBeGreaterThan(16);
  });

  test("and one that serializes the fields again fails in keeps-raw-body", async () => {
    const report = await check((body) => Buffer.from(new URLSearchParams(body.toString()).toString()));
    expect(failures(report)).toEqual([expect.stringMatching(/^keeps-raw-body: 401.*spaces as \+ and %20/)]);
    expect(report.cases.find(({ id }) => id === "keeps-raw-body")?.deliveries).toEqual({
      failed: ["spaces as + and %20", "escapes in lower case", "needless escapes"],
      passed: ["an empty field"],
    });
  });
});
