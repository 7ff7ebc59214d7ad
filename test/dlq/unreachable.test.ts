import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, describe, test } from "vitest";
import { run } from "../support/run.ts";
import { awsEnv } from "../support/services.ts";

// But for the region: a server of one's own has none.
Object.assign(process.env, { ...awsEnv, AWS_REGION: "" });

// Takes a connection and says nothing.
const mute = createServer((socket) => {
  socket.on("error", () => undefined).resume();
});
mute.listen(0, "127.0.0.1");
await once(mute, "listening");
const port = (mute.address() as AddressInfo).port;
afterAll(() => mute.close());

const queues = (at: number): readonly (readonly [string, string])[] => [
  ["a Redis stream", `redis://me:s3cret@127.0.0.1:${at}/0?stream=x`],
  ["BullMQ's failed jobs", `redis://me:s3cret@127.0.0.1:${at}/0?bullmq=x`],
  ["RabbitMQ", `amqp://me:s3cret@127.0.0.1:${at}/?queue=x`],
  ["SQS", `sqs:x?wait=0&endpoint=http://me:s3cret@127.0.0.1:${at}`],
];

describe.each(queues(1))("%s that is not there", (_name, url) => {
  test.each([
    ["dlq", "list"],
    ["dlq", "stats"],
    ["replay", "--to", "127.0.0.1:1", "--secret", "s"],
  ])("is exit 3 for %s %s, without its password", async (...argv) => {
    const { expect } = await import("vitest");
    const result = await run([...argv, "--from", url, "--json"]);
    expect(result.exit, result.stderr).toBe(3);
    expect(result.stdout).toMatch(/"code":"backend-unreachable".*ECONNREFUSED/);
    expect(result.stdout + result.stderr).not.toContain("s3cret");
  });
});

describe.concurrent("a server that takes the connection and says nothing", () => {
  test.each(queues(port))(
    "is exit 3 in the end (%s)",
    async (_name, url) => {
      const { expect } = await import("vitest");
      const result = await run(["dlq", "stats", "--from", url, "--json"]);
      expect(result.exit, result.stderr).toBe(3);
      expect(result.stdout).toMatch(/"code":"backend-unreachable".*(?:no answer in|ETIMEDOUT)/);
      expect(result.stdout + result.stderr).not.toContain("s3cret");
    },
    60_000,
  );
});

test.each([
  "redis://me:100%@127.0.0.1:1/0",
  "redis://:s3/cret@127.0.0.1:1/0",
  "redis://:p@s3/cret@127.0.0.1:1/0",
  "redis://:p@s3#cret@127.0.0.1:1/0",
  "redis://me:12?s3cret@127.0.0.1:1/0",
  "amqp://me:100%@127.0.0.1:1/?queue=q",
  "amqp://me:s3cret@127.0.0.1:99999/?queue=q",
  "sqs:q?endpoint=http://me:s3%cret@127.0.0.1:1",
])("a password that is not escaped is exit 2 and not repeated (%s)", async (url) => {
  const { expect } = await import("vitest");
  const result = await run(["dlq", "stats", "--from", url, "--json"]);
  expect(result.exit, result.stdout).toBe(2);
  expect(result.stdout + result.stderr).toMatch(/cannot be read/);
  expect(result.stdout + result.stderr).not.toMatch(/s3|cret|100%/);
});
