import { describe, expect, test } from "vitest";
import { failureKinds } from "../../src/request/attempt.ts";
import { classify, timeLimitMs, troubleFor, troubleOf } from "../../src/delivery/policy.ts";
import type { NetworkFailureKind } from "../../src/request/attempt.ts";
import { builtInProfiles, findProfile } from "../../src/providers/index.ts";
import { valueOf } from "../../src/providers/profile.ts";
import type { HeaderPair } from "../../src/request/request.ts";
import { durationMs } from "../../src/values/duration.ts";

const now = Date.parse("2026-06-19T12:00:00Z");
const minute = 60_000;
const hour = 60 * minute;

const answered = (status: number, headers: readonly HeaderPair[] = []) => ({ status, error: null, headers });
const failed = (kind: NetworkFailureKind) => ({
  status: null,
  error: { kind, code: null, message: "it failed" },
  headers: [],
});

const allButSuccess = (): boolean => true;

test("a port that does not speak TLS gets that as the next step, another TLS failure the doctor", () => {
  const nextOf = (message: string): readonly string[] =>
    troubleOf(findProfile("10x"), { status: null, error: { kind: "tls", code: null, message }, headers: [] }).map(
      ({ next }) => next,
    );
  expect(nextOf("the TLS handshake failed: wrong version number")).toEqual([
    "the port does not speak TLS: if it speaks plain HTTP, write http:// in place of https://",
  ]);
  expect(nextOf("the TLS handshake failed: certificate has expired")).toEqual([
    "run hookproof doctor with the URL: it checks the certificate",
  ]);
});

/** Each platform's behaviour as its document (or the noted assumption) has it, written apart from the profiles. */
const platforms: readonly {
  readonly id: string;
  readonly retries: (status: number) => boolean;
  readonly delays: readonly number[];
  readonly limit: number;
}[] = [
  {
    id: "10ex",
    retries: (status) => status !== 401 && status !== 403,
    delays: [5000, 15_000, 45_000, 2 * minute, 6 * minute],
    limit: 30_000,
  },
  {
    id: "10x",
    retries: (status) => status >= 500 || [408, 409, 425, 429].includes(status),
    delays: [5000, 10_000, 20_000, 40_000],
    limit: 30_000,
  },
  { id: "apex", retries: () => false, delays: [], limit: 30_000 },
  {
    id: "salesos",
    retries: allButSuccess,
    delays: [minute, 5 * minute, 30 * minute, 2 * hour, 24 * hour],
    limit: 30_000,
  },
  { id: "agentflow", retries: allButSuccess, delays: [10_000, 30_000, 90_000, 5 * minute, 15 * minute], limit: 10_000 },
  { id: "agentflow-inbound", retries: () => false, delays: [], limit: 30_000 },
  {
    id: "stripe",
    retries: allButSuccess,
    delays: [5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 12 * hour, 12 * hour],
    limit: 20_000,
  },
  { id: "github", retries: () => false, delays: [], limit: 10_000 },
  {
    id: "hubspot",
    retries: allButSuccess,
    delays: [minute, 5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 4 * hour, 6 * hour, 7 * hour],
    limit: 5000,
  },
  {
    id: "standard-webhooks",
    retries: (status) => status !== 410,
    delays: [5000, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour],
    limit: 15_000,
  },
  { id: "slack", retries: allButSuccess, delays: [1000, minute, 5 * minute], limit: 3000 },
  {
    id: "shopify",
    retries: allButSuccess,
    delays: [minute, 5 * minute, 10 * minute, 20 * minute, 30 * minute, 45 * minute, hour, hour],
    limit: 5000,
  },
];

const statuses = Array.from({ length: 500 }, (_, at) => at + 100);
const networkKinds = failureKinds.filter((kind) => kind !== "aborted");

test("every built-in platform waits as long as it says, and gives up after its last attempt", () => {
  for (const profile of builtInProfiles().filter(({ delivery }) => valueOf(delivery.retry).includes("no-response"))) {
    const waits = valueOf(profile.delivery.delays).map(durationMs);
    for (const at of [...waits.keys(), waits.length]) {
      const { outcome, nextDelayMs } = classify(profile, failed("refused"), at, now);
      const isRetried = at < waits.length;
      expect([profile.id, at, outcome]).toEqual([profile.id, at, isRetried ? "retryable" : "terminal"]);
      if (isRetried) expect(nextDelayMs).toBe(waits[at]);
    }
  }
});

describe.each(platforms)("$id", ({ id, retries, delays, limit }) => {
  const profile = findProfile(id);

  test("every status from 100 to 599 on every attempt", () => {
    for (let tryIndex = 0; tryIndex <= delays.length; tryIndex++) {
      const isLast = tryIndex === delays.length;
      const got = statuses.map((status) => {
        const { outcome, nextDelayMs, reason } = classify(profile, answered(status), tryIndex, now);
        return { status, outcome, nextDelayMs, isNamed: reason.includes(String(status)) };
      });
      const wanted = statuses.map((status) => {
        const isRetried = retries(status) && !isLast;
        const outcome = status >= 200 && status < 300 ? "delivered" : isRetried ? "retryable" : "terminal";
        return { status, outcome, nextDelayMs: outcome === "retryable" ? delays[tryIndex] : null, isNamed: true };
      });
      expect(got, `attempt ${tryIndex}`).toEqual(wanted);
    }
  });

  test.each(networkKinds)("%s on every attempt", (kind) => {
    for (let tryIndex = 0; tryIndex <= delays.length; tryIndex++) {
      expect(classify(profile, failed(kind), tryIndex, now)).toMatchObject({
        outcome: tryIndex < delays.length ? "retryable" : "terminal",
        nextDelayMs: delays[tryIndex] ?? null,
      });
    }
  });

  test("our own interruption is never a permanent failure", () => {
    expect(classify(profile, failed("aborted"), delays.length, now).outcome).toBe("retryable");
  });

  test("it waits as long as the platform", () => {
    expect(timeLimitMs(profile.delivery)).toBe(limit);
  });
});

test.each([
  ["10x", 500, 0, "500 is retried"],
  ["10x", 404, 0, "404 is not retried"],
  ["10x", 302, 0, "302 is not retried (assumed)"],
  ["10x", 500, 4, "500, and attempt 5 of 5 was the last"],
  ["10ex", 401, 0, "401 is not retried"],
  ["agentflow", 500, 5, "500, and attempt 6 of 6 was the last (assumed)"],
])("%s says of %i on attempt %i: %s", (id, status, tryIndex, reason) => {
  expect(classify(findProfile(id), answered(status), tryIndex, now).reason).toBe(reason);
});

test.each([
  ["standard-webhooks", "3600", 3_600_000],
  ["standard-webhooks", "1", 5000],
  ["standard-webhooks", "Fri, 19 Jun 2026 12:10:00 GMT", 600_000],
  ["standard-webhooks", "Fri, 19 Jun 2020 12:10:00 GMT", 5000],
  ["standard-webhooks", "soon", 5000],
  ["10x", "3600", 5000],
])("%s waits after Retry-After: %s for %i ms", (id, value, wait) => {
  expect(classify(findProfile(id), answered(503, [["retry-AFTER", value]]), 0, now).nextDelayMs).toBe(wait);
});

test.each([401, 403, 404, 408, 409, 410, 422, 425, 429, 500])(
  "10x's %i has its own row alone: the one for other 4xx would say the contrary",
  (status) => {
    const rows = troubleFor(findProfile("10x"), answered(status));
    expect(rows).toHaveLength(1);
    expect(rows[0]?.cause).not.toBe("The receiver refuses the request");
  },
);

test("the most particular troubleshooting row comes first", () => {
  const rows = troubleFor(findProfile("10ex"), answered(401));
  expect(rows[0]?.on).toContain(401);
  expect(troubleFor(findProfile("10ex"), failed("timeout"))[0]?.on).toContain("timeout");
});

test("an attempt that was stopped here has no cause at the receiver", () => {
  for (const id of ["10x", "10ex", "agentflow"]) expect(troubleFor(findProfile(id), failed("aborted"))).toEqual([]);
});
