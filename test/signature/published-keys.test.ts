import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { keyPreparer } from "../../src/listener/inspect.ts";
import { profileSchema } from "../../src/providers/schema.ts";
import { buildRequest } from "../../src/signature/build-request.ts";
import { keyFetcher } from "../../src/signature/key-fetch.ts";
import { publishedKeys } from "../../src/signature/published-keys.ts";
import { verify } from "../../src/signature/verify.ts";
import { Secret } from "../../src/values/secret.ts";
import { keyRows } from "../providers/key-rows.ts";

const at = 1_700_000_000_000;
const row = keyRows.find(({ id }) => id === "aws_sns");
if (row === undefined) throw new Error("no row");
const profile = profileSchema.parse({ id: "aws-sns", name: "SNS", schemes: row.schemes });

const signedBy = (secret: string, url: string) =>
  buildRequest({
    profile,
    secret: new Secret("key", secret),
    body: Buffer.from(row.body.replace(/https:[^"]+\.pem/, url)),
    eventId: "e",
    eventType: null,
    attempt: 0,
    at,
    uuid: () => "u",
  }).request;

const fetcher = () => {
  const asked: string[] = [];
  const made = keyFetcher({
    cache: { read: () => undefined, write: () => undefined },
    fetch: async ({ href }) => {
      asked.push(href);
      return { status: 200, body: Buffer.from(row.publicKey ?? ""), isCut: false };
    },
  });
  return { asked, made };
};

test("the certificate that a notification names is fetched from the platform, and verifies it", async () => {
  const { asked, made } = fetcher();
  const url = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem";
  const request = signedBy(row.secret, url);
  const { keys } = await publishedKeys(request, profile, made, at);
  expect(asked).toEqual([url]);
  expect(verify(request, profile, keys, { at })).toMatchObject({
    valid: true,
    matchedSecret: expect.stringContaining(url),
  });
});

test("a forger who names a certificate of his own gets nowhere", async () => {
  const forger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    format: "pem",
    type: "pkcs8",
  });
  const { asked, made } = fetcher();
  const request = signedBy(
    forger.toString(),
    "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem",
  );
  const { keys, problem } = await publishedKeys(request, profile, made, at);
  expect([asked, keys]).toEqual([[], []]);
  expect(verify(request, profile, keys, { at, keyProblem: problem })).toMatchObject({
    valid: false,
    cause: "key-unavailable",
    findings: [{ message: expect.stringContaining("is on a host that is not the platform's") }],
  });
});

test("the listener waits for keys only where a signature of such a platform is there", async () => {
  const { asked, made } = fetcher();
  const prepare = keyPreparer({
    candidates: [{ profile, secrets: [] }],
    auto: false,
    secure: false,
    keysFor: (request, of) => publishedKeys(request, of, made, at),
  });
  const request = signedBy(row.secret, "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem");
  expect(prepare({ ...request, body: Buffer.from("{}") })).toBeUndefined();
  expect(asked).toEqual([]);
  expect((await prepare(request))?.keys.length).toBe(1);
});
