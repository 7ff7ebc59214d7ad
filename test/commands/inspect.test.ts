import { createHmac } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { inspectLine } from "../../src/commands/inspect/schema.ts";
import { requestsSchema } from "../../src/inspector/schema.ts";
import { openPage } from "../inspector/support.ts";
import type { Page } from "../inspector/support.ts";
import { background } from "../support/background.ts";
import { run, temporaryFolder } from "../support/run.ts";

const body = '{"id":"evt_1","type":"link.clicked","amount":1.0}';
const signature = `sha256=${createHmac("sha256", "s3cret-value").update(body).digest("hex")}`;
const record = (id: string, sent = body, more: object = {}): string =>
  `${JSON.stringify({
    type: "request",
    id,
    receivedAt: "2026-06-19T12:00:00.000Z",
    method: "POST",
    target: "/hooks",
    headers: [
      ["Host", "localhost:8787"],
      ["X-Arjun-Signature", signature],
      ["X-Arjun-Event-Type", "link.clicked"],
    ],
    body: { encoding: "utf8", data: sent },
    ...more,
  })}\n`;
const response = (requestId: string, status: number): string =>
  `${JSON.stringify({ type: "response", requestId, status, kind: "status", durationMs: 7, sent: true })}\n`;

const running: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

interface Opened {
  readonly page: Page;
  readonly sources: unknown;
  readonly stderr: () => Promise<string>;
}

const inspect = async (folder: string, ...argv: readonly string[]): Promise<Opened> => {
  const one = await background(["inspect", "--ui-port", "0", "-p", "10x", "--secret", "env:S", ...argv], {
    env: { HOOKPROOF_HOME: folder, S: "s3cret-value" },
    cwd: folder,
  });
  running.push(one);
  const ready = inspectLine.parse(one.lines[0]);
  return { page: await openPage(ready.ui), sources: ready.sources, stderr: async () => (await one.stop()).stderr };
};

const rowsOf = async (page: Page) => requestsSchema.parse((await page.get("requests")).json()).rows;

test("captures: verdicts, responses and attempts, as when they arrived; opening one finds the cause", async () => {
  const folder = temporaryFolder();
  const changed = body.replace("1.0", "1");
  writeFileSync(
    join(folder, "c.ndjson"),
    record("req_a_1") + response("req_a_1", 500) + record("req_a_2", changed) + response("req_a_2", 401),
  );
  const { page, sources } = await inspect(folder, "c.ndjson");
  expect(sources).toEqual([{ name: "c.ndjson", requests: 2 }]);
  const [second, first] = await rowsOf(page);
  expect(first).toMatchObject({
    id: "req_a_1",
    verdict: { state: "valid" },
    status: 500,
    attempt: 1,
    source: "c.ndjson",
  });
  expect(second).toMatchObject({ verdict: { state: "invalid" }, status: 401, attempt: 2 });
  const detail = (await page.get("requests/req_a_2")).json();
  expect(detail).toMatchObject({
    row: { verdict: { cause: "body-numbers" } },
    diff: { ranges: [{ from: 46, expected: ".0" }] },
    schedule: { outcome: "terminal", next: null },
  });
  expect((await rowsOf(page))[0]?.verdict.cause).toBe("body-numbers");
  expect((await page.get("state")).json()).toMatchObject({
    mode: "files",
    listening: null,
    responses: null,
    can: { respond: false, deadLetter: true },
  });
  expect((await page.call("PUT", "responses", { script: "500" })).status).toBe(422);
});

test("several files of several formats in one list, and repeated ids are kept apart", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.ndjson"), record("req_a_1"));
  writeFileSync(join(folder, "b.ndjson"), record("req_a_1"));
  writeFileSync(
    join(folder, "one.http"),
    `POST /x HTTP/1.1\r\nHost: a.test\r\nX-Arjun-Signature: ${signature}\r\n\r\n${body}`,
  );
  const { page } = await inspect(folder, "a.ndjson", "b.ndjson", "one.http");
  await page.get("state");
  const har = (await page.get("requests/req_a_1/as/har")).body;
  writeFileSync(join(folder, "x.har"), har);
  const again = await inspect(folder, "a.ndjson", "b.ndjson", "one.http", "x.har");
  const rows = await rowsOf(again.page);
  expect(rows.map(({ source, verdict }) => [source, verdict.state])).toEqual([
    ["x.har", "valid"],
    ["one.http", "valid"],
    ["b.ndjson", "valid"],
    ["a.ndjson", "valid"],
  ]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(4);
  for (const { id } of rows) expect((await again.page.get(`requests/${encodeURIComponent(id)}`)).status).toBe(200);
});

test("without a secret, the verdict recorded in the capture is shown", async () => {
  const folder = temporaryFolder();
  const verdict = { valid: false, cause: "body-escapes", scheme: "hmac", matchedSecret: null };
  writeFileSync(join(folder, "c.ndjson"), record("req_a_1", body, { provider: "10x", verdict }));
  const one = await background(["inspect", "--ui-port", "0", "c.ndjson"], {
    env: { HOOKPROOF_HOME: folder },
    cwd: folder,
  });
  running.push(one);
  const [row] = await rowsOf(await openPage(String(one.lines[0]?.["ui"])));
  expect(row?.verdict).toEqual({ state: "invalid", cause: "body-escapes", sentence: "JSON escapes were rewritten." });
});

test("a dead-letter queue: its entries with their attempts; replayed from there they leave it", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "c.ndjson"), record("req_a_1") + response("req_a_1", 401));
  const env = { HOOKPROOF_HOME: folder, S: "s3cret-value" };
  await run(["dlq", "import", "c.ndjson", "--dlq", "dead.ndjson"], { env, cwd: folder });
  const receiver = await background(["listen", "--port", "0", "-p", "10x", "--secret", "env:S"], { env });
  running.push(receiver);
  const { page } = await inspect(folder, "--dlq", "dead.ndjson");
  const [row] = await rowsOf(page);
  expect(row).toMatchObject({ eventId: "evt_1", verdict: { state: "valid" } });
  expect((await page.get(`requests/${row?.id}`)).json()).toMatchObject({ body: { bytes: body.length } });
  expect((await page.get("state")).json()).toMatchObject({ mode: "queue", can: { deadLetter: false, replay: true } });
  const replayed = (await page.call("POST", "dlq/replay", { ids: "all", to: receiver.url })).json();
  expect(replayed).toMatchObject({ delivered: 1, failed: 0 });
  expect((await page.get("dlq")).json().entries).toEqual([]);
});

test("an evidence bundle", async () => {
  const folder = temporaryFolder();
  const env = { HOOKPROOF_HOME: folder, S: "s3cret-value" };
  writeFileSync(join(folder, "c.ndjson"), record("req_a_1", body, { provider: "10x", eventId: "evt_1" }));
  const made = await run(
    ["evidence", "-p", "10x", "--secret", "env:S", "--event", "evt_1", "--from", "c.ndjson", "-o", "case.zip"],
    { env, cwd: folder },
  );
  expect([made.exit, existsSync(join(folder, "case.zip"))]).toEqual([1, true]);
  const { page } = await inspect(folder, "case.zip");
  expect(await rowsOf(page)).toMatchObject([{ source: "case.zip", provider: "10x" }]);
});

test("without a file the user's own captures are opened, and named; verify --last on a terminal takes the latest of them", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "data"));
  const path = join(folder, "data", "captures.ndjson");
  writeFileSync(path, record("req_a_1") + record("req_a_2"));
  const { sources, stderr } = await inspect(folder);
  expect(sources).toEqual([{ name: "captures.ndjson", requests: 2 }]);
  expect(await stderr()).toContain(`reading ${path}`);
  const env = { HOOKPROOF_HOME: folder, S: "s3cret-value" };
  const argv = ["verify", "--last", "-p", "10x", "--secret", "env:S"];
  const verified = await run(argv, { env, typed: true });
  expect([verified.exit, verified.stderr]).toEqual([0, expect.stringContaining(`reading ${path}`)]);
  // What comes through a pipe is read.
  expect((await run(argv, { env, stdin: "nothing" })).stderr).not.toContain("reading");
});

describe("the command line", () => {
  test("nothing to inspect, two kinds of it, and what is not there are said", async () => {
    expect(await run(["inspect"])).toMatchObject({ exit: 2, stderr: expect.stringContaining("no file given") });
    expect(await run(["inspect", "a", "--dlq", "b"])).toMatchObject({ exit: 2 });
    expect(await run(["inspect", "none.ndjson"])).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining("none.ndjson"),
    });
    expect(await run(["inspect", "--dlq", "none.ndjson"])).toMatchObject({ exit: 2 });
  });

  test("a requested port that is in use is an error; the default port falls back to another", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "c.ndjson"), record("req_a_1"));
    const { page } = await inspect(folder, "c.ndjson");
    const { port } = new URL(page.base);
    expect(await run(["inspect", "c.ndjson", "--ui-port", port], { cwd: folder })).toMatchObject({
      exit: 3,
      stderr: expect.stringMatching(new RegExp(`port ${port} .*\n.*--ui-port`)),
    });
  });

  test.skipIf(process.platform !== "linux")(
    "--open opens the address without a shell, with a token that works once",
    async () => {
      const folder = temporaryFolder();
      const programs = join(folder, "bin");
      mkdirSync(programs);
      writeFileSync(
        join(programs, "xdg-open"),
        `#!/bin/sh\nprintf '%s\\n' "$#" "$1" > "${folder}/opened.part"\nmv "${folder}/opened.part" "${folder}/opened"\n`,
      );
      chmodSync(join(programs, "xdg-open"), 0o755);
      writeFileSync(join(folder, "c.ndjson"), record("req_a_1"));
      const one = await background(["inspect", "c.ndjson", "--ui-port", "0", "--open"], {
        env: { HOOKPROOF_HOME: folder, PATH: `${programs}:${process.env["PATH"] ?? ""}` },
        cwd: folder,
      });
      running.push(one);
      for (let tries = 0; !existsSync(join(folder, "opened")) && tries < 1000; tries++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      const [count, url = ""] = readFileSync(join(folder, "opened"), "utf8").split("\n");
      expect(count).toBe("1");
      expect(url).not.toBe(one.lines[0]?.["ui"]);
      expect((await (await openPage(url)).get("state")).status).toBe(200);
      await expect(openPage(url)).rejects.toThrow("401");
    },
  );

  test("listen --ui prints the address; without --ui nothing is served", async () => {
    const stop = new AbortController();
    const running = run(["listen", "--port", "0", "--ui", "--ui-port", "0", "-p", "10x", "--secret", "s3cret-value"], {
      signal: stop.signal,
      onStdout: (text) => {
        if (text.includes("#token=")) stop.abort("SIGINT");
      },
    });
    expect((await running).stdout).toMatch(/^ {2}inspector {2}http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/m);
  });
});
