import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findProfile } from "../../src/providers/index.ts";
import { hasSample, sampleOf } from "../../src/providers/samples.ts";
import { headerValue } from "../../src/request/request.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import { buildRequest } from "../../src/signature/build-request.ts";
import { verify } from "../../src/signature/verify.ts";
import { Secret } from "../../src/values/secret.ts";
import { bodySha256, platformVendors } from "./vendors-platforms.ts";
import type { Arrived, PlatformVendor } from "./vendors-platforms.ts";

// The moment of the samples: Linear judges a field of the body.
const at = Date.UTC(2026, 0, 1);
const url = "https://hooks.example.com/in/path?from=a%3Ab&x=1";

const oddBody = String.raw`{ "amount":1.0, "url":"https:\/\/x.test", "e":"\u00e9", "name":"Zoë 😀", "n":12345678901234567890 }`;

const bodiesOf = ({ id, isSamplesOnly }: PlatformVendor): readonly string[] => {
  const profile = findProfile(id);
  const samples = profile.events.filter(({ type }) => hasSample(profile, type));
  return [
    ...samples.map(({ type }) => sampleOf(profile, type).toString()),
    ...(isSamplesOnly === true ? [] : [oddBody, '{"a":1}\n']),
  ];
};

const signed = (vendor: PlatformVendor, body: string, signedAt = at, secret = vendor.signing ?? vendor.secret) =>
  buildRequest({
    profile: findProfile(vendor.id),
    ...(vendor.scheme === undefined ? {} : { scheme: vendor.scheme }),
    secret: new Secret("ours", secret),
    body: Buffer.from(body),
    url,
    eventId: "msg_1",
    eventType: findProfile(vendor.id).events[0]?.type ?? null,
    attempt: 0,
    at: signedAt,
    uuid: () => "00000000-0000-4000-8000-000000000000",
  }).request;

const made = async (vendor: PlatformVendor, body: string, madeAt = at): Promise<WebhookRequest> => ({
  method: "POST",
  target: "/in/path?from=a%3Ab&x=1",
  url,
  headers: [["Content-Type", findProfile(vendor.id).contentType], ...(await vendor.makes(body, url, madeAt))],
  body: Buffer.from(body),
});

const arrived = (request: WebhookRequest): Arrived => ({
  headers: Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value])),
  body: request.body.toString(),
  url: request.url ?? url,
});

const both = async (vendor: PlatformVendor, request: WebhookRequest): Promise<{ ours: boolean; theirs: boolean }> => ({
  ours: verify(request, findProfile(vendor.id), [new Secret("ours", vendor.secret)], { at: Date.now() }).valid,
  theirs: await vendor.accepts(arrived(request), vendor.secret),
});

/** The last digit of the body is another one. */
const altered = (request: WebhookRequest): WebhookRequest => ({
  ...request,
  body: Buffer.from(request.body.toString().replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10))),
});

const isSignature = (name: string): boolean => /sign|hmac/i.test(name) && !/timestamp/i.test(name);

const cutShort = (request: WebhookRequest): WebhookRequest => ({
  ...request,
  headers: request.headers.map(([name, value]): HeaderPair => [name, isSignature(name) ? value.slice(0, -2) : value]),
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: at });
});
afterEach(() => {
  vi.useRealTimers();
});

const yes = { ours: true, theirs: true };
const no = { ours: false, theirs: false };

describe.each(platformVendors.map((vendor) => [vendor.name, vendor] as const))("%s", (_name, vendor) => {
  test("accepts what we sign, and makes what we accept", async () => {
    for (const body of bodiesOf(vendor)) {
      expect([body, await both(vendor, signed(vendor, body))]).toEqual([body, yes]);
      expect([body, await both(vendor, await made(vendor, body))]).toEqual([body, yes]);
    }
  });

  test("refuses another body, another secret and a shorter signature, as we do", async () => {
    const [body = ""] = bodiesOf(vendor);
    for (const request of [signed(vendor, body), await made(vendor, body)]) {
      expect(await both(vendor, altered(request))).toEqual(no);
      expect(await both(vendor, cutShort(request))).toEqual(no);
    }
    expect(await both(vendor, signed(vendor, body, at, vendor.other))).toEqual(no);
  });

  const { past, future } = vendor;
  if (past !== undefined)
    test(`takes an age of ${past} s and refuses one second more, as we do`, async () => {
      const [body = ""] = bodiesOf(vendor);
      expect(await both(vendor, signed(vendor, body, at - past * 1000))).toEqual(yes);
      expect(await both(vendor, signed(vendor, body, at - (past + 1) * 1000))).toEqual(no);
      expect(await both(vendor, await made(vendor, body, at - (past + 1) * 1000))).toEqual(no);
    });
  if (future !== undefined)
    test(`takes ${future} s ahead and refuses one second more, as we do`, async () => {
      const [body = ""] = bodiesOf(vendor);
      expect(await both(vendor, signed(vendor, body, at + future * 1000))).toEqual(yes);
      expect(await both(vendor, signed(vendor, body, at + (future + 1) * 1000))).toEqual(no);
    });
});

describe("beyond the signature", () => {
  const linear = platformVendors.find(({ id }) => id === "linear");

  test("Linear's webhookTimestamp may be a minute off, and no more", async () => {
    if (linear === undefined) throw new Error("linear is missing");
    const [body = ""] = bodiesOf(linear);
    const request = await made(linear, body);
    const stamp = 1_767_225_600_118;
    for (const [now, verdict] of [
      [stamp + 60_000, yes],
      [stamp + 60_001, no],
      [stamp - 60_000, yes],
      [stamp - 60_001, no],
    ] as const) {
      vi.setSystemTime(now);
      expect([now, await both(linear, request)]).toEqual([now, verdict]);
    }
  });

  test("Twilio signs the URL of a JSON body, whose hash stands in the query", () => {
    const body = '{"MessageSid":"SM1","status":"delivered"}';
    const secret = new Secret("ours", "12345");
    const profile = findProfile("twilio");
    const { request } = buildRequest({
      profile,
      scheme: "json",
      secret,
      body: Buffer.from(body),
      url,
      eventId: "e",
      eventType: null,
      attempt: 0,
      at,
      uuid: () => "u",
      extra: [["Content-Type", "application/json"]],
    });
    const signature = headerValue(request.headers, "x-twilio-signature") ?? "";
    expect(request.url).toContain(`bodySHA256=${bodySha256(body)}`);
    expect(twilio.validateRequestWithBody("12345", signature, request.url ?? "", body)).toBe(true);
    expect(verify(request, profile, [secret], { at }).valid).toBe(true);
    const other = { ...request, body: Buffer.from(body.replace("delivered", "failed")) };
    expect(twilio.validateRequestWithBody("12345", signature, request.url ?? "", other.body.toString())).toBe(false);
    expect(verify(other, profile, [secret], { at }).valid).toBe(false);
  });
});
