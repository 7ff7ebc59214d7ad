import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, test } from "vitest";
import { setTimeout as delay } from "node:timers/promises";
import { findProfile } from "../../src/providers/index.ts";
import { openQueue } from "../support/engines.ts";
import { bin, temporaryFolder } from "../support/run.ts";
import { awsEnv, uniqueName } from "../support/services.ts";
import { discardedIn, dlqContract, sampleEntry } from "./contract.ts";

Object.assign(process.env, awsEnv);
const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
const endpoint = `http://127.0.0.1:${server.port}`;
const client = new SQSClient({ endpoint, useQueueUrlAsEndpoint: false });

afterAll(async () => {
  client.destroy();
  await server.stop();
});

const queue = async (attributes: Record<string, string> = {}, name = uniqueName("sqs")) => {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return { name, QueueUrl, url: `sqs:${name}?wait=0&visibility=1&endpoint=${endpoint}` };
};

dlqContract({
  name: "SQS",
  skip: null,
  keeps: { attempts: true, order: true, ids: true, listsClaimed: false, details: false },
  make: async () => {
    const { QueueUrl, url } = await queue();
    const data = temporaryFolder();
    return {
      open: () => openQueue(url, { data }),
      claimAndDie: async (max) => {
        // Receives as a reader does, and extends nothing.
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: max, VisibilityTimeout: 1 }),
        );
        return Messages.map(({ MessageId }) => MessageId ?? "");
      },
      expire: () => delay(1100),
      archived: async () => discardedIn(data),
      remove: async () => undefined,
    };
  },
});

test("attributes that a webhook has are its headers, all with messageHeaders, and all are kept when it is given back", async ({
  expect,
}) => {
  const { QueueUrl, url } = await queue();
  await client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: '{"id":"evt_1","type":"link.clicked","n":1.0}',
      MessageAttributes: {
        "X-Arjun-Signature": { DataType: "String", StringValue: "sha256=00" },
        "X-Count": { DataType: "Number.int", StringValue: "7" },
        "X-Bytes": { DataType: "Binary", BinaryValue: Buffer.from([1, 0xff]) },
      },
    }),
  );
  const bare = await openQueue(url);
  const [first] = await bare.claim({}, 1);
  expect(first?.entry.request.headers).toEqual([
    ["Content-Type", "application/json"],
    ["X-Arjun-Signature", "sha256=00"],
  ]);
  await first?.requeue([]);
  await bare.close();
  const dlq = await openQueue(url, { messageHeaders: true });
  const [claim] = await dlq.claim({}, 1);
  expect(claim?.entry).toMatchObject({ provider: "10x", eventId: "evt_1", receiveCount: 2 });
  expect(claim?.entry.request.headers).toEqual([
    ["Content-Type", "application/json"],
    ["X-Arjun-Signature", "sha256=00"],
    ["X-Count", "7"],
    ["X-Bytes", "\x01\xff"],
  ]);
  const attempt = sampleEntry(0).attempts[0];
  await claim?.requeue(attempt === undefined ? [] : [{ ...attempt, number: 2 }]);
  await dlq.close();
  const again = await openQueue(url, { messageHeaders: true });
  const [second] = await again.claim({}, 1);
  expect(second?.entry).toMatchObject({ id: claim?.entry.id, attempts: [{ number: 2 }], provider: "10x" });
  expect(second?.entry.request).toEqual(claim?.entry.request);
  await again.close();
});

test.each([
  [
    "an SNS notification",
    JSON.stringify({
      Type: "Notification",
      TopicArn: "arn:x",
      Message: '{"id":"evt_2","n":1.0}',
      MessageAttributes: {},
    }),
    '{"id":"evt_2","n":1.0}',
  ],
  ["base64", Buffer.from('{"id":"evt_2","n":1.0}').toString("base64"), '{"id":"evt_2","n":1.0}'],
  ["headers and the event itself", '{"headers":{"a":"b"},"body":{"id":"evt_2", "n":1.0}}', '{"id":"evt_2", "n":1.0}'],
  ["headers and the body as text", '{"headers":[],"body":"{\\"id\\":\\"evt_2\\"}"}', '{"id":"evt_2"}'],
  ["a bare body", '{"id":"evt_2","\\u0061":1.0}', '{"id":"evt_2","\\u0061":1.0}'],
])("a message that is %s gives the event's own bytes", async (_name, text, body) => {
  const { expect } = await import("vitest");
  const { QueueUrl, url } = await queue();
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: text }));
  const dlq = await openQueue(url, { profile: findProfile("10x") });
  const [claim] = await dlq.claim({}, 1);
  expect(claim?.entry.request.body.toString()).toBe(body);
  expect(claim?.entry).toMatchObject({ eventId: "evt_2", provider: "10x" });
  await dlq.close();
});

test("what failed again is free when its reader ends, though the copy came before the original was gone", async ({
  expect,
}) => {
  const { url } = await queue();
  // Receives wait for messages, as they do unless told otherwise: a copy is handed out at once.
  const dlq = await openQueue(url.replace("wait=0&visibility=1", "wait=1&visibility=60"));
  for (let at = 0; at < 4; at++) await dlq.add(sampleEntry(at));
  const claims = await dlq.claim({}, 4);
  const asking = dlq.claim({}, 4);
  await Promise.all(claims.map((claim) => claim.requeue(sampleEntry(0).attempts)));
  expect(await asking).toEqual([]);
  await dlq.close();
  const other = await openQueue(url);
  expect(await other.stats({})).toMatchObject({ total: 4, claimed: 0 });
  await other.close();
});

test("a listing whose output is closed (| head) releases what it received", async ({ expect }) => {
  const { url } = await queue();
  const held = url.replace("visibility=1", "visibility=60");
  const dlq = await openQueue(url);
  await Promise.all(Array.from({ length: 200 }, (_, at) => dlq.add(sampleEntry(at))));
  const child = spawn(process.execPath, [bin, "dlq", "list", "--dlq", held], { env: { ...process.env, ...awsEnv } });
  let told = "";
  child.stderr.on("data", (chunk: Buffer) => (told += chunk.toString("utf8")));
  child.stdout.once("data", () => child.stdout.destroy());
  const [exit] = await once(child, "exit");
  expect(exit, told).toBe(0);
  expect(told).not.toContain("error");
  expect(await dlq.stats({})).toMatchObject({ total: 200, claimed: 0 });
  await dlq.close();
});

test("a held message is extended beyond its visibility timeout", async ({ expect }) => {
  const { url } = await queue();
  const [one, two] = [await openQueue(url), await openQueue(url)];
  await one.add(sampleEntry(1));
  const [claim] = await one.claim({}, 1);
  await delay(1600);
  expect(await two.claim({}, 1)).toEqual([]);
  await claim?.acknowledge([]);
  await one.close();
  await two.close();
});

test("a listing gives back at once, and counts as SQS counts", async ({ expect }) => {
  const { QueueUrl, url } = await queue();
  const dlq = await openQueue(url);
  for (let at = 0; at < 25; at++) await dlq.add(sampleEntry(at));
  let listed = 0;
  for await (const { id } of dlq.list({})) {
    listed++;
    expect((await dlq.get(id))?.id).toBe(id);
  }
  expect(listed).toBe(25);
  expect(dlq.listNote).toMatch(/SQS cannot list/);
  expect(await dlq.stats({})).toMatchObject({ total: 25, claimed: 0, byType: {} });
  await dlq.close();
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: "25",
    ApproximateNumberOfMessagesNotVisible: "0",
  });
});

test("a message too large to store its attempts stays unchanged, and this is reported", async ({ expect }) => {
  const { QueueUrl, url } = await queue();
  const body = `{"id":"evt_1","fill":"${"x".repeat(1024 * 1024 - 40)}"}`;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
  const dlq = await openQueue(url, { profile: findProfile("10x") });
  const [claim] = await dlq.claim({}, 1);
  await claim?.requeue(sampleEntry(0).attempts);
  expect(dlq.problems.join()).toMatch(/cannot store new attempts: .*SQS rejected this message/);
  await dlq.close();
  const again = await openQueue(url, { profile: findProfile("10x") });
  const [second] = await again.claim({}, 1);
  expect(second?.entry).toMatchObject({ id: claim?.entry.id, attempts: [] });
  await again.close();
});

test("unreadable messages are reported and released immediately", async ({ expect }) => {
  const { QueueUrl, url } = await queue();
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"headers":5,"body":"x"}' }));
  const dlq = await openQueue(url);
  expect(await dlq.claim({}, 5)).toEqual([]);
  expect(dlq.problems.join()).toMatch(/headers are neither a list nor an object of strings; it was left in place/);
  await dlq.close();
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages?.[0]?.Body).toBe('{"headers":5,"body":"x"}');
});

test("a queue that is not there, and a server that is not, say so", async ({ expect }) => {
  await expect(openQueue(`sqs:none?endpoint=${endpoint}`)).rejects.toMatchObject({ code: "usage" });
  await expect(openQueue("sqs:none?endpoint=http://127.0.0.1:1")).rejects.toMatchObject({
    code: "backend-unreachable",
  });
});
