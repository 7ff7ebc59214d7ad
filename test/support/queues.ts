import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { connect } from "amqplib";
import type { Options } from "amqplib";
import { Queue, Worker } from "bullmq";
import { startFauxqs } from "fauxqs";
import { Redis } from "ioredis";
import type { DlqEntry } from "../../src/dlq/dlq.ts";
import { entryLine } from "../../src/dlq/record.ts";
import { openQueue } from "./engines.ts";
import { amqpService, awsEnv, redisService, uniqueName } from "./services.ts";

type NewEntry = Omit<DlqEntry, "id">;

/** An engine's queue for one test, with what a child process needs to open it. */
export interface FilledQueue {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  fill(entries: readonly NewEntry[]): Promise<void>;
  remove(): Promise<void>;
}

export interface QueueMaker {
  readonly name: string;
  readonly skip: string | null;
  make(): Promise<FilledQueue>;
}

/** Fills a queue through the engine's own `add`, 100 entries at a time. */
export const fillFrom =
  (url: string) =>
  async (entries: readonly NewEntry[]): Promise<void> => {
    const dlq = await openQueue(url);
    for (let at = 0; at < entries.length; at += 100)
      await Promise.all(entries.slice(at, at + 100).map((entry) => dlq.add(entry)));
    await dlq.close();
  };

/** Every engine except the file queue; `skip` says why one isn't available. */
export const queueMakers = async (): Promise<readonly QueueMaker[]> => {
  const [redis, amqp] = await Promise.all([redisService(), amqpService()]);
  return [
    {
      name: "a Redis stream",
      skip: redis.skip,
      make: async () => {
        const name = uniqueName("stream");
        const url = `${redis.url}?stream=${name}`;
        return {
          url,
          env: {},
          fill: fillFrom(url),
          remove: async () => {
            const client = new Redis(redis.url ?? "", { protocol: 2 });
            await client.del(name, `${name}:attempts`, `${name}:archive`);
            await client.quit();
          },
        };
      },
    },
    { name: "BullMQ's failed jobs", skip: redis.skip, make: () => bullQueue(redis.url ?? "") },
    {
      name: "SQS",
      skip: null,
      make: async () => {
        Object.assign(process.env, awsEnv);
        const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
        const endpoint = `http://127.0.0.1:${server.port}`;
        const client = new SQSClient({ endpoint, useQueueUrlAsEndpoint: false });
        const name = uniqueName("sqs");
        await client.send(new CreateQueueCommand({ QueueName: name }));
        client.destroy();
        const url = `sqs:${name}?visibility=2&wait=0&endpoint=${endpoint}`;
        return { url, env: awsEnv, fill: fillFrom(url), remove: () => server.stop() };
      },
    },
    { name: "RabbitMQ", skip: amqp.skip, make: () => rabbitQueue(amqp.url ?? "", { durable: false }) },
    {
      name: "a quorum queue of RabbitMQ's",
      skip: amqp.skip,
      make: () => rabbitQueue(amqp.url ?? "", { durable: true, arguments: { "x-queue-type": "quorum" } }),
    },
  ];
};

const bullQueue = async (server: string): Promise<FilledQueue> => {
  const name = uniqueName("bull");
  const connection = new Redis(server, { protocol: 2, maxRetriesPerRequest: null });
  const queue = new Queue(name, { connection });
  const worker = new Worker(name, null, { connection, autorun: false });
  return {
    url: `${server}?bullmq=${name}`,
    env: {},
    fill: async (entries) => {
      await queue.addBulk(
        entries.map((entry) => ({ name: "webhook", data: JSON.parse(entryLine({ ...entry, id: "" })) })),
      );
      for (;;) {
        const job = await worker.getNextJob("token", { block: false });
        if (job === undefined) return;
        await job.moveToFailed(new Error("503 is not retried"), "token");
      }
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

const rabbitQueue = async (server: string, options: Options.AssertQueue): Promise<FilledQueue> => {
  const name = uniqueName("amqp");
  const connection = await connect(server);
  const channel = await connection.createChannel();
  await channel.assertQueue(name, options);
  const url = `${server}?queue=${name}`;
  return {
    url,
    env: {},
    fill: fillFrom(url),
    remove: async () => {
      await channel.deleteQueue(name);
      await connection.close();
    },
  };
};
