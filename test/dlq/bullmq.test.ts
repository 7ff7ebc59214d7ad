import { Queue, Worker } from "bullmq";
import type { JobsOptions } from "bullmq";
import { Redis } from "ioredis";
import { describe, test } from "vitest";
import { findProfile } from "../../src/providers/index.ts";
import { entryLine } from "../../src/dlq/record.ts";
import { openQueue } from "../support/engines.ts";
import { lineTo } from "../support/proxy.ts";
import { temporaryFolder } from "../support/run.ts";
import { redisService, uniqueName } from "../support/services.ts";
import { named } from "../support/skipped.ts";
import { discardedIn, dlqContract, sampleEntry } from "./contract.ts";

const service = await redisService();
const server = service.url ?? "redis://127.0.0.1:1/0";

/** A queue for one test, with a worker that fails what it is given. */
const bull = async () => {
  const name = uniqueName("bull");
  const connection = new Redis(server, { protocol: 2, maxRetriesPerRequest: null });
  const queue = new Queue(name, { connection });
  const worker = new Worker(name, null, { connection, autorun: false });
  return {
    name,
    queue,
    connection,
    url: `${server}?bullmq=${name}`,
    /** What BullMQ's listeners heard last. */
    lastEvent: async (): Promise<Record<string, string>> => {
      const [latest] = await connection.xrevrange(`bull:${name}:events`, "+", "-", "COUNT", 1);
      const fields = latest?.[1] ?? [];
      return Object.fromEntries(fields.flatMap((field, at) => (at % 2 === 0 ? [[field, fields[at + 1] ?? ""]] : [])));
    },
    fail: async (data: unknown, reason = "503 is not retried", options: JobsOptions = {}): Promise<string> => {
      const { id = "" } = await queue.add("webhook", data, { attempts: 1, ...options });
      const job = await worker.getNextJob("token");
      await job?.moveToFailed(new Error(reason), "token");
      return id;
    },
    remove: async () => {
      await worker.close();
      await queue.obliterate({ force: true });
      await queue.close();
      const keys = await connection.keys(`bull:${name}:*`);
      if (keys.length > 0) await connection.del(keys);
      await connection.quit();
    },
  };
};

dlqContract({
  name: "BullMQ's failed jobs",
  skip: service.skip,
  keeps: { attempts: true, order: true, ids: true, listsClaimed: true },
  make: async () => {
    const { url, fail, remove } = await bull();
    const data = temporaryFolder();
    const open = async (asDead = false) => {
      const dlq = await openQueue(url, { data, asDead });
      // hookproof adds none: the test's own worker does.
      dlq.add = (entry) => fail(JSON.parse(entryLine({ ...entry, id: "" })), entry.reason);
      return dlq;
    };
    return {
      open,
      claimAndDie: async (max) => (await (await open(true)).claim({}, max)).map(({ entry }) => entry.id),
      expire: async () => undefined,
      archived: async () => discardedIn(data),
      remove,
    };
  },
});

describe.skipIf(service.skip !== null)(named("BullMQ's failed jobs of other programs", service.skip), () => {
  test.each<[string, unknown, string]>([
    ["the event itself", { id: "evt_1", n: 1, u: "\u2028" }, '{"id":"evt_1","n":1,"u":"\u2028"}'],
    [
      "headers and the raw body",
      { headers: { "X-A": "b" }, rawBody: '{"id":"evt_1", "n":1.0}' },
      '{"id":"evt_1", "n":1.0}',
    ],
    ["headers and a Buffer", { headers: {}, body: Buffer.from('{"id":"evt_1"}\n') }, '{"id":"evt_1"}\n'],
    ["a text", '{"id":"evt_1","n":1.0}', '{"id":"evt_1","n":1.0}'],
  ])("data that are %s give the event's bytes", async (_name, data, body) => {
    const { expect } = await import("vitest");
    const { url, fail, remove } = await bull();
    try {
      await fail(data);
      const dlq = await openQueue(url, { profile: findProfile("10x") });
      const [claim] = await dlq.claim({}, 1);
      expect(claim?.entry.request.body.toString()).toBe(body);
      expect(claim?.entry).toMatchObject({ eventId: "evt_1", reason: "503 is not retried", attempts: [] });
      await dlq.close();
    } finally {
      await remove();
    }
  });

  test("a failure is written as a worker writes it, and heard of", async ({ expect }) => {
    const { url, queue, fail, remove, lastEvent } = await bull();
    try {
      const id = await fail({ id: "evt_1", type: "link.clicked" });
      const before = await queue.getJob(id);
      const dlq = await openQueue(url, { profile: findProfile("10x") });
      const [claim] = await dlq.claim({}, 1);
      await claim?.requeue(sampleEntry(0).attempts.map((one) => ({ ...one, reason: "500 again" })));
      const after = await queue.getJob(id);
      expect(after).toMatchObject({
        failedReason: "500 again",
        attemptsMade: (before?.attemptsMade ?? 0) + 1,
        attemptsStarted: (before?.attemptsStarted ?? 0) + 1,
        data: { id: "evt_1", type: "link.clicked" },
      });
      expect(await after?.getState()).toBe("failed");
      expect(after?.finishedOn ?? 0).toBeGreaterThanOrEqual(before?.finishedOn ?? 0);
      expect(await lastEvent()).toMatchObject({ event: "failed", jobId: id, failedReason: "500 again" });
      await dlq.close();
      const again = await openQueue(url, { profile: findProfile("10x") });
      expect((await again.claim({}, 1))[0]?.entry.attempts).toHaveLength(1);
      await again.close();
    } finally {
      await remove();
    }
  });

  test("a success completes the job as a worker does: state, counts, value, event, and the next run works", async ({
    expect,
  }) => {
    const { name, url, queue, connection, fail, remove } = await bull();
    try {
      const id = await fail({ id: "evt_1" });
      const dlq = await openQueue(url, { profile: findProfile("10x") });
      const [claim] = await dlq.claim({}, 1);
      await claim?.acknowledge(sampleEntry(0).attempts.map((one) => ({ ...one, number: 2, status: 204 })));
      await dlq.close();
      const heard = await connection.xrange(`bull:${name}:events`, "-", "+");
      expect(heard.map(([, fields]) => fields)).toContainEqual(
        expect.arrayContaining(["event", "completed", "jobId", id]),
      );
      const job = await queue.getJob(id);
      expect(await job?.getState()).toBe("completed");
      expect(job).toMatchObject({ returnvalue: { status: 204 }, attemptsMade: 2, attemptsStarted: 2 });
      expect(job?.failedReason).toBeUndefined();
      expect(await queue.getJobCounts()).toMatchObject({ active: 0, failed: 0, waiting: 0, completed: 1 });
      expect((await connection.keys(`bull:${name}:*`)).filter((key) => /lock|hookproof/.test(key))).toEqual([]);
      expect(await job?.retry("completed").then(() => job.getState())).toBe("waiting");
    } finally {
      await remove();
    }
  });

  test("a job that wants to be removed when it is completed is", async ({ expect }) => {
    const { url, queue, fail, remove } = await bull();
    try {
      const id = await fail({ id: "evt_1" }, "503", { removeOnComplete: true });
      const dlq = await openQueue(url);
      const [claim] = await dlq.claim({}, 1);
      await claim?.acknowledge(sampleEntry(0).attempts);
      await dlq.close();
      expect(await queue.getJob(id)).toBeUndefined();
    } finally {
      await remove();
    }
  });

  test("a job that BullMQ does not allow to complete stays failed, and this is reported", async ({ expect }) => {
    const { name, url, queue, connection, fail, remove } = await bull();
    try {
      const id = await fail({ id: "evt_1" });
      // A child that is not done: BullMQ completes no parent before it.
      await connection.sadd(`bull:${name}:${id}:dependencies`, `bull:${name}:child`);
      const dlq = await openQueue(url);
      const [claim] = await dlq.claim({}, 1);
      await claim?.acknowledge(sampleEntry(0).attempts.map((one) => ({ ...one, status: 204 })));
      expect(await (await queue.getJob(id))?.getState()).toBe("failed");
      expect(dlq.problems.join()).toMatch(/was delivered and stays failed: .*pending dependencies/);
      await dlq.close();
      expect(await queue.getJobCounts()).toMatchObject({ active: 0, failed: 1 });
    } finally {
      await remove();
    }
  });

  test("a failed job that is retried from elsewhere is left to its worker", async ({ expect }) => {
    const { url, queue, fail, remove } = await bull();
    try {
      const id = await fail({ id: "evt_1" });
      const dlq = await openQueue(url);
      const [claim] = await dlq.claim({}, 1);
      await (await queue.getJob(id))?.retry();
      await claim?.requeue(sampleEntry(0).attempts);
      expect(await (await queue.getJob(id))?.getState()).toBe("waiting");
      expect(dlq.problems.join()).toMatch(/removed from the failed jobs by another program/);
      await dlq.close();
    } finally {
      await remove();
    }
  });

  test("claims whose reply is lost with the connection are still handed out", async ({ expect }) => {
    const { name, url, connection, fail, remove } = await bull();
    const line = await lineTo(url, 6379);
    try {
      for (let at = 0; at < 2; at++) await fail({ id: `evt_${at}` });
      const dlq = await openQueue(line.url, { profile: findProfile("10x") });
      line.loseAfter("hookproof:claim");
      const claiming = dlq.claim({}, 2);
      await expect.poll(async () => (await connection.keys(`bull:${name}:hookproof:claim:*`)).length).toBe(2);
      line.cut();
      expect((await claiming).map(({ entry }) => entry.eventId)).toEqual(["evt_0", "evt_1"]);
      await dlq.close();
    } finally {
      line.close();
      await remove();
    }
  });

  test("adding is refused with the reason", async ({ expect }) => {
    const { url, remove } = await bull();
    try {
      const dlq = await openQueue(url);
      await expect(dlq.add(sampleEntry(1))).rejects.toMatchObject({ code: "unsupported" });
      await dlq.close();
    } finally {
      await remove();
    }
  });
});
