import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { createTransport } from "../../src/http/client.ts";
import { deliver } from "../../src/delivery/deliver.ts";
import type { DeliverOptions, DeliveryEvent } from "../../src/delivery/deliver.ts";
import { tampering, tamperKinds } from "../../src/delivery/tamper.ts";
import type { Delivery } from "../../src/delivery/types.ts";
import { builtInProfiles, findProfile } from "../../src/providers/index.ts";
import { bodyCoverage } from "../../src/providers/parts.ts";
import { schemesOf, valueOf } from "../../src/providers/profile.ts";
import type { Profile } from "../../src/providers/profile.ts";
import { freshEvent, newEventId } from "../../src/providers/samples.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import { headerValue } from "../../src/request/request.ts";
import { newKeyPair } from "../../src/signature/asymmetric-key.ts";
import { asymmetricOf } from "../../src/signature/jws-algorithm.ts";
import { isPublicKey } from "../../src/signature/mac.ts";
import { signingScheme } from "../../src/signature/sign.ts";
import { needsKeyAndSecret } from "../../src/signature/token.ts";
import { verify } from "../../src/signature/verify.ts";
import { Secret } from "../../src/values/secret.ts";
import { listening } from "./support.ts";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

/** A receiver that answers with these statuses in turn (the last stays) and keeps what came. */
const receiver = async (...statuses: readonly number[]): Promise<{ url: string; seen: WebhookRequest[] }> => {
  const seen: WebhookRequest[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const raw = request.rawHeaders;
      const headers: HeaderPair[] = [];
      for (let at = 0; at < raw.length; at += 2) headers.push([raw[at] ?? "", raw[at + 1] ?? ""]);
      seen.push({ method: request.method ?? "", target: request.url ?? "", url, headers, body: Buffer.concat(pieces) });
      response.writeHead(statuses[Math.min(seen.length, statuses.length) - 1] ?? 200).end();
    });
  });
  opened.push(server);
  const url = `http://127.0.0.1:${await listening(server)}/hooks`;
  return { url, seen };
};

const secret = new Secret("test", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
const keyPair = new Secret("key pair", `whsk_${Buffer.alloc(32, 7).toString("base64")}`);

const hexKey = new Secret("hex", "44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056");
const login = new Secret("login", "user:password");

/** What a platform signs with: a secret of its kind, and a private key where that is another thing. */
const signedWith = (profile: Profile): { readonly secret: Secret; readonly key?: Secret } => {
  const [scheme] = schemesOf(profile) ?? [];
  const mac = scheme?.mac.kind === "jws" ? asymmetricOf(scheme.mac.algorithm) : scheme?.mac;
  if (scheme === undefined || mac === undefined) return { secret };
  if (mac.kind === "basic") return { secret: login };
  if (!isPublicKey(mac)) return { secret: mac.kind === "hmac" && mac.key === "hex" ? hexKey : secret };
  const key = mac.kind === "ed25519" ? keyPair : new Secret("private key", newKeyPair(mac).privateKey);
  return needsKeyAndSecret(scheme) ? { secret, key } : { secret: key };
};

/** Platforms whose signature or timestamp stands in the body. */
const writesBody = new Set(["adyen", "aws-sns", "linear", "mailgun"]);
const started = Date.parse("2026-06-19T12:00:00Z");

/** A clock that moves only when something sleeps. */
const testClock = () => {
  const slept: number[] = [];
  let at = started;
  return {
    slept,
    now: () => at,
    uuid: () => randomUUID(),
    sleep: async (ms: number) => {
      slept.push(ms);
      at += ms;
    },
  };
};

const run = async (options: Omit<DeliverOptions, "transport" | "signal"> & { readonly signal?: AbortSignal }) => {
  const transport = createTransport();
  const steps: DeliveryEvent[] = [];
  try {
    const delivery: Delivery = await deliver(
      { signal: new AbortController().signal, ...options, transport },
      (step) => void steps.push(step),
    );
    return { delivery, steps };
  } finally {
    await transport.close();
  }
};

const signing = builtInProfiles().filter(({ schemes }) => !("undocumented" in schemes));

describe.each(signing.map((profile) => [profile.id, profile] as const))("%s", (_id, profile) => {
  const { secret, key } = signedWith(profile);
  const keys = key === undefined ? [] : [key];
  const type = profile.events[0]?.type ?? "";
  const eventId = newEventId(profile, (size) => Buffer.alloc(size, 7));
  const event = {
    profile,
    secret,
    key,
    body: freshEvent(profile, type, { id: eventId, at: started }),
    eventId,
    eventType: type,
  };

  test("a receiver that fails twice sees the same event, each attempt signed at its own time", async () => {
    const { url, seen } = await receiver(500, 503, 200);
    const clock = testClock();
    const { delivery, steps } = await run({ ...event, url, clock, retry: "provider", speed: 10 });
    const schedule = "assumed" in profile.delivery.delays ? profile.delivery.delays.assumed : profile.delivery.delays;
    const isRetried = valueOf(profile.delivery.retry).some((one) => one === "5xx" || one === "non-2xx");
    const attempts = isRetried ? Math.min(3, schedule.length + 1) : 1;
    expect(delivery.outcome).toBe(attempts === 3 ? "delivered" : "terminal");
    expect(seen).toHaveLength(attempts);
    const waits = steps.flatMap((step) => (step.type === "waiting" ? [step] : []));
    expect(clock.slept).toEqual(waits.map(({ delayMs }) => Math.round(delayMs / 10)));
    let at = started;
    for (const [index, request] of seen.entries()) {
      if (!writesBody.has(profile.id)) expect(request.body.equals(event.body)).toBe(true);
      expect(verify(request, profile, [secret], { at, keys, toleranceMs: 1000 })).toMatchObject({ valid: true });
      if (profile.attempt !== undefined && (index > 0 || profile.attempt.onFirst)) {
        expect(headerValue(request.headers, profile.attempt.header)).toBe(String(profile.attempt.first + index));
      }
      at += clock.slept[index] ?? 0;
    }
    expect(delivery.attempts.map(({ number }) => number)).toEqual(
      seen.map((_, index) => index + (profile.attempt?.first ?? 1)),
    );
  });

  test.each(tamperKinds)("a receiver rejects a delivery tampered with by %s", async (kind) => {
    // What is not signed can be anything.
    if ((kind === "body" || kind === "reserialize") && bodyCoverage(schemesOf(profile)?.[0]?.content ?? []) !== "all")
      return;
    const { url, seen } = await receiver(200);
    let spoil;
    try {
      spoil = tampering(kind, profile, secret);
    } catch (error) {
      expect(error).toMatchObject({ code: "usage", message: expect.stringContaining("timestamp") });
      return;
    }
    // A form has no JSON to write again.
    const body = kind === "reserialize" ? Buffer.from('{ "a": 1.0 }') : event.body;
    await run({ ...event, body, secret: spoil.secret, url, clock: testClock(), retry: "none", speed: 1, alter: spoil });
    const [request] = seen;
    if (request === undefined) throw new Error("nothing came");
    const rule = signingScheme(profile, secret).timestamp;
    const side = kind === "stale-timestamp" ? rule?.past : kind === "future-timestamp" ? rule?.future : undefined;
    // A window that the platform's verifiers do not check cannot refuse anything.
    const isUnchecked = side !== undefined && valueOf(side) === "any";
    expect(verify(request, profile, [secret], { at: started, keys }).valid).toBe(isUnchecked);
  });
});

const tenX = findProfile("10x");
const tenXEvent = {
  profile: tenX,
  secret,
  body: Buffer.from('{"id":"evt_1"}'),
  eventId: "evt_1",
  eventType: "link.clicked",
  speed: 1,
};

test("the schedule ends with a terminal failure that holds every attempt", async () => {
  const { url, seen } = await receiver(500);
  const clock = testClock();
  const { delivery } = await run({ ...tenXEvent, url, clock, retry: "provider" });
  expect(seen).toHaveLength(5);
  expect(clock.slept).toEqual([5000, 10_000, 20_000, 40_000]);
  expect(delivery).toMatchObject({ outcome: "terminal", reason: "500, and attempt 5 of 5 was the last", dlqId: null });
  expect(delivery.attempts.map(({ outcome }) => outcome)).toEqual([
    "retryable",
    "retryable",
    "retryable",
    "retryable",
    "terminal",
  ]);
});

test("without retries one attempt is made, and the platform's next step is reported", async () => {
  const { url, seen } = await receiver(500);
  const { delivery } = await run({ ...tenXEvent, url, clock: testClock(), retry: "none" });
  expect(seen).toHaveLength(1);
  expect(delivery.attempts[0]).toMatchObject({ outcome: "retryable", nextDelayMs: 5000 });
});

test("a terminal status ends the schedule immediately", async () => {
  const { url, seen } = await receiver(401);
  const { delivery } = await run({ ...tenXEvent, url, clock: testClock(), retry: "provider" });
  expect(seen).toHaveLength(1);
  expect(delivery.outcome).toBe("terminal");
});

test("an abort while waiting ends the delivery as not delivered yet", async () => {
  const { url, seen } = await receiver(500);
  const stop = new AbortController();
  const clock = { ...testClock(), sleep: async () => stop.abort() };
  const { delivery } = await run({ ...tenXEvent, url, clock, retry: "provider", signal: stop.signal });
  expect(seen).toHaveLength(1);
  expect(delivery.outcome).toBe("retryable");
});

test("a replay continues counting while the schedule begins again", async () => {
  const { url, seen } = await receiver(200);
  const { delivery } = await run({ ...tenXEvent, url, clock: testClock(), retry: "none", attemptsBefore: 5 });
  expect(headerValue(seen[0]?.headers ?? [], "x-arjun-attempt")).toBe("6");
  expect(delivery.attempts[0]?.number).toBe(6);
});
