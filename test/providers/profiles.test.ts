import { readFileSync, readdirSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { eventOf } from "../../src/providers/event.ts";
import { fieldProblems } from "../../src/providers/fields.ts";
import { builtInProfiles, findProfile } from "../../src/providers/index.ts";
import { headersOfScheme } from "../../src/providers/place.ts";
import { schemesOf, valueOf, windowText } from "../../src/providers/profile.ts";
import type { Locator, Profile } from "../../src/providers/profile.ts";
import { freshEvent, hasSample, newEventId, sampleName, sampleOf } from "../../src/providers/samples.ts";
import { contradictionInDelivery, contradictionsIn } from "../../src/providers/contradiction.ts";
import { profileSchema } from "../../src/providers/schema.ts";
import { headerValue, utf8Text } from "../../src/request/request.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import { buildRequest } from "../../src/signature/build-request.ts";
import { durationMs } from "../../src/values/duration.ts";

const folder = fileURLToPath(new URL("../../src/providers/", import.meta.url));
const rows = builtInProfiles().map((profile) => [profile.id, profile] as const);
const samples = builtInProfiles().flatMap((profile) =>
  profile.events.filter(({ type }) => hasSample(profile, type)).map(({ type }) => [profile.id, type, profile] as const),
);

const headersOf = (profile: Profile): readonly string[] => [
  ...(schemesOf(profile) ?? []).flatMap(headersOfScheme),
  ...profile.headers.map(([name]) => name),
  ...(profile.attempt === undefined ? [] : [profile.attempt.header]),
];

describe("the registry", () => {
  test("holds every platform that the contract names", () => {
    const named = [
      "10ex",
      "10x",
      "agentflow",
      "agentflow-inbound",
      "apex",
      "github",
      "hubspot",
      "salesos",
      "shopify",
      "slack",
      "standard-webhooks",
      "stripe",
    ];
    expect(builtInProfiles().map(({ id }) => id)).toEqual(expect.arrayContaining(named));
  });

  test("ids and aliases are unique", () => {
    const names = builtInProfiles().flatMap(({ id, aliases }) => [id, ...(aliases ?? [])]);
    expect(names).toEqual([...new Set(names)]);
    for (const profile of builtInProfiles()) {
      for (const name of [profile.id, ...(profile.aliases ?? [])]) expect(findProfile(name)).toBe(profile);
    }
  });

  test("each file of the folder that declares a profile is in the registry", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
    const declaring = files.filter((file) =>
      /"\.\/profile\.ts"[^]*\bprofile\(\(\) =>/.test(readFileSync(folder + file, "utf8")),
    );
    expect(declaring.map((file) => file.replace(/\.ts$/, "")).toSorted()).toEqual(
      builtInProfiles()
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  test("an event that is named in another of its places is the same event", () => {
    const key = (id: string, headers: readonly HeaderPair[], body: string): string | null =>
      eventOf({ method: "POST", target: "/", headers, body: Buffer.from(body) }, findProfile(id)).dedupeKey;
    expect(key("svix", [["svix-id", "msg_1"]], "{}")).toBe("msg_1");
    expect(key("agentflow", [], '{"lead_id":"l1","event_type":"lead.qualified"}')).toBe("l1 lead.qualified");
    expect(key("agentflow", [], '{"lead_id":"l1"}')).toBeNull();
  });

  test("a form event is sent as a form", () => {
    const request = (eventType: string | null): WebhookRequest =>
      buildRequest({
        profile: findProfile("slack"),
        secret: null,
        body: Buffer.from(""),
        eventId: "Ev1",
        eventType,
        attempt: 0,
        at: 0,
        uuid: () => "",
      }).request;
    expect(headerValue(request("slash_command").headers, "content-type")).toBe("application/x-www-form-urlencoded");
    expect(headerValue(request("message").headers, "content-type")).toBe("application/json");
  });

  test("an alias finds its profile, the user's own goes first, and a slip of the finger gets a hint", () => {
    expect(findProfile("svix").id).toBe("standard-webhooks");
    expect(findProfile("STRIPE").id).toBe("stripe");
    const own = { ...findProfile("stripe"), name: "Ours" };
    expect(findProfile("stripe", [own]).name).toBe("Ours");
    expect(() => findProfile("strip")).toThrow(
      expect.objectContaining({ code: "unknown-provider", hint: "did you mean stripe?" }),
    );
  });

  test("a counterpart and an incoming platform are platforms", () => {
    for (const { counterpart, incoming = [] } of builtInProfiles())
      for (const id of [...(counterpart === undefined ? [] : [counterpart]), ...incoming])
        expect(findProfile(id).id).toBe(id);
    expect(findProfile("agentflow").counterpart).toBe("agentflow-inbound");
    expect(findProfile("agentflow-inbound").counterpart).toBe("agentflow");
  });
});

describe.each(rows)("%s", (_id, profile) => {
  test("is data: JSON leaves it as it is, and the schema of users' profiles takes it", () => {
    expect(JSON.parse(JSON.stringify(profile))).toStrictEqual(profile);
    expect(profileSchema.parse(profile)).toStrictEqual(profile);
    expect(contradictionInDelivery(profile.delivery)).toBeUndefined();
    for (const scheme of schemesOf(profile) ?? []) expect([...contradictionsIn(scheme)]).toEqual([]);
  });

  test("waits once between each two attempts, for durations", () => {
    const delays = valueOf(profile.delivery.delays);
    expect(delays).toHaveLength(valueOf(profile.delivery.attempts) - 1);
    for (const text of [...delays, valueOf(profile.delivery.timeout)]) expect(durationMs(text)).toBeGreaterThan(0);
  });

  test("names a document for itself and for its schemes, events and delivery", () => {
    expect(profile.source.document).not.toBe("");
    for (const group of ["schemes", "events"]) expect(profile.sources[group]).toBeTruthy();
  });

  test("uses names that are header names", () => {
    for (const name of headersOf(profile)) expect(name).toMatch(/^[A-Za-z0-9-]+$/);
  });

  test("has a scheme name once", () => {
    const names = (schemesOf(profile) ?? []).map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  test("each sample has its event type, and the first event type has a sample", () => {
    const files = readdirSync(`${folder}samples/${profile.id}`).map((file) => file.replace(/\.(?:json|form)$/, ""));
    const types = profile.events.map(({ type }) => sampleName(type));
    expect(types).toEqual([...new Set(types)]);
    expect(types.filter((type) => files.includes(type)).toSorted()).toEqual(files.toSorted());
    expect(files).toContain(types[0]);
  });

  test("makes event ids in its own form, another one each time", () => {
    // Random letters spell NaN now and then.
    const ids = Array.from({ length: 20 }, (_, at) => newEventId(profile, (size) => Buffer.alloc(size, at + 1)));
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).not.toMatch(/[{}]|undefined|NaN/);
  });
});

/** Types that a delivery tells by another word than the catalogue's. */
const typeTold: Readonly<Record<string, string>> = { "slack slash_command": "/slash_command" };
/** Deliveries that carry no id by which to know them again. */
const idless = new Set(["slack url_verification", "discord APPLICATION_AUTHORIZED"]);
/** Deliveries whose platform names nothing to de-duplicate by. */
const undeduped = new Set(["slack url_verification", "zoom endpoint.url_validation", "discord APPLICATION_AUTHORIZED"]);

describe.each(samples)("%s %s", (_id, type, profile) => {
  const sample = sampleOf(profile, type);
  const requestFor = (body: Buffer, eventId: string) =>
    buildRequest({
      profile,
      secret: null,
      body,
      eventId,
      eventType: type,
      attempt: 0,
      at: 0,
      uuid: () => "u",
      extra: [...new Set((schemesOf(profile) ?? []).flatMap(({ id }) => id?.header ?? []))]
        .slice(0, 1)
        .map((name) => [name, eventId]),
    }).request;
  const isHeader = (locator: Locator): boolean => "header" in locator;

  test("the sample is UTF-8, ends without a newline, and carries the fields its platform demands", () => {
    expect(utf8Text(sample)).toBeDefined();
    expect(sample.at(-1)).not.toBe(0x0a);
    expect(fieldProblems(profile, sample).filter(({ need }) => need === "required")).toEqual([]);
  });

  test("a request with it tells its id, its type and what to dedupe by", () => {
    const facts = eventOf(requestFor(sample, "some-id"), profile);
    if (profile.envelope.type.length > 0) expect(facts.type).toBe(typeTold[`${profile.id} ${type}`] ?? type);
    expect(facts.id === null).toBe(profile.envelope.id.length === 0 || idless.has(`${profile.id} ${type}`));
    expect(facts.dedupeKey === null).toBe(
      valueOf(profile.envelope.dedupe).length === 0 || undeduped.has(`${profile.id} ${type}`),
    );
  });

  test("a fresh event carries the new id and leaves the rest of the bytes", () => {
    const id = newEventId(profile, randomBytes);
    const fresh = freshEvent(profile, type, { id, at: Date.UTC(2026, 5, 19) });
    const before = eventOf(requestFor(sample, id), profile);
    const after = eventOf(requestFor(fresh, id), profile);
    if (before.id !== null && profile.envelope.id.length > 0) expect(after.id).toBe(id);
    expect(after.type).toBe(before.type);
    if (profile.envelope.id.every(isHeader) && profile.envelope.time === undefined)
      expect(fresh.equals(sample)).toBe(true);
  });
});

test("samples show bytes that a parser would not write again alike, so that re-serializing shows", () => {
  for (const id of ["10ex", "10x", "apex", "salesos", "agentflow"]) {
    const profile = findProfile(id);
    const changed = profile.events.filter(({ type }) => {
      const text = sampleOf(profile, type).toString();
      return JSON.stringify(JSON.parse(text)) !== text;
    });
    expect([id, changed.length > 0]).toEqual([id, true]);
  }
});

test("the limits on a timestamp are described, even if one side or both are not checked", () => {
  expect([
    windowText({ past: "5m", future: "1m" }),
    windowText({ past: { assumed: "5m", why: "customary" }, future: "any" }),
    windowText({ past: "any", future: "any" }),
  ]).toEqual(["at most 5m old, at most 1m in the future", "at most 5m old, any time in the future", "age not checked"]);
});

test("what a redirect means to a platform is not claimed where its documentation does not say", () => {
  const { retry, terminal, otherwise } = findProfile("aws-sns").delivery;
  expect([retry, terminal]).toEqual([["no-response", "timeout", "1xx", "5xx"], ["4xx"]]);
  expect(otherwise).toMatchObject({ assumed: "terminal" });
});
