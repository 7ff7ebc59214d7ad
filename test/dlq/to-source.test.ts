import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { connect } from "amqplib";
import { Queue, Worker } from "bullmq";
import { startFauxqs } from "fauxqs";
import { Redis } from "ioredis";
import { createServer, request as sendOn } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { run, temporaryFolder } from "../support/run.ts";
import { amqpService, awsEnv, redisService, uniqueName } from "../support/services.ts";
import { named } from "../support/skipped.ts";

const replayed = async (dlq: string, env: Record<string, string> = {}): Promise<string> =>
  (await run(["replay", "--dlq", dlq, "--to", "source"], { env: { HOOKPROOF_HOME: temporaryFolder(), ...env } }))
    .stdout;

/** A line to an SQS server that adds what AWS notes of a message that a redrive policy moved (the tests' server does not). */
const noting = async (port: number, arn: string): Promise<string> => {
  const server = createServer((request, response) => {
    const { method, headers, url = "/" } = request;
    const upstream = sendOn({ port, host: "127.0.0.1", method, headers, path: url }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const body = Buffer.concat(chunks)
          .toString()
          .replaceAll('"SentTimestamp"', `"DeadLetterQueueSourceArn":"${arn}","SentTimestamp"`);
        const { "content-length": _length, ...rest } = answer.headers;
        response.writeHead(answer.statusCode ?? 500, rest).end(body);
      });
    });
    request.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test("an SQS message goes back to the queue that SQS notes as its source", async () => {
  Object.assign(process.env, awsEnv);
  const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
  const client = new SQSClient({ endpoint: `http://127.0.0.1:${server.port}`, useQueueUrlAsEndpoint: false });
  onTestFinished(async () => {
    client.destroy();
    await server.stop();
  });
  const made = async (name: string) => {
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name }));
    const asked = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    return { name, QueueUrl, arn: asked.Attributes?.QueueArn ?? "" };
  };
  const dead = await made(uniqueName("dead"));
  const work = await made(uniqueName("work"));
  const MessageAttributes = { own: { DataType: "String", StringValue: "kept" } };
  const { QueueUrl } = dead;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"job": 1}', MessageAttributes }));
  const unnoted = `sqs:${dead.name}?wait=0&visibility=1&endpoint=http://127.0.0.1:${server.port}`;
  expect(await replayed(unnoted)).toContain("SQS did not record which queue it came from");
  const gone = `sqs:${dead.name}?wait=0&visibility=1&endpoint=${await noting(server.port, `${work.arn}-gone`)}`;
  expect(await replayed(gone)).toContain(`there is no queue ${work.name}-gone`);
  const noted = `sqs:${dead.name}?wait=0&visibility=1&endpoint=${await noting(server.port, work.arn)}`;
  expect(await replayed(noted)).toContain("1 put back, 0 failed, 0 skipped, 0 left");
  const received = await client.send(
    new ReceiveMessageCommand({ QueueUrl: work.QueueUrl, MessageAttributeNames: ["All"] }),
  );
  expect(received).toMatchObject({
    Messages: [{ Body: '{"job": 1}', MessageAttributes: { own: { StringValue: "kept" } } }],
  });
});

const service = await redisService();
const server = service.url ?? "redis://127.0.0.1:1/0";

describe.skipIf(service.skip !== null)(named("on Redis", service.skip), () => {
  test("an item of a stream goes back to the stream that it names", async () => {
    const redis = new Redis(server, { protocol: 2 });
    const [dead, work] = [uniqueName("dead"), uniqueName("work")];
    onTestFinished(async () => {
      await redis.del(dead, work, `${dead}:attempts`);
      await redis.quit();
    });
    await redis.xgroup("CREATE", work, "workers", "0", "MKSTREAM");
    await redis.xadd(dead, "*", "payload", '{"job": 1}', "source_stream", work);
    await redis.xadd(dead, "*", "payload", '{"job": 2}');
    const stdout = await replayed(`${server}?stream=${dead}`);
    expect(stdout).toContain("no field says which stream it came from");
    expect(stdout).toContain("1 put back, 0 failed, 1 skipped, 1 left");
    expect(await redis.xrange(work, "-", "+")).toMatchObject([
      [expect.any(String), ["payload", '{"job": 1}', "source_stream", work]],
    ]);
  });

  test("an item whose stream is none, is not there or is this very one stays where it is", async () => {
    const redis = new Redis(server, { protocol: 2 });
    const [dead, text, absent] = [uniqueName("dead"), uniqueName("text"), uniqueName("absent")];
    onTestFinished(async () => {
      await redis.del(dead, text, absent);
      await redis.quit();
    });
    await redis.set(text, "not a stream");
    for (const source of [text, absent, dead]) await redis.xadd(dead, "*", "payload", "{}", "source", source);
    const stdout = await replayed(`${server}?stream=${dead}`);
    expect(stdout).toContain(`there is no stream ${text}`);
    expect(stdout).toContain(`there is no stream ${absent}`);
    expect(stdout).toContain("it came from this same stream");
    expect(stdout).toContain("0 delivered, 0 failed, 3 skipped, 3 left");
    expect([await redis.xlen(dead), await redis.exists(absent)]).toEqual([3, 0]);
  });

  test("a failed job of BullMQ is retried by its own workers", async () => {
    const connection = new Redis(server, { protocol: 2, maxRetriesPerRequest: null });
    const name = uniqueName("bull");
    const queue = new Queue(name, { connection });
    const worker = new Worker(name, null, { connection, autorun: false });
    onTestFinished(async () => {
      await worker.close();
      await queue.obliterate({ force: true });
      await queue.close();
      await connection.quit();
    });
    await queue.add("email", { to: "a@b.test" });
    const job = await worker.getNextJob("token");
    await job?.moveToFailed(new Error("smtp down"), "token");
    expect(await replayed(`${server}?bullmq=${name}`)).toContain("1 put back, 0 failed, 0 skipped, 0 left");
    let again = await worker.getNextJob("token");
    for (let waited = 0; again === undefined && waited < 100; waited++) {
      await delay(20);
      again = await worker.getNextJob("token");
    }
    expect(again).toMatchObject({ name: "email", data: { to: "a@b.test" } });
  });
});

const broker = await amqpService();

test.skipIf(broker.skip !== null)(
  named("a message whose queue is gone or is this very one stays, and the others go back", broker.skip),
  async () => {
    const connection = await connect(broker.url ?? "");
    const channel = await connection.createConfirmChannel();
    const [dead, work] = [uniqueName("dead"), uniqueName("work")];
    onTestFinished(async () => {
      for (const queue of [dead, work]) await channel.deleteQueue(queue);
      await connection.close();
    });
    for (const queue of [dead, work]) await channel.assertQueue(queue);
    for (const queue of ["hp-gone", dead, work])
      channel.publish("", dead, Buffer.from(`{"for":"${queue}"}`), {
        headers: { "x-death": [{ count: 1, reason: "rejected", queue }] },
      });
    await channel.waitForConfirms();
    const stdout = await replayed(`${broker.url}/%2F?queue=${dead}`);
    expect(stdout).toContain("there is no queue hp-gone");
    expect(stdout).toContain("it came from this same queue");
    expect(stdout).toContain("1 put back, 0 failed, 2 skipped, 2 left");
    expect((await channel.checkQueue(work)).messageCount).toBe(1);
  },
);

test("a file has no source: the events stay", async () => {
  const folder = temporaryFolder();
  const dlq = `${folder}/q.ndjson`;
  await run(["dlq", "import", "-", "-p", "10x", "--dlq", dlq], { stdin: '{"id":"evt_1","type":"link.clicked"}' });
  expect(await replayed(dlq)).toContain("this queue does not record where an event came from");
});
