import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { test } from "vitest";
import type { Transport } from "../../src/http/client.ts";
import type { Dlq } from "../../src/dlq/dlq.ts";
import { fileDlq } from "../../src/dlq/file/file.ts";
import { findProfile } from "../../src/providers/index.ts";
import { replay } from "../../src/replay/replay.ts";
import type { ReplayOptions, ReplayResult, ReplaySummary } from "../../src/replay/replay.ts";
import { headerValue } from "../../src/request/request.ts";
import type { WebhookRequest } from "../../src/request/request.ts";
import { verify } from "../../src/signature/verify.ts";
import { Secret } from "../../src/values/secret.ts";
import { sampleEntry } from "../dlq/contract.ts";
import { temporaryFolder } from "../support/run.ts";

const profile = findProfile("10x");
const secret = new Secret("test", Buffer.from("current secret"));
const sentNothing = {
  head: "",
  headers: [],
  body: Buffer.alloc(0),
  statusText: "",
  protocol: null,
  timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 1, totalMs: 1 },
} as const;

/** A transport that answers as told and keeps what was sent. */
const answering = (answer: (request: WebhookRequest, nth: number) => number | null) => {
  const sent: WebhookRequest[] = [];
  let open = 0;
  let most = 0;
  const transport: Transport = {
    exchange: async (request) => {
      sent.push(request);
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      const status = answer(request, sent.length);
      const error = status === null ? ({ kind: "refused", code: "ECONNREFUSED", message: "refused" } as const) : null;
      return { ...sentNothing, status, error };
    },
    close: async () => undefined,
  };
  return { transport, sent, most: () => most };
};

const queue = async (count: number): Promise<{ readonly dlq: Dlq; readonly again: () => Dlq }> => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  const open = (): Dlq =>
    fileDlq({
      path,
      processInfo: { host: hostname(), pid: process.pid, exists: () => true },
      now: Date.now,
      randomBytes,
    });
  const dlq = open();
  await Promise.all(Array.from({ length: count }, (_, at) => dlq.add(sampleEntry(at))));
  return { dlq, again: open };
};

const run = async (
  options: Partial<ReplayOptions> & Pick<ReplayOptions, "dlq" | "transport">,
): Promise<{ readonly results: readonly ReplayResult[]; readonly summary: ReplaySummary }> => {
  const results: ReplayResult[] = [];
  const events = replay({
    filter: {},
    to: () => "http://127.0.0.1:9/hooks?to=1",
    headers: [],
    maxReplays: 10,
    force: false,
    concurrency: 4,
    retry: "none",
    speed: 1,
    signature: "resign",
    keep: false,
    clock: { now: Date.now, uuid: randomUUID, sleep: async (ms) => delay(ms) },
    signal: new AbortController().signal,
    signer: async () => ({ profile, secret }),
    ...options,
  });
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { results, summary: next.value };
    results.push(...next.value.results);
  }
};

test("re-signs, keeps body bytes and event id, continues counting attempts", async ({ expect }) => {
  const { dlq } = await queue(1);
  const { transport, sent } = answering(() => 204);
  const { results } = await run({ dlq, transport });
  const [request] = sent;
  expect(request?.body.equals(sampleEntry(0).request.body)).toBe(true);
  expect(request?.target).toBe("/hooks?to=1");
  expect(headerValue(request?.headers ?? [], "x-arjun-attempt")).toBe("2");
  // The stored headers that belong to neither signature nor connection go along, as they were.
  expect(request?.headers.filter(([name]) => /odd/i.test(name))).toEqual([
    ["X-oDD-Case", "\xe9"],
    ["x-odd-case", "again"],
  ]);
  expect(request === undefined ? null : verify(request, profile, [secret], { at: Date.now() }).valid).toBe(true);
  expect(results).toMatchObject([{ eventId: "evt_0", outcome: "delivered", status: 204, attempts: 2 }]);
});

test("--signature keep sends the stored headers, but for those of the connection", async ({ expect }) => {
  const { dlq } = await queue(1);
  const { transport, sent } = answering(() => 204);
  await run({ dlq, transport, signature: "keep", signer: async () => ({ profile, secret: null }) });
  expect(sent[0]?.headers).toEqual([["Host", "127.0.0.1:9"], ...sampleEntry(0).request.headers]);
});

test("delivered events leave the queue, failed ones stay with their new attempt", async ({ expect }) => {
  const { dlq, again } = await queue(6);
  const { transport } = answering((request) =>
    request.body.includes("evt_2") ? 500 : request.body.includes("evt_4") ? null : 200,
  );
  const { summary } = await run({ dlq, transport });
  expect(summary).toMatchObject({ delivered: 4, failed: 2, skipped: 0, left: 2, stopped: null });
  await dlq.close();
  const left = await again().claim({}, 10);
  expect(left.map(({ entry }) => [entry.eventId, entry.attempts.map(({ status }) => status)])).toEqual([
    ["evt_2", [503, 500]],
    ["evt_4", [503, null]],
  ]);
  expect(left[1]?.entry.attempts[1]).toMatchObject({ number: 2, error: { kind: "refused" } });
});

test("--keep leaves delivered events in the queue", async ({ expect }) => {
  const { dlq } = await queue(3);
  const { transport, sent } = answering(() => 204);
  expect((await run({ dlq, transport, keep: true })).summary).toMatchObject({ delivered: 3, left: 3 });
  expect(sent).toHaveLength(3);
});

test("sends no more than the limit, with no more concurrency than set", async ({ expect }) => {
  const { dlq, again } = await queue(30);
  const { transport, sent, most } = answering(() => 204);
  const { summary } = await run({ dlq, transport, limit: 12, concurrency: 5 });
  expect(summary).toMatchObject({ delivered: 12, left: 18, stopped: "limit" });
  expect(sent).toHaveLength(12);
  expect(most()).toBeLessThanOrEqual(5);
  await dlq.close();
  expect((await run({ dlq: again(), transport })).summary).toMatchObject({ delivered: 18, left: 0 });
});

test("stops at a share of failures, judged from twenty results on", async ({ expect }) => {
  const { dlq, again } = await queue(60);
  const { transport, sent } = answering(() => 503);
  const { summary } = await run({ dlq, transport, stopAtFailures: 0.2, concurrency: 3 });
  expect(summary.stopped).toBe("failures");
  expect(sent.length).toBeGreaterThanOrEqual(20);
  expect(sent.length).toBeLessThan(25);
  await dlq.close();
  expect(await again().claim({}, 100)).toHaveLength(60);
});

test("a rate holds starts back", async ({ expect }) => {
  const { dlq } = await queue(30);
  const { transport, sent } = answering(() => 204);
  const began = performance.now();
  await run({ dlq, transport, rate: 100, concurrency: 10 });
  expect(performance.now() - began).toBeGreaterThan(230);
  expect(sent).toHaveLength(30);
});

test("an interrupt lets what is in flight end, and gives back the rest", async ({ expect }) => {
  const { dlq, again } = await queue(50);
  const stop = new AbortController();
  const { transport, sent } = answering((_, nth) => {
    if (nth >= 10) stop.abort();
    return 204;
  });
  const { summary, results } = await run({ dlq, transport, signal: stop.signal });
  expect(summary.stopped).toBe("interrupted");
  expect(results).toHaveLength(sent.length);
  expect(sent.length).toBeLessThan(20);
  expect(await again().claim({}, 100)).toHaveLength(50 - sent.length);
});

test("an event whose provider is not known is skipped and stays", async ({ expect }) => {
  const { dlq } = await queue(2);
  const { transport, sent } = answering(() => 204);
  const { summary, results } = await run({ dlq, transport, signer: async () => ({ unsendable: "no profile" }) });
  expect(summary).toMatchObject({ delivered: 0, skipped: 2, left: 2 });
  expect(results[0]).toMatchObject({ outcome: "skipped", reason: "no profile" });
  expect(sent).toEqual([]);
});

test("if an outcome cannot be recorded, replay stops with that error", async ({ expect }) => {
  const { dlq } = await queue(30);
  const { transport, sent } = answering(() => 204);
  const full = new Proxy(dlq, {
    get: (target, key) => {
      if (key !== "claim") return Reflect.get(target, key).bind?.(target) ?? Reflect.get(target, key);
      return async (...args: Parameters<Dlq["claim"]>) =>
        (await target.claim(...args)).map((claim) => ({
          entry: claim.entry,
          requeue: claim.requeue.bind(claim),
          acknowledge: () => Promise.reject(new Error("disk full")),
        }));
    },
  });
  await expect(run({ dlq: full, transport })).rejects.toThrow("disk full");
  expect(sent.length).toBeLessThanOrEqual(8);
});
