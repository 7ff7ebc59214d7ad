import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { describe, test } from "vitest";
import { openQueue } from "../support/engines.ts";
import { lineTo } from "../support/proxy.ts";
import { run, runChild } from "../support/run.ts";
import { redisService, uniqueName } from "../support/services.ts";
import { named } from "../support/skipped.ts";
import { dlqContract, sampleEntry } from "./contract.ts";

const service = await redisService();
const server = service.url ?? "redis://127.0.0.1:1/0";
const client = (): Redis => new Redis(server, { protocol: 2, lazyConnect: true });

/** A stream for one test, and a client that sees it as other programs do. */
const stream = async () => {
  const name = uniqueName("stream");
  const redis = client();
  await redis.connect();
  return {
    name,
    redis,
    url: `${server}?stream=${name}`,
    remove: async () => {
      await redis.del(name, `${name}:attempts`, `${name}:archive`);
      await redis.quit();
    },
  };
};

dlqContract({
  name: "a Redis stream",
  skip: service.skip,
  keeps: { attempts: true, order: true, ids: true, listsClaimed: true },
  make: async () => {
    const { name, redis, url, remove } = await stream();
    return {
      open: () => openQueue(url),
      claimAndDie: async (max) => {
        const dlq = await openQueue(url, { asDead: true });
        return (await dlq.claim({}, max)).map(({ entry }) => entry.id);
      },
      expire: async () => undefined,
      archived: async () =>
        (await redis.xrange(`${name}:archive`, "-", "+")).map(([, fields]) => JSON.parse(fields[1] ?? "").eventId),
      remove,
    };
  },
});

describe.skipIf(service.skip !== null)(named("a Redis stream of other programs", service.skip), () => {
  test("a bare body, headers beside it, is read by the platform's profile", async ({ expect }) => {
    const { name, redis, url, remove } = await stream();
    try {
      const id = await redis.xadd(
        name,
        "*",
        "payload",
        '{"id":"evt_9","type":"link.clicked","n":1.0}',
        "X-Arjun-Signature",
        "sha256=00",
        "attempt",
        "3",
      );
      const dlq = await openQueue(url);
      const entry = await dlq.get(id ?? "");
      expect(entry).toMatchObject({ provider: "10x", eventId: "evt_9", eventType: "link.clicked", attempts: [] });
      expect(entry?.request.body.toString()).toBe('{"id":"evt_9","type":"link.clicked","n":1.0}');
      expect(entry?.request.headers).toEqual([
        ["Content-Type", "application/json"],
        ["X-Arjun-Signature", "sha256=00"],
      ]);
      await dlq.close();
    } finally {
      await remove();
    }
  });

  test("unreadable entries are reported, left in place and never handed out", async ({ expect }) => {
    const { name, redis, url, remove } = await stream();
    try {
      await redis.xadd(name, "*", "colour", "red", "size", "7");
      await redis.xadd(name, "*", "entry", '{"type":"entry","id":"x","cut');
      await redis.xadd(name, "*", "body", "");
      const dlq = await openQueue(url);
      await dlq.add(sampleEntry(1));
      const claims = await dlq.claim({}, 10);
      expect(claims.map(({ entry }) => entry.eventId)).toEqual(["evt_1"]);
      await claims[0]?.acknowledge([]);
      expect(dlq.problems).toHaveLength(3);
      expect(dlq.problems.join("\n")).toMatch(
        /none of its fields \(colour, size\) contains the body; it was left in place/,
      );
      await dlq.close();
      expect(await redis.xlen(name)).toBe(3);
      expect(await redis.xpending(name, "hookproof")).toEqual([0, null, null, null]);
    } finally {
      await remove();
    }
  });

  test("another reader's claim is valid until its lease expires", async ({ expect }) => {
    const { name, redis, url, remove } = await stream();
    try {
      const dlq = await openQueue(url);
      const id = await dlq.add(sampleEntry(1));
      await redis.xgroup("CREATE", name, "hookproof", "0");
      await redis.call("XCLAIM", name, "hookproof", "elsewhere", 0, id, "IDLE", 50_000, "FORCE");
      expect(await dlq.claim({}, 1)).toEqual([]);
      expect((await dlq.stats({})).claimed).toBe(1);
      await redis.call("XCLAIM", name, "hookproof", "elsewhere", 0, id, "IDLE", 61_000);
      expect(await dlq.claim({}, 1)).toHaveLength(1);
      await dlq.close();
    } finally {
      await remove();
    }
  });

  test("claims whose reply is lost with the connection are still handed out", async ({ expect }) => {
    const { name, redis, url, remove } = await stream();
    const line = await lineTo(url, 6379);
    try {
      const dlq = await openQueue(line.url);
      for (let at = 0; at < 3; at++) await dlq.add(sampleEntry(at));
      expect(await dlq.claim({}, 1)).toHaveLength(1);
      line.loseAfter("XCLAIM");
      const claiming = dlq.claim({}, 2);
      await expect.poll(async () => (await redis.xpending(name, "hookproof"))[0]).toBe(3);
      line.cut();
      expect((await claiming).map(({ entry }) => entry.eventId)).toEqual(["evt_1", "evt_2"]);
      await dlq.close();
    } finally {
      line.close();
      await remove();
    }
  });

  test("a key of another kind is refused with the reason", async ({ expect }) => {
    const { name, redis, url, remove } = await stream();
    try {
      await redis.lpush(name, "x");
      const dlq = await openQueue(url);
      await expect(dlq.claim({}, 1)).rejects.toMatchObject({ code: "unsupported" });
      await dlq.close();
    } finally {
      await remove();
    }
  });
});

describe.skipIf(service.skip !== null)(named("evidence from a Redis stream of bare events", service.skip), () => {
  test("names the queue, counts its events, and judges no signature that the queue did not keep", async ({
    expect,
  }) => {
    const { redis, name, url, remove } = await stream();
    try {
      for (const [id, type] of [
        ["evt_1", "link.clicked"],
        ["evt_2", "webhook.test"],
      ])
        await redis.xadd(name, "*", "payload", JSON.stringify({ id, type }));
      const argv = ["evidence", "-p", "10x", "--event", "evt_1", "--secret", "topsecret-key", "--dry-run", "--json"];
      const { stdout } = await run([...argv, "--from", url.replace("//", "//default@")]);
      const { conclusion, items } = JSON.parse(stdout);
      expect(conclusion).toMatchObject({ proved: false, symptom: expect.stringContaining(`a dead letter in ${url}`) });
      expect(JSON.stringify(conclusion)).not.toMatch(/signature|DNS/);
      expect(items.find(({ id }: { id: string }) => id === "traffic")).toMatchObject({
        value: "both (webhook.test, link.clicked)",
        source: url,
      });
    } finally {
      await remove();
    }
  });
});

describe.skipIf(service.skip !== null)(named("a Redis address that leads nowhere", service.skip), () => {
  const at = (database: string, query: string): string => {
    const url = new URL(server);
    url.pathname = `/${database}`;
    return `${url.href}?${query}`;
  };

  test.each(["stream", "bullmq"])(
    "a database that the server lacks is refused, not treated as database 0 (%s)",
    async (kind) => {
      const { expect } = await import("vitest");
      const result = await runChild(["dlq", "list", "--dlq", at("99999", `${kind}=x`), "--json"]);
      expect(result.exit, result.stderr).toBe(2);
      expect(result.stdout).toMatch(/"code":"usage".*the server has no database 99999/);
    },
  );

  test.each(["stream", "bullmq"])(
    "a database that is not a number is refused before anything is asked (%s)",
    async (kind) => {
      const { expect } = await import("vitest");
      const result = await runChild(["dlq", "list", "--dlq", at("x", `${kind}=x`), "--json"]);
      expect(result.exit, result.stderr).toBe(2);
      expect(result.stdout).toMatch(/'x' is not a Redis database number/);
    },
  );

  test.each(["stream", "bullmq"])("a %s that is not there is exit 2, and is not made", async (kind) => {
    const { expect } = await import("vitest");
    const none = uniqueName("none");
    for (const argv of [
      ["dlq", "list"],
      ["dlq", "stats"],
      ["dlq", "export"],
      ["dlq", "show", "x"],
      ["dlq", "discard", "x"],
      ["replay", "--to", "127.0.0.1:1", "--secret", "s"],
    ]) {
      const { exit, stderr } = await run([...argv, "--dlq", at("0", `${kind}=${none}`)]);
      expect([exit, stderr], argv.join(" ")).toEqual([2, expect.stringContaining("there is no such queue")]);
    }
    const redis = new Redis(server, { protocol: 2 });
    expect(await redis.keys(`*${none}*`)).toEqual([]);
    await redis.quit();
  });

  test.each([
    ["evidence", "--from", "-p", "10x", "--event", "evt_1", "--dry-run", "--from", "nope.ndjson"],
    ["replay", "--dlq", "--to", "127.0.0.1:1", "--secret", "s", "--cacert", "nope.pem"],
  ])(
    "a file that is not there beside it ends the program (%s)",
    async (command, option, ...argv) => {
      const { expect } = await import("vitest");
      const signal = AbortSignal.timeout(20_000);
      const result = await runChild([command, option, at("0", "stream=none"), ...argv], { signal });
      expect(result).toMatchObject({ exit: 2, stderr: expect.stringContaining("nope.") });
    },
    30_000,
  );

  test("a stream and a queue that were worked off are empty without a word", async ({ expect }) => {
    const { name, redis, url, remove } = await stream();
    const queue = new Queue(name, { connection: redis });
    try {
      await redis.xdel(name, (await redis.xadd(name, "*", "payload", "{}")) ?? "");
      await queue.waitUntilReady();
      await (await queue.add("webhook", {})).remove();
      for (const from of [url, at("0", `bullmq=${name}`)]) {
        const listed = await run(["dlq", "list", "--dlq", from]);
        expect(listed, from).toMatchObject({ exit: 0, stderr: "the DLQ is empty\n" });
      }
    } finally {
      await queue.obliterate({ force: true });
      await remove();
    }
  });
});

test("a URL without // is refused as such", async ({ expect }) => {
  for (const url of [
    "redis:127.0.0.1:6379?stream=x",
    "amqp:me:s3cret@127.0.0.1/?queue=q",
    "sqs:q?endpoint=localhost:1",
  ])
    await expect(openQueue(url)).rejects.toMatchObject({ code: "usage", message: "the queue URL has no host" });
});

test("a server that is not there is exit 3 with its name and without its password", async ({ expect }) => {
  await expect(openQueue("redis://me:s3cr%2Ft@127.0.0.1:1/0?stream=x")).rejects.toMatchObject({
    code: "backend-unreachable",
    message: "redis://me@127.0.0.1:1/0?stream=x: connect ECONNREFUSED 127.0.0.1:1",
  });
});
