import { describe, test } from "vitest";
import { run } from "../support/run.ts";
import { awsWithoutRegion, serversAt } from "./unreachable.ts";

Object.assign(process.env, awsWithoutRegion);

describe.each(serversAt(1))("%s that is not there", (_name, url) => {
  test.each([
    ["dlq", "list"],
    ["dlq", "stats"],
    ["replay", "--to", "127.0.0.1:1", "--secret", "s"],
  ])("is exit 3 for %s %s, without its password", async (...argv) => {
    const { expect } = await import("vitest");
    const result = await run([...argv, "--dlq", url, "--json"]);
    expect(result.exit, result.stderr).toBe(3);
    expect(result.stdout).toMatch(/"code":"backend-unreachable".*ECONNREFUSED/);
    expect(result.stdout + result.stderr).not.toContain("s3cret");
  });
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
  const result = await run(["dlq", "stats", "--dlq", url, "--json"]);
  expect(result.exit, result.stdout).toBe(2);
  expect(result.stdout + result.stderr).toMatch(/is invalid|cannot be read/);
  expect(result.stdout + result.stderr).not.toMatch(/s3|cret|100%/);
});
