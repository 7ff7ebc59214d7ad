import { createServer } from "node:http";
import type { Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listening } from "../delivery/support.ts";
import { run } from "../support/run.ts";

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((_request, response) => response.writeHead(401, { "x-why": "\u009bred" }).end("no"));
  url = `http://127.0.0.1:${await listening(server)}/hooks`;
});
afterAll(() => server.close());

const send = (...more: readonly string[]) =>
  run(["send", url, "-p", "10x", "--secret", "s3cret-of-amounts", "--event", "link.clicked", ...more]);
const forged = ["verify", "-", "-p", "10x", "--secret", "s3cret-of-amounts"];
const request = "POST / HTTP/1.1\r\nx-arjun-signature: sha256=00\r\n\r\n{}";

test.each([
  ["send", () => send("-q"), /^✗ not delivered evt_\w+, 1 attempt: 401 is not retried\n$/],
  ["verify", () => run([...forged, "--quiet"], { stdin: request }), /^✗ invalid 10x \(hmac\): signature-malformed\n$/],
  ["doctor", () => run(["doctor", url, "--local", "-q"]), /^✓ healthy.*\n$/],
  ["evidence", () => run(["evidence", "-p", "10x", "--event", "evt_1", "--dry-run", "-q"]), /^✗ \d of 8 required.*\n$/],
])("--quiet makes one line of %s", async (_name, told, line) => {
  expect((await told()).stdout).toMatch(line);
});

test("--verbose shows what send wrote and what came back, made visible", async () => {
  const { stdout } = await send("--verbose");
  expect(stdout).toContain("> POST /hooks HTTP/1.1\n");
  expect(stdout).toMatch(/> x-arjun-signature: sha256=[0-9a-f]{64}\n/);
  expect(stdout).toContain("< x-why: \\x9bred\n");
  expect((await send()).stdout).not.toContain("> POST");
});

test("--verbose shows the headers that went out: those that the transport adds, none that it put right", async () => {
  const { stdout } = await send("--verbose", "-H", "Content-Length: 5");
  expect(stdout).toMatch(/> connection: close\n[^]*> content-length: \d{3}\n/);
  expect(stdout).not.toMatch(/> content-length: 5\n/i);
  expect((await send("--verbose", "--chunked")).stdout).toContain("> transfer-encoding: chunked\n");
});
