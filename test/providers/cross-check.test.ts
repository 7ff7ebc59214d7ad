import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sampleOf } from "../../src/providers/samples.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import { headerValue } from "../../src/request/request.ts";
import { buildRequest } from "../../src/signature/build-request.ts";
import { verify } from "../../src/signature/verify.ts";
import { Secret } from "../../src/values/secret.ts";
import { hasOpenssl, opensslVendors, packageVendors } from "./vendors.ts";
import type { Delivery, Vendor } from "./vendors.ts";

const at = Date.UTC(2026, 5, 19, 12, 0, 0);
const url = "https://hooks.example.com/in/path?from=a%3Ab%2Fc%40d&x=%20y%2C";

const vendors = [...packageVendors, ...(hasOpenssl ? opensslVendors : [])];
const rows = vendors.map((vendor) => [vendor.name, vendor] as const);

/** Bodies whose bytes matter; each is UTF-8 and JSON, which is all that most libraries take. */
const oddBodies = [
  String.raw`{ "amount":1.0, "url":"https:\/\/x.test", "e":"\u00e9" }`,
  '{"name":"Zoë 😀 漢字","n":12345678901234567890,"z":1e2}\n',
  '{\r\n\t"b": [1, 2.50, -0.0],\r\n\t"a": null\r\n}',
  '{"a":1,"a":2,"":" "}',
  "{}",
];

const bodiesOf = (vendor: Vendor): readonly Buffer[] => [
  ...vendor.profile.events.map(({ type }) => sampleOf(vendor.profile, type)),
  ...oddBodies.map((text) => Buffer.from(text)),
];

const signed = (vendor: Vendor, body: Buffer, signedAt = at, secret = vendor.secret): WebhookRequest =>
  buildRequest({
    profile: vendor.profile,
    ...(vendor.scheme === undefined ? {} : { scheme: vendor.scheme }),
    secret: new Secret("ours", secret),
    body,
    url,
    eventId: "msg_1",
    eventType: vendor.profile.events[0]?.type ?? null,
    attempt: 0,
    at: signedAt,
    uuid: () => "00000000-0000-4000-8000-000000000000",
  }).request;

const made = async (vendor: Vendor, body: Buffer, madeAt = at): Promise<WebhookRequest> => ({
  method: "POST",
  target: "/in/path",
  url,
  headers: await vendor.makes(body, url, madeAt, vendor.secret),
  body,
});

const delivery = (request: WebhookRequest): Delivery => ({
  headers: Object.fromEntries(
    request.headers.map(([name]) => [name.toLowerCase(), headerValue(request.headers, name) ?? ""]),
  ),
  body: request.body,
  url,
  method: request.method,
});

const weAccept = (vendor: Vendor, request: WebhookRequest, secrets: readonly string[] = [vendor.secret]): boolean =>
  verify(
    request,
    vendor.profile,
    secrets.map((secret, place) => new Secret(`secret ${place}`, secret)),
    { at: Date.now(), url },
  ).valid;

const both = async (vendor: Vendor, request: WebhookRequest): Promise<{ ours: boolean; theirs: boolean }> => ({
  ours: weAccept(vendor, request),
  theirs: await vendor.accepts(delivery(request), vendor.secret),
});

const signatureHeader = (vendor: Vendor, request: WebhookRequest): string =>
  request.headers.map(([name]) => name).findLast((name) => /signature(?:-256|-v3)?$|hmac/i.test(name)) ??
  `no signature of ${vendor.name}`;

const changeSignature = (
  vendor: Vendor,
  request: WebhookRequest,
  change: (value: string) => string,
): WebhookRequest => {
  const name = signatureHeader(vendor, request);
  return {
    ...request,
    headers: request.headers.map(([key, value]): HeaderPair => [key, key === name ? change(value) : value]),
  };
};

const lastOfHeader = (vendor: Vendor, request: WebhookRequest): WebhookRequest => {
  // Only the signature under test: GitHub's older one beside it would decide nothing.
  const older = vendor.profile.id === "github" ? "x-hub-signature" : "";
  return { ...request, headers: request.headers.filter(([name]) => name.toLowerCase() !== older) };
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: at });
});
afterEach(() => {
  vi.useRealTimers();
});

test("openssl is here to speak for the platforms without a library", ({ skip }) => {
  skip(!hasOpenssl, "no openssl here");
});

describe.each(rows)("%s", (_name, vendor) => {
  test("accepts what we sign, every sample and odd body", async () => {
    for (const body of bodiesOf(vendor)) {
      expect([body.toString(), await vendor.accepts(delivery(signed(vendor, body)), vendor.secret)]).toEqual([
        body.toString(),
        true,
      ]);
    }
  });

  test("makes what we accept, every sample and odd body", async () => {
    for (const body of bodiesOf(vendor)) {
      expect([body.toString(), weAccept(vendor, await made(vendor, body))]).toEqual([body.toString(), true]);
    }
  });

  const body = Buffer.from(oddBodies[0] ?? "");
  const tampering: readonly (readonly [string, (request: WebhookRequest) => WebhookRequest])[] = [
    ["a byte more", (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(" ")]) })],
    ["a byte less", (request) => ({ ...request, body: request.body.subarray(0, -1) })],
    ["another digit", (request) => ({ ...request, body: Buffer.from(request.body.toString().replace("1.0", "2.0")) })],
    ["1.0 as 1", (request) => ({ ...request, body: Buffer.from(request.body.toString().replace("1.0", "1")) })],
    [
      "JSON written again",
      (request) => ({ ...request, body: Buffer.from(JSON.stringify(JSON.parse(request.body.toString()))) }),
    ],
    ["a signature cut short", (request) => changeSignature(vendor, request, (value) => value.slice(0, -2))],
    ["a signature one longer", (request) => changeSignature(vendor, request, (value) => `${value}0`)],
    [
      "a signature of the right length that is not ASCII",
      (request) => changeSignature(vendor, request, (value) => `${value.slice(0, -2)}éé`),
    ],
    ["no signature value", (request) => changeSignature(vendor, request, () => "")],
    [
      "no signature header",
      (request) => ({
        ...request,
        headers: request.headers.filter(([name]) => name !== signatureHeader(vendor, request)),
      }),
    ],
    [
      "another signature",
      (request) =>
        changeSignature(
          vendor,
          request,
          (value) => `${value.slice(0, -10)}${value.at(-10) === "0" ? "1" : "0"}${value.slice(-9)}`,
        ),
    ],
  ];

  test.each(tampering)("refuses %s, as we do", async (_what, tamper) => {
    const ours = lastOfHeader(vendor, signed(vendor, body));
    expect(await both(vendor, tamper(ours))).toEqual({ ours: false, theirs: false });
    expect(await both(vendor, tamper(await made(vendor, body)))).toEqual({ ours: false, theirs: false });
  });

  test("refuses another secret's signature, as we do, and a rotated secret is found among several", async () => {
    const request = signed(vendor, body, at, vendor.other);
    expect(await both(vendor, request)).toEqual({ ours: false, theirs: false });
    expect(weAccept(vendor, request, [vendor.secret, vendor.other])).toBe(true);
  });

  test("judges a repeated signature header as we do", async () => {
    const request = lastOfHeader(vendor, signed(vendor, body));
    const name = signatureHeader(vendor, request);
    const twice = { ...request, headers: [...request.headers, ...request.headers.filter(([key]) => key === name)] };
    const { ours, theirs } = await both(vendor, twice);
    expect(ours).toBe(theirs);
  });

  if (vendor.past !== undefined)
    test("takes an age of exactly 300 s and refuses 301 s, as we do", async () => {
      const exact = signed(vendor, body, at - 300_000);
      const late = signed(vendor, body, at - 301_000);
      expect(await both(vendor, exact)).toEqual({ ours: true, theirs: true });
      expect(await both(vendor, late)).toEqual({ ours: false, theirs: false });
      expect(await both(vendor, await made(vendor, body, at - 300_000))).toEqual({ ours: true, theirs: true });
      expect(await both(vendor, await made(vendor, body, at - 301_000))).toEqual({ ours: false, theirs: false });
    });

  if (vendor.future !== undefined)
    test("takes 300 s ahead and refuses 301 s, as we do", async () => {
      expect(await both(vendor, signed(vendor, body, at + 300_000))).toEqual({ ours: true, theirs: true });
      expect(await both(vendor, signed(vendor, body, at + 301_000))).toEqual({ ours: false, theirs: false });
    });
});

describe("several signatures in one header", () => {
  const several = packageVendors.filter((vendor) => /^(?:stripe|standardwebhooks|svix)/.test(vendor.name));
  test.each(several.map((vendor) => [vendor.name, vendor] as const))(
    "%s takes the right one wherever it stands, as we do",
    async (_name, vendor) => {
      const body = Buffer.from('{"a":1.0}');
      const wrong = signed(vendor, body, at, vendor.other);
      const right = signed(vendor, body);
      const value = (request: WebhookRequest): string =>
        headerValue(request.headers, signatureHeader(vendor, request)) ?? "";
      const item = (request: WebhookRequest): string => value(request).replace(/^t=\d+,/, "");
      const pairs = value(right).startsWith("t=");
      const between = pairs ? "," : " ";
      const lead = pairs ? `${value(right).split(",")[0]},` : "";
      const with_ = (...items: readonly string[]): WebhookRequest =>
        changeSignature(vendor, right, () => lead + items.join(between));
      expect(await both(vendor, with_(item(wrong), item(right)))).toEqual({ ours: true, theirs: true });
      expect(await both(vendor, with_(item(right), item(wrong)))).toEqual({ ours: true, theirs: true });
      expect(await both(vendor, with_(item(wrong), item(wrong)))).toEqual({ ours: false, theirs: false });
      expect(await both(vendor, with_(item(right).replace(/^v1/, "v0")))).toEqual({ ours: false, theirs: false });
    },
  );
});
