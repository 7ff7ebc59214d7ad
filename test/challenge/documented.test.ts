import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { responseTo } from "../../src/challenge/respond.ts";
import { responseProblem } from "../../src/challenge/response-problem.ts";
import { challengeDetector } from "../../src/challenge/detect.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import { Secret } from "../../src/values/secret.ts";
import { checkConfig } from "../../src/storage/config-schema.ts";
import { blocksOf } from "../support/markdown.ts";
import { platform } from "./support.ts";

const secret = new Secret("test", "the-shared-secret");
const mac = (text: string, encoding: "hex" | "base64"): string =>
  createHmac("sha256", "the-shared-secret").update(text).digest(encoding);

interface Example {
  readonly id: string;
  readonly method?: string;
  readonly target?: string;
  readonly headers?: readonly HeaderPair[];
  readonly body?: string;
  readonly value: string;
  /** As the platform documents it: the status, its headers and its body. */
  readonly answer: readonly [status: number, headers: Readonly<Record<string, string>>, body: string];
}

// Requests and answers as each platform's page shows them; HMACs of a secret of our own.
const examples: readonly Example[] = [
  {
    id: "slack",
    method: "POST",
    body: '{"token":"Jhj5dZrVaK7ZwHHjRyZWjbDl","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P","type":"url_verification"}',
    value: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
    answer: [200, { "Content-Type": "text/plain" }, "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"],
  },
  {
    id: "meta",
    target: "/webhooks?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock",
    value: "1158201444",
    answer: [200, { "Content-Type": "text/plain" }, "1158201444"],
  },
  {
    id: "zoom",
    method: "POST",
    body: '{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680,"event":"endpoint.url_validation"}',
    value: "qgg8vlvZRS6UYooatFL8Aw",
    answer: [
      200,
      { "Content-Type": "application/json" },
      `{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"${mac("qgg8vlvZRS6UYooatFL8Aw", "hex")}"}`,
    ],
  },
  {
    id: "microsoft-graph",
    method: "POST",
    target:
      "/api?validationToken=Validation%3a+Testing+client+application+reachability+for+subscription+Request-Id%3a+1",
    value: "Validation: Testing client application reachability for subscription Request-Id: 1",
    answer: [
      200,
      { "Content-Type": "text/plain" },
      "Validation: Testing client application reachability for subscription Request-Id: 1",
    ],
  },
  {
    id: "dropbox",
    target: "/dropbox-webhook?challenge=abc123",
    value: "abc123",
    answer: [200, { "Content-Type": "text/plain", "X-Content-Type-Options": "nosniff" }, "abc123"],
  },
  {
    id: "twitter",
    target: "/webhook?crc_token=challenge_string",
    value: "challenge_string",
    answer: [
      200,
      { "Content-Type": "application/json" },
      `{"response_token":"sha256=${mac("challenge_string", "base64")}"}`,
    ],
  },
  {
    id: "eventgrid",
    method: "POST",
    headers: [["aeg-event-type", "SubscriptionValidation"]],
    body: '[{"id":"2d1781af-3a4c-4d7c-bd0c-e34b19da4e66","topic":"/subscriptions/aaaa","subject":"","data":{"validationCode":"512d38b6-c7b8-40c8-89fe-f46f9e9622b6","validationUrl":"https://rp-eastus2.eventgrid.azure.net:553/validate?id=1"},"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","eventTime":"2022-10-28T04:23:35.1981776Z","metadataVersion":"1","dataVersion":"1"}]',
    value: "512d38b6-c7b8-40c8-89fe-f46f9e9622b6",
    answer: [
      200,
      { "Content-Type": "application/json" },
      '{"validationResponse":"512d38b6-c7b8-40c8-89fe-f46f9e9622b6"}',
    ],
  },
  {
    id: "eventgrid",
    method: "OPTIONS",
    headers: [["WebHook-Request-Origin", "eventemitter.example.com"]],
    value: "eventemitter.example.com",
    answer: [200, { "WebHook-Allowed-Origin": "eventemitter.example.com" }, ""],
  },
  {
    id: "okta",
    headers: [["X-Okta-Verification-Challenge", "Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg"]],
    value: "Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg",
    answer: [
      200,
      { "Content-Type": "application/json" },
      '{"verification":"Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg"}',
    ],
  },
  {
    id: "asana",
    method: "POST",
    target: "/receive-webhook/7654",
    headers: [["X-Hook-Secret", "b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81"]],
    value: "b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81",
    answer: [200, { "X-Hook-Secret": "b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81" }, ""],
  },
  {
    id: "notion",
    method: "POST",
    body: '{"verification_token":"secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"}',
    value: "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl",
    answer: [200, {}, ""],
  },
  {
    id: "monday",
    method: "POST",
    body: '{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}',
    value: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
    answer: [
      200,
      { "Content-Type": "application/json" },
      '{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}',
    ],
  },
  {
    id: "xero",
    method: "POST",
    body: '{"events":[],"lastEventSequence":0,"firstEventSequence":0,"entropy":"S0m3r4Nd0mt3xt"}',
    value: "S0m3r4Nd0mt3xt",
    answer: [200, {}, ""],
  },
  {
    id: "linkedin",
    target: "/linkedin?challengeCode=890e4665-4dfe-4ab1-b689-ed553bceeed0",
    value: "890e4665-4dfe-4ab1-b689-ed553bceeed0",
    answer: [
      200,
      { "Content-Type": "application/json" },
      `{"challengeCode":"890e4665-4dfe-4ab1-b689-ed553bceeed0","challengeResponse":"${mac("890e4665-4dfe-4ab1-b689-ed553bceeed0", "hex")}"}`,
    ],
  },
];

const requestOf = ({ method = "GET", target = "/hooks", headers = [], body = "" }: Example): WebhookRequest => ({
  method,
  target,
  headers,
  body: Buffer.from(body),
});

const trusting = { secret, token: undefined, isInvalid: false };
const all = [...new Set(examples.map(({ id }) => id))].map(platform);

describe("the challenge that a platform documents", () => {
  test.each(examples.map((example) => [`${example.id} ${example.method ?? "GET"}`, example] as const))(
    "of %s is known among all of them, and answered as it documents",
    (_name, example) => {
      const spotted = challengeDetector(all)(requestOf(example));
      expect(spotted).toMatchObject({ profile: { id: example.id }, value: example.value });
      if (spotted === undefined) return;
      const answer = responseTo(spotted, trusting);
      const [status, headers, body] = example.answer;
      expect([answer?.status, Object.fromEntries(answer?.headers ?? []), answer?.body.toString()]).toEqual([
        status,
        headers,
        body,
      ]);
      if (answer !== undefined)
        expect(responseProblem(spotted.challenge, spotted.value, secret, answer)).toBeUndefined();
    },
  );

  test.each([
    ["slack", '{"type":"event_callback","challenge":"x","token":"t"}'],
    ["slack", '{"type":"url_verification","challenge":""}'],
    ["slack", '{"type":"url_verification","challenge":7}'],
    ["zoom", '{"event":"meeting.started","payload":{"plainToken":"x"}}'],
    ["xero", '{"events":[{}],"lastEventSequence":1,"firstEventSequence":1,"entropy":"x"}'],
    ["notion", '{"id":"1","type":"page.created"}'],
    ["monday", "[".repeat(20_000)],
    ["monday", `{"challenge":"${"x".repeat(70_000)}"}`],
    ["monday", "challenge"],
    ["monday", '{"challenge":null}'],
    ["monday", String.raw`{"challenge":"x\r\nSet-Cookie: a=b"}`],
    // Zoom signs `v0:time:body` with the same secret: what is signed for a stranger must not be able to be that.
    ["zoom", '{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1654503849:{}"}}'],
    ["zoom", `{"event":"endpoint.url_validation","payload":{"plainToken":"${"x".repeat(300)}"}}`],
  ])("an event, or nothing of its kind, is no challenge of %s", (id, body) => {
    const request = requestOf({ id, method: "POST", body, value: "", answer: [200, {}, ""] });
    expect(challengeDetector([platform(id)])(request)).toBeUndefined();
  });

  test.each(["%7B%22id%22%3A1%7D", "v1.2", "a%0Ab", "a b", "%C3%A4"])("asks for no HMAC of %s", (value) => {
    const request = requestOf({ id: "twitter", target: `/?crc_token=${value}`, value, answer: [200, {}, ""] });
    expect(challengeDetector([platform("twitter")])(request)).toBeUndefined();
  });

  test("with another token, or an invalid signature where that is to be refused, is refused", () => {
    const [meta, xero] = [examples.find(({ id }) => id === "meta"), examples.find(({ id }) => id === "xero")];
    if (meta === undefined || xero === undefined) throw new Error("no example");
    const asked = challengeDetector(all)(requestOf(meta));
    const token = new Secret("token", "meatyhamhock");
    if (asked === undefined) throw new Error("no challenge");
    expect(responseTo(asked, { ...trusting, token })).toMatchObject({ status: 200, refused: null });
    expect(responseTo(asked, { ...trusting, token: secret })).toMatchObject({ status: 403, body: Buffer.alloc(0) });
    const intent = challengeDetector(all)(requestOf(xero));
    if (intent === undefined) throw new Error("no challenge");
    expect(responseTo(intent, { ...trusting, isInvalid: true })?.status).toBe(401);
  });

  test("signs nothing for who cannot sign, where the platform signs what it asks", () => {
    const zoom = examples.find(({ id }) => id === "zoom");
    const asked = zoom && challengeDetector(all)(requestOf(zoom));
    if (asked === undefined) throw new Error("no challenge");
    expect(responseTo(asked, { ...trusting, isInvalid: true })).toMatchObject({
      status: 403,
      body: Buffer.alloc(0),
      refused: "its signature is invalid",
    });
  });

  test("that needs a secret is not answered without one", () => {
    const crc = challengeDetector([platform("twitter")])(
      requestOf({ id: "twitter", target: "/?crc_token=x", value: "x", answer: [200, {}, ""] }),
    );
    if (crc === undefined) throw new Error("no challenge");
    expect(responseTo(crc, { ...trusting, secret: undefined })).toBeUndefined();
  });
});

describe("a response that the platform would reject is reported with the reason", () => {
  const problem = (id: string, value: string, status: number, headers: readonly HeaderPair[], body: string) => {
    const [challenge] = platform(id).challenges ?? [];
    if (challenge === undefined) throw new Error(id);
    return responseProblem(challenge, value, secret, { status, headers, body: Buffer.from(body) });
  };
  const plain: readonly HeaderPair[] = [["Content-Type", "text/plain; charset=utf-8"]];
  const html: readonly HeaderPair[] = [["Content-Type", "text/html; charset=utf-8"]];
  const hex = mac("tok", "hex");

  test.each([
    ["meta", "12", 403, plain, "", "the status is 403, not 200"],
    ["meta", "12", 200, plain, "", "the response has no body: it must be the challenge"],
    ["meta", "12", 200, plain, '"12"', "the challenge is in quotes: it was sent as JSON, not as text"],
    ["meta", "12", 200, plain, "12\n", "there is whitespace around the challenge"],
    ["meta", "12", 200, plain, "OK", "the body is not the challenge"],
    ["meta", "12", 200, html, "12", undefined],
    ["microsoft-graph", "a b:c", 200, html, "a b:c", "its Content-Type is text/html, not text/plain"],
    ["microsoft-graph", "a b:c", 200, plain, "a+b%3Ac", "the challenge is still URL-encoded"],
    ["microsoft-graph", "a b:c", 200, plain, "a%20b%3Ac", "the challenge is still URL-encoded"],
    ["zoom", "tok", 200, [], "", "the response has no body: it must be JSON"],
    ["zoom", "tok", 200, [], "<p>", "the body is not JSON"],
    ["zoom", "tok", 200, [], "{}", "the body has no plainToken"],
    ["zoom", "tok", 200, [], `{"plainToken":"tok","encryptedToken":"${hex}"}`, undefined],
    [
      "zoom",
      "tok",
      200,
      [],
      `{"plainToken":"tok","encryptedToken":"${mac("tok", "base64")}"}`,
      "the HMAC is in base64, not in hex",
    ],
    [
      "zoom",
      "tok",
      200,
      [],
      `{"plainToken":"tok","encryptedToken":"${hex.toUpperCase()}"}`,
      "the HMAC is in upper case",
    ],
    [
      "zoom",
      "tok",
      200,
      [],
      '{"plainToken":"tok","encryptedToken":"0000"}',
      "encryptedToken is not the HMAC of the challenge: another secret was used, or something else was hashed",
    ],
    [
      "twitter",
      "tok",
      200,
      [],
      `{"response_token":"${mac("tok", "base64")}"}`,
      "the HMAC is right, but the text around it is wrong",
    ],
    ["asana", "s", 200, [], "", "the header X-Hook-Secret is missing"],
    ["asana", "s", 200, [["x-hook-secret", "t"]], "", "the header X-Hook-Secret is not s"],
    ["dropbox", "c", 200, plain, "c", undefined],
    ["slack", "c", 200, [["Content-Type", "application/json"]], '{"challenge":"c"}', undefined],
    ["slack", "c", 200, plain, "challenge=c", "its Content-Type is text/plain, not application/x-www-form-urlencoded"],
    ["slack", "c", 401, plain, "", "the status is 401, not 200"],
  ] as const)("%s %s: %s %j %j: %s", (id, value, status, headers, body, what) => {
    expect(problem(id, value, status, headers, body)).toBe(what);
  });

  test("where any origin is allowed, that is right too", () => {
    const [, challenge] = platform("eventgrid").challenges ?? [];
    if (challenge === undefined) throw new Error("no challenge");
    const answer = (origin: string) => ({
      status: 200,
      headers: [["WebHook-Allowed-Origin", origin]] as const,
      body: Buffer.alloc(0),
    });
    expect(responseProblem(challenge, "x.example", undefined, answer("*"))).toBeUndefined();
    expect(responseProblem(challenge, "x.example", undefined, answer("y.example"))).toBe(
      "the header WebHook-Allowed-Origin is not x.example",
    );
  });
});

describe("a challenge of the user's own", () => {
  const [given] = platform("zoom").challenges ?? [];
  const check = (challenge: object): void => {
    const { problems } = checkConfig({ providers: [{ ...platform("zoom"), challenges: [challenge] }] });
    if (problems.length > 0)
      throw new Error(problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
  };
  const checked = (change: object): void => check({ ...given, ...change });

  test("is written as docs/profiles.md shows it", () => {
    const page = readFileSync(new URL("../../docs/profiles.md", import.meta.url), "utf8");
    const [block] = blocksOf(page).filter(({ language }) => language === "jsonc");
    expect(() => checked(JSON.parse(block?.text ?? ""))).not.toThrow();
  });

  test.each([
    [{ request: { method: "POST", json: '{"a":{challenge}}' } }, /request\.json: is not JSON/],
    [{ request: { method: "GET", query: [["c", "{chalenge}"]] } }, /unknown placeholder \{chalenge\}/],
    [
      { request: { method: "GET", query: [["c", "x-{challenge}"]] } },
      /must be the whole value, but x-\{challenge\} contains more/,
    ],
    [
      { request: { method: "POST", json: '{"a":["x {token}"]}' } },
      /must be the whole value, but "x \{token\}" contains more/,
    ],
    [{ challenge: "{secrets}" }, /unknown placeholder \{secrets\}/],
    [{ answers: [{ status: [200], text: "{token}" }] }, /unknown placeholder \{token\}/],
    [{ answers: [] }, /answers/],
    [{ answers: [{ status: [404], text: "" }] }, /status/],
  ])("%j is refused, with what is wrong", (change, says) => {
    expect(() => checked(change)).toThrow(says);
  });

  test("with {hmac} says of what it is one", () => {
    const { hmac: _hmac, ...without } = given ?? {};
    expect(() => check(without)).toThrow(/hmac: is missing/);
  });
});
