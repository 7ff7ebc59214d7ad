import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, describe, test } from "vitest";
import { run } from "../support/run.ts";
import { awsWithoutRegion, serversAt } from "./unreachable.ts";

Object.assign(process.env, awsWithoutRegion);

// Takes a connection and says nothing: how long a client waits for it is what this takes.
const mute = createServer((socket) => {
  socket.on("error", () => undefined).resume();
});
mute.listen(0, "127.0.0.1");
await once(mute, "listening");
const port = (mute.address() as AddressInfo).port;
afterAll(() => mute.close());

describe.concurrent("a server that takes the connection and says nothing", () => {
  test.each(serversAt(port))("is exit 3 in the end (%s)", async (_name, url) => {
    const { expect } = await import("vitest");
    const result = await run(["dlq", "stats", "--dlq", url, "--json"]);
    expect(result.exit, result.stderr).toBe(3);
    expect(result.stdout).toMatch(/"code":"backend-unreachable".*(?:no (?:answer|response) (?:with)?in|ETIMEDOUT)/);
    expect(result.stdout + result.stderr).not.toContain("s3cret");
  });
});
