import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { builtInProfiles } from "../../src/providers/index.ts";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { Secret } from "../../src/values/secret.ts";
import { oneIn } from "./choice.ts";
import { cutShort } from "./cut-short.ts";
import { at, codes, judged, platform, platforms, received, url } from "./support.ts";
import type { Signing } from "./support.ts";

const body = Buffer.from('{"id":"evt_1","amount":12,"note":"a/b"}');
const pretty = Buffer.from(JSON.stringify({ id: "evt_1", amount: 12, note: "a/b" }, null, 2));
const seconds = String(at / 1000);
const joined = (...parts: (string | Buffer)[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part)));

const sign = (id: string, more: Partial<Signing> = {}) => {
  const one = platform(id);
  return one.build({ secret: Buffer.from(one.secret), body, ...more });
};

describe("the signature header", () => {
  test.each(platforms.map((one) => [one.id, one] as const))(
    "of %s in another notation is signature-encoding",
    (id, one) => {
      const others: readonly ((mac: Buffer) => string)[] =
        one.encoding === "hex"
          ? [
              (mac) => mac.toString("base64"),
              (mac) => mac.toString("hex").toUpperCase(),
              (mac) => Buffer.from(mac.toString("hex")).toString("base64"),
              (mac) => mac.toString("base64url"),
            ]
          : [
              (mac) => mac.toString("hex"),
              (mac) => mac.toString("base64url"),
              (mac) => mac.toString("base64").replace(/=+$/, ""),
              (mac) => mac.toString("hex").toUpperCase(),
            ];
      for (const write of others) {
        expect([write(Buffer.alloc(4)), ...codes(judged(id, received(sign(id, { write }), body), one.secret))]).toEqual(
          [write(Buffer.alloc(4)), "signature-encoding"],
        );
        expect(codes(judged(id, received(sign(id, { write, body: pretty }), body), one.secret))).toEqual([
          "signature-encoding",
          "body-reserialized",
        ]);
      }
    },
  );

  test.each(
    platforms.filter((one) => one.id !== "hubspot" && one.id !== "shopify").map((one) => [one.id, one.secret] as const),
  )("of %s without or with another prefix is signature-prefix", (id, secret) => {
    for (const prefix of id === "stripe"
      ? ["v0=", "sig="]
      : id === "standard-webhooks"
        ? ["", "v2,", "v1="]
        : ["", "sha1=", "v1=", "sha256:"]) {
      expect([prefix, ...codes(judged(id, received(sign(id, { prefix }), body), secret))]).toEqual([
        prefix,
        "signature-prefix",
      ]);
      expect(codes(judged(id, received(sign(id, { prefix }), body), `${secret}\n`)).at(0)).toBe("signature-prefix");
    }
  });

  // Each length on each platform in the slow tests.
  cutShort(oneIn);

  test.each(platforms.map((one) => [one.id, one.secret] as const))(
    "of %s missing is signature-missing, empty or nonsense signature-malformed",
    (id, secret) => {
      expect(codes(judged(id, received([], body), secret))).toEqual(["signature-missing"]);
      const [header, value] = sign(id).at(-1) ?? ["", ""];
      const others = sign(id).slice(0, -1);
      expect(codes(judged(id, received([...others, ["X-Signature", value]], body), secret))[0]).toBe(
        "signature-missing",
      );
      for (const nonsense of ["", "none", "!!!"]) {
        const verdict = judged(id, received([...others, [header, nonsense]], body), secret);
        expect(["signature-malformed", "signature-prefix"]).toContain(verdict.cause);
      }
    },
  );
});

describe("the time", () => {
  test.each(["agentflow", "standard-webhooks", "slack", "stripe", "hubspot"])(
    "of %s old is timestamp-stale with the skew",
    (id) => {
      const old = String(Number(id === "hubspot" ? at : seconds) - (id === "hubspot" ? 600_000 : 600));
      const verdict = judged(id, received(sign(id, { timestamp: old }), body), platform(id).secret);
      expect([codes(verdict), verdict.timestamp?.skewSeconds]).toEqual([["timestamp-stale"], 600]);
      expect(verdict.findings[0]?.message).toContain("600 s");
      const both = judged(id, received(sign(id, { timestamp: old, body: pretty }), body), platform(id).secret);
      expect(codes(both)).toEqual(["body-reserialized", "timestamp-stale"]);
    },
  );

  test.each(["agentflow", "standard-webhooks"])("of %s ahead is timestamp-future", (id) => {
    expect(
      codes(judged(id, received(sign(id, { timestamp: String(Number(seconds) + 900) }), body), platform(id).secret)),
    ).toEqual(["timestamp-future"]);
  });

  test.each(["agentflow", "standard-webhooks", "stripe", "hubspot"])(
    "of %s in the other unit is timestamp-unit",
    (id) => {
      const other = id === "hubspot" ? seconds : String(at);
      const secret = platform(id).secret;
      expect(codes(judged(id, received(sign(id, { timestamp: other }), body), secret))).toEqual(["timestamp-unit"]);
      expect(codes(judged(id, received(sign(id, { timestamp: other, body: pretty }), body), secret))).toEqual([
        "timestamp-unit",
        "body-reserialized",
      ]);
    },
  );

  test.each(["agentflow", "stripe", "standard-webhooks", "slack"])(
    "of %s signed in milliseconds beside seconds is timestamp-unit",
    (id) => {
      const headers = sign(id, { timestamp: String(at), headerTimestamp: seconds });
      expect(codes(judged(id, received(headers, body), platform(id).secret))).toEqual(["timestamp-unit"]);
    },
  );

  test.each(["agentflow", "slack"])("of %s missing or malformed is said so", (id) => {
    const headers = sign(id).filter(([name]) => !/timestamp/i.test(name));
    expect(judged(id, received(headers, body), platform(id).secret).cause).toBe("timestamp-missing");
    expect(judged(id, received(sign(id, { timestamp: "yesterday" }), body), platform(id).secret).cause).toBe(
      "timestamp-malformed",
    );
  });
});

describe("the scheme", () => {
  test.each(platforms.map((one) => [one.id, one.secret] as const))(
    "of %s with another algorithm is algorithm-other",
    (id, secret) => {
      for (const hash of ["sha1", "sha512", "sha384"]) {
        expect([hash, ...codes(judged(id, received(sign(id, { hash }), body), secret))]).toEqual([
          hash,
          "algorithm-other",
        ]);
        expect([hash, ...codes(judged(id, received(sign(id, { hash, body: pretty }), body), secret))]).toEqual([
          hash,
          "algorithm-other",
          "body-reserialized",
        ]);
      }
    },
  );

  const contents: readonly (readonly [string, NonNullable<Signing["content"]>])[] = [
    ["the body alone", ({ body: of }) => of],
    ["timestamp:body", ({ timestamp, body: of }) => joined(timestamp, ":", of)],
    ["timestampbody", ({ timestamp, body: of }) => joined(timestamp, of)],
    ["body.timestamp", ({ timestamp, body: of }) => joined(of, ".", timestamp)],
    ["v0:timestamp:body", ({ timestamp, body: of }) => joined("v0:", timestamp, ":", of)],
    ["method, URL and body", ({ url: called, body: of }) => joined("POST", called, of)],
  ];
  test.each(
    ["agentflow", "stripe", "standard-webhooks", "hubspot"].flatMap((id) =>
      contents.map(([name, content]) => [id, name, content] as const),
    ),
  )("of %s over %s is content-other", (id, _name, content) => {
    const secret = platform(id).secret;
    expect(codes(judged(id, received(sign(id, { content }), body), secret))).toEqual(["content-other"]);
    expect(codes(judged(id, received(sign(id, { content, body: pretty }), body), secret))).toEqual([
      "content-other",
      "body-reserialized",
    ]);
    if (id !== "standard-webhooks")
      expect(codes(judged(id, received(sign(id, { content }), body), `${secret}\n`))).toEqual([
        "secret-whitespace",
        "content-other",
      ]);
  });

  test.each([
    url.replace("https", "http"),
    url.replace("example.com", "example.com:443"),
    url.replace("/in?", "/in/?"),
    url.replace(/\?.*/, ""),
    "https://public.example.net/in?tenant=7",
    "http://hooks.example.com/in",
    "http://public.example.net:8443/in?tenant=7",
  ])("of HubSpot over %s is content-other", (called) => {
    const request = received(
      [
        ...sign("hubspot", { url: called }),
        ["X-Forwarded-Host", called.includes("8443") ? "public.example.net:8443" : "public.example.net"],
        ["X-Forwarded-Proto", "https"],
      ],
      body,
    );
    const verdict = judged("hubspot", request, platform("hubspot").secret);
    expect(codes(verdict)).toEqual(["content-other"]);
    expect(verdict.findings[0]?.message).toContain(called);
  });

  test("of HubSpot's v1 as an HMAC is algorithm-other", () => {
    const secret = platform("hubspot").secret;
    const request = received([["X-HubSpot-Signature", createHmac("sha256", secret).update(body).digest("hex")]], body);
    expect(codes(judged("hubspot", request, secret))).toEqual(["algorithm-other"]);
    const plain = createHash("sha256")
      .update(joined(platform("10x").secret, body))
      .digest("hex");
    expect(
      codes(judged("10x", received([["x-arjun-signature", `sha256=${plain}`]], body), platform("10x").secret)),
    ).toEqual(["algorithm-other"]);
  });

  test.each(["text", "whole", "added"])("of Standard Webhooks with the secret %s is secret-encoding", (how) => {
    const { secret } = platform("standard-webhooks");
    const key = Buffer.from(how === "text" ? secret.slice(6) : how === "whole" ? secret : `whsec_${secret.slice(6)}`);
    const content = joined("msg_1.", seconds, ".", body);
    const signature = createHmac("sha256", key).update(content).digest("base64");
    const request = received(
      [
        ["webhook-id", "msg_1"],
        ["webhook-timestamp", seconds],
        ["webhook-signature", `v1,${signature}`],
      ],
      body,
    );
    expect(codes(judged("standard-webhooks", request, how === "added" ? secret.slice(6) : secret))).toEqual([
      "secret-encoding",
    ]);
  });

  test("Stripe's secret decoded as Standard Webhooks decodes it is secret-encoding", () => {
    const { secret } = platform("stripe");
    const headers = sign("stripe", { secret: Buffer.from(secret.slice(6), "base64") });
    expect(codes(judged("stripe", received(headers, body), secret))).toEqual(["secret-encoding"]);
    expect(codes(judged("stripe", received(sign("stripe"), body), secret.slice(6)))).toEqual(["secret-encoding"]);
  });

  test("another known secret is secret-other, named, and goes with a changed body", () => {
    const other = new Secret("store:inbound", "the-other-direction");
    const headers = sign("agentflow", { secret: other.reveal(), body: pretty });
    const verdict = judged("agentflow", received(headers, body), "the-given-one", { otherSecrets: [other] });
    expect(codes(verdict)).toEqual(["secret-other", "body-reserialized"]);
    expect(verdict.findings[0]?.message).toContain("store:inbound");
    expect(verdict.matchedSecret).toBe(other.label);
  });

  test("another platform's request is provider-other", () => {
    const verdict = judged("stripe", received(sign("github"), body), platform("github").secret);
    expect(codes(verdict)).toEqual(["provider-other"]);
    expect(verdict.findings[0]?.message).toContain("github");
  });

  test("who sent a request is not proved where platforms, or a sender of one's own, sign alike", () => {
    const { secret } = platform("github");
    const value = createHmac("sha256", secret).update(body).digest("hex");
    const verdict = judged("stripe", received([["X-Signature", value]], body), secret);
    expect(codes(verdict)).toEqual(["provider-other"]);
    expect(verdict.findings[0]?.message).toContain("is signed the way Lemon Squeezy (lemonsqueezy) signs");
    expect(verdict.findings[0]?.message).not.toContain("is from");
  });
});

describe("the provider by the headers", () => {
  test.each(platforms.map((one) => [one.id, one] as const))("of %s", (id, one) => {
    const known = [new Secret("given", one.secret)];
    expect(diagnose(received(sign(id), body), { auto: builtInProfiles() }, known, { at })).toMatchObject({
      valid: true,
      provider: id,
    });
    expect(diagnose(received(sign(id), pretty), { auto: builtInProfiles() }, known, { at })).toMatchObject({
      valid: false,
      provider: id,
      cause: "body-reserialized",
    });
  });
  test("none is signature-missing", () => {
    expect(diagnose(received([], body), { auto: builtInProfiles() }, [], { at })).toMatchObject({
      valid: false,
      cause: "signature-missing",
    });
  });
});

describe("what is seen without a match", () => {
  const headers = sign("10x");
  const secret = "another";
  test.each([
    ["body-truncated", Buffer.from('{"id":"evt_1","am'), [["Content-Length", "38"]]],
    ["body-empty", Buffer.alloc(0), [["Content-Length", "38"]]],
    ["body-reserialized", Buffer.from("[object Object]"), []],
    [
      "body-altered",
      Buffer.from('{"id":"evt_2"}'),
      [["Content-Digest", `sha-256=:${createHash("sha256").update(body).digest("base64")}:`]],
    ],
    ["unexplained", Buffer.from('{"id":"evt_2"}'), []],
  ] as const)("%s", (code, came, more) => {
    expect(judged("10x", received([...headers, ...more], came), secret).cause).toBe(code);
  });

  test("a body that differs from the one sent is body-altered, with a proof where it signs", () => {
    const came = Buffer.from('{"id":"evt_1","amount":13,"note":"a/b"}');
    const verdict = judged("10x", received(headers, came), platform("10x").secret, { sent: received([], body) });
    expect(verdict.findings).toMatchObject([{ code: "body-altered", certain: true, firstByte: 24 }]);
  });

  test("unexplained says what was ruled out and never blames the secret", () => {
    const [finding] = judged("10x", received(headers, Buffer.from('{"id":"evt_2"}')), "another").findings;
    expect(finding).toMatchObject({ code: "unexplained", certain: false });
    expect(finding?.message).toMatch(/Ruled out: .*Not ruled out: .*re-serialization/);
    expect(finding?.message).not.toMatch(/wrong secret/i);
  });
});

test("the damage that smee does is found with all its causes", () => {
  const sent = Buffer.from('{ "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9" }');
  const came = Buffer.from('{"amount":1,"url":"https://x.test","e":"é"}');
  for (const id of ["10ex", "10x", "github", "stripe"]) {
    const one = platform(id);
    const verdict = judged(id, received(one.build({ secret: Buffer.from(one.secret), body: sent }), came), one.secret);
    expect(codes(verdict)).toEqual(["body-reserialized", "body-escapes", "body-escapes", "body-numbers"]);
    expect(verdict.findings.every((finding) => finding.certain)).toBe(true);
    expect(verdict.findings.map((finding) => finding.firstByte)).toEqual([1, 25, 40, 11]);
  }
});
