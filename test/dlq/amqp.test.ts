import { connect } from "amqplib";
import type { Options } from "amqplib";
import { setTimeout as delay } from "node:timers/promises";
import { describe, test } from "vitest";
import { openQueue } from "../support/engines.ts";
import { lineTo } from "../support/proxy.ts";
import { run, runChild, temporaryFolder } from "../support/run.ts";
import { amqpService, uniqueName } from "../support/services.ts";
import { named } from "../support/skipped.ts";
import { discardedIn, dlqContract, sampleEntry } from "./contract.ts";

const service = await amqpService();
const server = service.url ?? "amqp://127.0.0.1:1";

/** A queue for one test, and a channel that sees it as other programs do. */
const queue = async (options: Options.AssertQueue = { durable: false }) => {
  const name = uniqueName("amqp");
  const connection = await connect(server);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(name, options);
  return {
    name,
    channel,
    connection,
    url: `${server}?queue=${name}`,
    remove: async () => {
      await channel.deleteQueue(name);
      await connection.close();
    },
  };
};

const quorum: Options.AssertQueue = { durable: true, arguments: { "x-queue-type": "quorum", "x-delivery-limit": 3 } };

describe.each<[string, Options.AssertQueue | undefined]>([
  ["RabbitMQ", undefined],
  ["RabbitMQ with a quorum queue", quorum],
])("%s", (name, options) =>
  dlqContract({
    name,
    skip: service.skip,
    keeps: { attempts: true, order: options === undefined, ids: true, listsClaimed: false, details: false },
    make: async () => {
      const { name, channel, url, remove } = await queue(options);
      const data = temporaryFolder();
      const ready = async (): Promise<number> => (await channel.checkQueue(name)).messageCount;
      let all = 0;
      return {
        open: () => openQueue(url, { data }),
        claimAndDie: async (max) => {
          all = await ready();
          const dying = await connect(server);
          dying.on("error", () => undefined);
          const channel = await dying.createChannel();
          const ids: string[] = [];
          for (let at = 0; at < max; at++) {
            const message = await channel.get(name);
            if (message !== false) ids.push(String(message.properties.messageId));
          }
          // As a killed process leaves it: without a word.
          Reflect.get(dying.connection, "stream").destroy();
          return ids;
        },
        // The broker gives back what a broken connection held once it has noticed.
        expire: async () => {
          while ((await ready()) < all) await delay(20);
        },
        archived: async () => discardedIn(data),
        remove,
      };
    },
  }),
);

describe.skipIf(service.skip !== null)(named("a RabbitMQ queue of other programs", service.skip), () => {
  test("x-death gives the time and reason, and is not treated as attempts", async ({ expect }) => {
    const { name, channel, url, remove } = await queue();
    const work = `${name}-work`;
    try {
      await channel.assertQueue(work, {
        durable: false,
        arguments: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": name },
      });
      const body = Buffer.from('{"id":"evt_1","type":"link.clicked","n":1.0}');
      channel.sendToQueue(work, body, {
        contentType: "application/json; charset=utf-8",
        headers: { "X-Arjun-Signature": "sha256=00", "x-arjun-attempt": "3" },
        priority: 4,
        type: "webhook",
      });
      await channel.waitForConfirms();
      const got = await channel.get(work);
      if (got !== false) channel.nack(got, false, false);
      const dlq = await openQueue(url);
      let claim;
      while (claim === undefined) [claim] = await dlq.claim({}, 1);
      expect(claim.entry).toMatchObject({
        provider: "10x",
        eventId: "evt_1",
        reason: `rejected in ${work}`,
        receiveCount: 1,
        attempts: [],
      });
      expect(claim.entry.request.body.equals(body)).toBe(true);
      expect(claim.entry.request.headers).toEqual([
        ["Content-Type", "application/json; charset=utf-8"],
        ["X-Arjun-Signature", "sha256=00"],
        ["x-arjun-attempt", "3"],
      ]);
      await claim.requeue(sampleEntry(0).attempts);
      await dlq.close();
      const again = await channel.get(name);
      expect(again).toMatchObject({ content: body, properties: { priority: 4, type: "webhook" } });
      expect(again === false ? {} : again.properties.headers).toMatchObject({ "X-Arjun-Signature": "sha256=00" });
      if (again !== false) channel.nack(again);
      const reader = await openQueue(url);
      const [second] = await reader.claim({}, 1);
      expect(second?.entry).toMatchObject({ id: claim.entry.id, attempts: [{ status: 503 }] });
      await reader.close();
    } finally {
      await channel.deleteQueue(work);
      await remove();
    }
  });

  test("a quorum queue with a delivery limit loses nothing by looking, listing by filter or replaying in vain", async ({
    expect,
  }) => {
    const { name, channel, url, remove } = await queue(quorum);
    try {
      const ids = ["evt_0", "evt_1", "evt_2"];
      for (const id of ids) channel.sendToQueue(name, Buffer.from(JSON.stringify({ id, type: "link.clicked" })));
      await channel.waitForConfirms();
      for (let look = 0; look < 8; look++) {
        const listed = await run(["dlq", "list", "--dlq", url, "-p", "10x", "--json"]);
        const seen = listed.stdout.trimEnd().split("\n");
        expect(new Set(seen.map((line) => String(JSON.parse(line).eventId)))).toEqual(new Set(ids));
        await run(["dlq", "list", "--dlq", url, "-p", "10x", "--type", "other", "--limit", "1"]);
        const replay = ["replay", "--dlq", url, "-p", "10x", "--to", "127.0.0.1:1", "--secret", "s"];
        expect((await run([...replay, "--type", "other"])).exit).toBe(0);
        expect((await run([...replay, "--limit", "1"])).exit).toBe(1);
      }
      expect((await channel.checkQueue(name)).messageCount).toBe(3);
    } finally {
      await remove();
    }
  });

  test("replay --to source puts a message back on the queue that x-death names, and leaves one that names none", async ({
    expect,
  }) => {
    const { name, channel, url, remove } = await queue();
    const work = `${name}-work`;
    try {
      const deadLetter = { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": name };
      await channel.assertQueue(work, { durable: false, arguments: deadLetter });
      const body = Buffer.from('{"job": 1}');
      channel.sendToQueue(work, body, { headers: { "x-own": "kept" }, messageId: "m1" });
      channel.sendToQueue(name, Buffer.from('{"job": 2}'), { messageId: "m2" });
      await channel.waitForConfirms();
      const got = await channel.get(work);
      if (got !== false) channel.nack(got, false, false);
      while ((await channel.checkQueue(name)).messageCount < 2) await delay(5);
      const { exit, stdout } = await run(["replay", "--dlq", url, "--to", "source", "-p", "10x"]);
      expect(stdout).toContain("the broker did not record which queue it came from");
      expect(stdout).toContain("1 put back, 0 failed, 1 skipped, 1 left");
      expect(exit).toBe(1);
      expect(await channel.get(work)).toMatchObject({ content: body, properties: { headers: { "x-own": "kept" } } });
      expect(await channel.get(name)).toMatchObject({ properties: { messageId: "m2" } });
    } finally {
      await channel.deleteQueue(work);
      await remove();
    }
  });

  test("unreadable messages are reported and left in place", async ({ expect }) => {
    const { name, channel, url, remove } = await queue();
    try {
      for (const text of ["", '{"headers":5,"body":"x"}', '{"id":"evt_1"}'])
        channel.sendToQueue(name, Buffer.from(text));
      await channel.waitForConfirms();
      const dlq = await openQueue(url);
      const claims = await dlq.claim({}, 10);
      expect(claims.map(({ entry }) => entry.request.body.toString())).toEqual(['{"id":"evt_1"}']);
      await claims[0]?.acknowledge([]);
      expect(dlq.problems.join()).toMatch(/its body is empty; it was left.*headers are neither a list/);
      await dlq.close();
      const left = [await channel.get(name), await channel.get(name)];
      expect(left.map((message) => message !== false && message.content.toString())).toEqual([
        "",
        '{"headers":5,"body":"x"}',
      ]);
    } finally {
      await remove();
    }
  });

  test("messages alike in every byte are all delivered", async ({ expect }) => {
    const { name, channel, url, remove } = await queue();
    try {
      for (let at = 0; at < 3; at++) channel.sendToQueue(name, Buffer.from('{"id":"evt_1"}'));
      await channel.waitForConfirms();
      const dlq = await openQueue(url);
      const claims = await dlq.claim({}, 10);
      expect(claims).toHaveLength(3);
      for (const claim of claims) await claim.acknowledge([]);
      await dlq.close();
      expect((await channel.checkQueue(name)).messageCount).toBe(0);
    } finally {
      await remove();
    }
  });

  test("a listing of more than a page puts everything back in its order", async ({ expect }) => {
    const { name, channel, url, remove } = await queue();
    try {
      for (let at = 0; at < 450; at++)
        channel.sendToQueue(name, Buffer.from(`{"id":"evt_${at}"}`), { messageId: `m${at}` });
      await channel.waitForConfirms();
      const dlq = await openQueue(url);
      const ids = [];
      for await (const { id } of dlq.list({})) {
        ids.push(id);
        expect((await dlq.get(id))?.id).toBe(id);
      }
      expect(ids).toEqual(Array.from({ length: 450 }, (_, at) => `m${at}`));
      expect((await dlq.stats({})).total).toBe(450);
      await dlq.close();
      const first = await channel.get(name);
      expect(first === false ? "" : first.properties.messageId).toBe("m0");
    } finally {
      await remove();
    }
  });

  test("messages of one id are each handed out, though another came back meanwhile", async ({ expect }) => {
    const { name, channel, url, remove } = await queue();
    try {
      for (let at = 0; at < 4; at++) channel.publish("", name, Buffer.from(`{"id":"evt_${at}"}`), { messageId: "one" });
      await channel.waitForConfirms();
      const dlq = await openQueue(url);
      for (let at = 0; at < 4; at++)
        for (const claim of await dlq.claim({}, 1)) await claim.requeue(at % 2 === 0 ? sampleEntry(0).attempts : []);
      expect(await dlq.claim({}, 1)).toEqual([]);
      await dlq.close();
      const bodies = [];
      const again = await openQueue(url);
      for (const { entry } of await again.claim({}, 9)) bodies.push(`${entry.request.body} ${entry.attempts.length}`);
      await again.close();
      expect(bodies.toSorted()).toEqual([
        '{"id":"evt_0"} 1',
        '{"id":"evt_1"} 0',
        '{"id":"evt_2"} 1',
        '{"id":"evt_3"} 0',
      ]);
    } finally {
      await remove();
    }
  });

  test("requeued messages are counted immediately", async ({ expect }) => {
    const { url, remove } = await queue();
    try {
      const dlq = await openQueue(url);
      for (let at = 0; at < 30; at++) await dlq.add(sampleEntry(at));
      for (const claim of await dlq.claim({}, 30)) await claim.requeue(sampleEntry(0).attempts);
      expect(await dlq.claim({}, 30)).toEqual([]);
      expect((await dlq.stats({})).total).toBe(30);
      for await (const _ of dlq.list({}));
      expect((await dlq.stats({})).total).toBe(30);
      await dlq.close();
      const { stdout } = await run(["dlq", "stats", "--dlq", url]);
      expect(stdout).toBe("30 events\n");
    } finally {
      await remove();
    }
  });

  test("a queue that is deleted meanwhile is an error, and not treated as an empty one", async ({ expect }) => {
    const { channel, name, url, remove } = await queue();
    try {
      const dlq = await openQueue(url);
      await dlq.add(sampleEntry(1));
      const [claim] = await dlq.claim({}, 1);
      await channel.deleteQueue(name);
      await channel.assertQueue(name, { durable: false });
      await channel.deleteQueue(name);
      await expect(dlq.claim({}, 1)).rejects.toMatchObject({ code: "usage" });
      await expect(claim?.requeue(sampleEntry(1).attempts)).rejects.toThrow(/no such queue/);
      await dlq.close();
    } finally {
      await remove();
    }
  });

  test("an event counts as settled only once the broker confirms it", async ({ expect }) => {
    const { name, channel, url, remove } = await queue();
    const line = await lineTo(url, 5672);
    try {
      const dlq = await openQueue(line.url);
      for (let at = 0; at < 3; at++) await dlq.add(sampleEntry(at));
      const [first, ...rest] = await dlq.claim({}, 3);
      await first?.acknowledge([]);
      line.hold();
      const settling = rest.map((claim) => claim.acknowledge([]));
      const early = await Promise.race([Promise.any(settling).then(() => "settled"), delay(300, "waiting")]);
      expect(early).toBe("waiting");
      line.cut();
      for (const one of settling) await expect(one).rejects.toMatchObject({ code: "backend-unreachable" });
      await dlq.close();
      await expect.poll(async () => (await channel.checkQueue(name)).messageCount).toBe(2);
    } finally {
      line.close();
      await remove();
    }
  });

  test("a queue that is not there is not made", async ({ expect }) => {
    await expect(openQueue(`${server}?queue=${uniqueName("none")}`)).rejects.toMatchObject({ code: "usage" });
  });

  test("a queue that is not there ends the program", async ({ expect }) => {
    const signal = AbortSignal.timeout(20_000);
    const result = await runChild(["dlq", "list", "--dlq", `${server}?queue=${uniqueName("none")}`], { signal });
    expect(result).toMatchObject({ exit: 2, stderr: expect.stringContaining("there is no such queue") });
  }, 30_000);

  test("a missing virtual host is reported as such", async ({ expect }) => {
    const url = new URL(server);
    url.pathname = `/${uniqueName("vhost")}`;
    await expect(openQueue(`${url.href}?queue=q`)).rejects.toMatchObject({
      code: "backend-unreachable",
      message: expect.stringContaining("the broker does not allow access to this virtual host"),
    });
  });
});

test("a broker that is not there is exit 3, without its password", async ({ expect }) => {
  await expect(openQueue("amqp://me:s3cret@127.0.0.1:1/?queue=q")).rejects.toMatchObject({
    code: "backend-unreachable",
    message: "amqp://me@127.0.0.1:1/?queue=q: connect ECONNREFUSED 127.0.0.1:1",
  });
});
