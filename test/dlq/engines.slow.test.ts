import { connect } from "amqplib";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describe, onTestFinished, test } from "vitest";
import { openQueue } from "../support/engines.ts";
import { lineTo } from "../support/proxy.ts";
import { fillFrom, queueMakers } from "../support/queues.ts";
import { bin, temporaryFolder } from "../support/run.ts";
import { named } from "../support/skipped.ts";
import { startRabbit, startRedis } from "../support/own-servers.ts";
import { amqpService, uniqueName } from "../support/services.ts";
import { sampleEntry } from "./contract.ts";

const count = 5000;
const concurrency = 10;
const makers = await queueMakers();

/** A receiver that takes a few milliseconds and counts what it gets, by event id. */
const receiver = async (onCount: (all: number) => void = () => undefined, takesMs = 5) => {
  const seen = new Map<string, number>();
  let all = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { id } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      seen.set(id, (seen.get(id) ?? 0) + 1);
      onCount(++all);
      setTimeout(() => response.writeHead(204).end(), takesMs);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    seen,
    duplicates: () => all - seen.size,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
};

/** A replay as a process of its own. */
const replaying = (
  from: string,
  to: string,
  env: Readonly<Record<string, string>>,
  onResults: (count: number) => void = () => undefined,
) => {
  const child = spawn(
    process.execPath,
    [bin, "replay", "--dlq", from, "--to", to, "--secret", "s", "--concurrency", String(concurrency), "--json"],
    {
      cwd: temporaryFolder(),
      env: { PATH: process.env["PATH"] ?? "", HOOKPROOF_HOME: temporaryFolder(), ...env },
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
    onResults(stdout.split("\n").length - 1);
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  const ended = new Promise<{ exit: number | null; stdout: string; stderr: string; summary: Record<string, unknown> }>(
    (resolve) =>
      child.on("close", (exit) => {
        const last = stdout.trimEnd().split("\n").at(-1) ?? "";
        resolve({ exit, stdout, stderr, summary: last.startsWith("{") ? JSON.parse(last) : {} });
      }),
  );
  return { child, ended };
};

const entries = Array.from({ length: count }, (_, at) => sampleEntry(at));
const allIds = new Set(entries.map(({ eventId }) => eventId));

describe.each(makers)("three replays of one queue on $name", (maker) => {
  test.skipIf(maker.skip !== null)(
    named("one killed in the middle: everything delivered, duplicates no more than were in flight", maker.skip),
    async ({ expect }) => {
      const queue = await maker.make();
      const target = await receiver(undefined, 20);
      try {
        await queue.fill(entries);
        const first = replaying(queue.url, target.url, queue.env, (results) => {
          if (results >= count / 20) first.child.kill("SIGKILL");
        });
        const others = [2, 3].map(() => replaying(queue.url, target.url, queue.env));
        const ends = await Promise.all([first, ...others].map(({ ended }) => ended));
        expect(ends.map(({ exit }) => exit)).toEqual([null, 0, 0]);
        // What the dead one held comes back when its claim ends; the same command continues.
        for (let again = 0; target.seen.size < count && again < 100; again++) {
          await delay(250);
          const more = await replaying(queue.url, target.url, queue.env).ended;
          expect(more.exit, more.stderr).toBe(0);
        }
        expect(new Set(target.seen.keys())).toEqual(allIds);
        expect(target.duplicates()).toBeLessThanOrEqual(concurrency);
        const dlq = await openQueue(queue.url);
        expect((await dlq.stats({})).total).toBe(0);
        await dlq.close();
      } finally {
        await target.close();
        await queue.remove();
      }
    },
  );
});

describe("a server that ends in the middle of a replay", () => {
  test("Redis, back within seconds: the replay goes on, nothing lost", async ({ expect, skip }) => {
    const redis = await startRedis();
    if (redis === undefined) return skip("no redis-server to start here");
    const url = `${redis.url}?stream=${uniqueName("stream")}`;
    let killed: Promise<void> | undefined;
    const target = await receiver((all) => {
      if (all === 100)
        killed = redis
          .stop()
          .then(() => delay(800))
          .then(() => redis.start());
    });
    try {
      await fillFrom(url)(entries.slice(0, 300));
      const first = await replaying(url, target.url, {}).ended;
      await killed;
      expect(first, first.stderr).toMatchObject({ exit: 0, summary: { left: 0 } });
      expect(target.seen.size).toBe(300);
      expect(target.duplicates()).toBeLessThanOrEqual(concurrency);
    } finally {
      await target.close();
      await redis.remove();
    }
  });

  test("Redis, gone for good: exit 3, and what was not delivered is there when it is back", async ({
    expect,
    skip,
  }) => {
    const redis = await startRedis();
    if (redis === undefined) return skip("no redis-server to start here");
    const url = `${redis.url}?stream=${uniqueName("stream")}`;
    let killed: Promise<void> | undefined;
    const target = await receiver((all) => {
      if (all === 100) killed = redis.stop();
    });
    try {
      await fillFrom(url)(entries.slice(0, 300));
      const first = await replaying(url, target.url, {}).ended;
      await killed;
      expect(first.exit, first.stdout.slice(-400)).toBe(3);
      expect(first.stdout).toMatch(/"code":"backend-unreachable"/);
      await redis.start();
      const second = await replaying(url, target.url, {}).ended;
      expect(second, second.stderr).toMatchObject({ exit: 0, summary: { left: 0 } });
      expect(target.seen.size).toBe(300);
      expect(target.duplicates()).toBeLessThanOrEqual(concurrency);
    } finally {
      await target.close();
      await redis.remove();
    }
  });

  test("RabbitMQ, started again: exit 3, and the same command continues, nothing lost", async ({ expect, skip }) => {
    const broker = await startRabbit();
    if (broker === undefined) return skip("no RabbitMQ to start here");
    const name = uniqueName("amqp");
    const url = `${broker.url}?queue=${name}`;
    let stopped: Promise<void> | undefined;
    const target = await receiver((all) => {
      if (all === 100) stopped = broker.stop();
    });
    try {
      const connection = await connect(broker.url);
      await (await connection.createChannel()).assertQueue(name, { durable: true });
      await connection.close();
      await fillFrom(url)(entries.slice(0, 300));
      const first = await replaying(url, target.url, {}).ended;
      expect(first.exit, first.stdout.slice(-400)).toBe(3);
      expect(first.stdout).toMatch(/"code":"backend-unreachable"/);
      await stopped;
      await broker.start();
      const second = await replaying(url, target.url, {}).ended;
      expect(second, second.stderr).toMatchObject({ exit: 0, summary: { left: 0 } });
      expect(target.seen.size).toBe(300);
      expect(target.duplicates()).toBeLessThanOrEqual(concurrency);
    } finally {
      await target.close();
      await broker.remove();
    }
  });

  test("RabbitMQ's connection cut: exit 3, and the same command continues", async ({ expect, skip }) => {
    const service = await amqpService();
    const maker = makers.find(({ name }) => name === "RabbitMQ");
    if (service.url === null || maker === undefined) return skip("no RabbitMQ here");
    const queue = await maker.make();
    const line = await lineTo(queue.url, 5672);
    const target = await receiver((all) => {
      if (all === 100) line.cut();
    });
    try {
      await queue.fill(entries.slice(0, 300));
      const first = await replaying(line.url, target.url, {}).ended;
      expect(first.exit, first.stdout.slice(-400)).toBe(3);
      expect(first.stdout).toMatch(/"code":"backend-unreachable"/);
      expect(first.stdout + first.stderr).not.toContain("guest:guest");
      await delay(200);
      const second = await replaying(queue.url, target.url, {}).ended;
      expect(second, second.stderr).toMatchObject({ exit: 0, summary: { left: 0 } });
      expect(target.seen.size).toBe(300);
      expect(target.duplicates()).toBeLessThanOrEqual(concurrency);
    } finally {
      await target.close();
      await queue.remove();
      line.close();
    }
  });
});
