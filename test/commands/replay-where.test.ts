import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { entryLine } from "../../src/dlq/record.ts";
import type { DlqEntry } from "../../src/dlq/dlq.ts";
import { toRecorded } from "../../src/commands/replay/destination.ts";
import { sampleEntry } from "../dlq/contract.ts";
import { openQueue } from "../support/engines.ts";
import { background } from "../support/background.ts";
import { run, temporaryFolder } from "../support/run.ts";

interface Came {
  readonly line: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** An endpoint that keeps what comes and responds as told. */
const endpoint = async (
  respond: (nth: number, line: string) => readonly [status: number, headers?: Record<string, string>] = () => [204],
): Promise<{ readonly origin: string; readonly came: readonly Came[] }> => {
  const came: Came[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const line = `${request.method} ${request.url}`;
      came.push({ line, headers: request.rawHeaders, body: Buffer.concat(chunks).toString("utf8") });
      response.writeHead(...respond(came.length, line)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, came };
};

const queueOf = (entries: readonly Partial<DlqEntry>[]): string => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  const lines = entries.map((entry, at) => entryLine({ ...sampleEntry(at), id: `dlq_${at}`, ...entry }));
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return path;
};

const withTarget = (at: number, target: string): Partial<DlqEntry> => ({
  request: { ...sampleEntry(at).request, target },
});

const failedAttempt = (replay?: number): DlqEntry["attempts"][number] => ({
  number: 1,
  startedAt: "2026-06-19T12:00:00.000Z",
  durationMs: 1,
  timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 1 },
  status: 500,
  outcome: "terminal",
  reason: "500 is not retried",
  nextDelayMs: null,
  error: null,
  ...(replay === undefined ? {} : { replay }),
});

const secret = ["--secret", "s"];

test("an endpoint without a path keeps each event's path and query, one with a path takes them all", async () => {
  const { origin, came } = await endpoint();
  const dlq = queueOf([withTarget(0, "/a?tenant=7"), withTarget(1, "//b"), withTarget(2, "https://x.test/c?d=1")]);
  await run(["replay", "--dlq", dlq, "--to", origin, ...secret, "--keep"]);
  expect(came.map(({ line }) => line).toSorted()).toEqual(["POST //b", "POST /a?tenant=7", "POST /c?d=1"]);
  await run(["replay", "--dlq", dlq, "--to", `${origin}/`, ...secret, "--concurrency", "1"]);
  expect(came.slice(3).map(({ line }) => line)).toEqual(["POST /", "POST /", "POST /"]);
});

test("--to recorded sends each event to the endpoint it failed at, and says which has none", async () => {
  const [one, two] = [await endpoint(), await endpoint()];
  const dlq = queueOf([{ url: `${one.origin}/one` }, { url: `${two.origin}/two?x=1` }, { url: null }]);
  const { exit, stdout } = await run(["replay", "--dlq", dlq, "--to", "recorded", ...secret]);
  expect([one.came.map(({ line }) => line), two.came.map(({ line }) => line)]).toEqual([
    ["POST /one"],
    ["POST /two?x=1"],
  ]);
  expect(stdout).toContain("the queue does not record the endpoint");
  expect(exit).toBe(1);
});

test("--to recorded goes to another machine only if that is confirmed, be it one event alone", async () => {
  const dlq = queueOf([{ url: "https://elsewhere.test/hooks" }]);
  const { exit, stderr } = await run(["replay", "--dlq", dlq, "--to", "recorded", ...secret]);
  expect(exit).toBe(2);
  expect(stderr).toContain("1 event would go to elsewhere.test, which is not this machine");
});

test("--to recorded sends no platform's token to a host that only the queue names, whatever was confirmed", async () => {
  const home = temporaryFolder();
  const env = { HOOKPROOF_HOME: home };
  const dlq = queueOf([{ url: "http://elsewhere.test:81/hooks", provider: "gitlab" }]);
  const proxy = await endpoint();
  const argv = ["replay", "--dlq", dlq, "--to", "recorded", "--yes", "--keep", "--proxy", proxy.origin, ...secret];
  const refused = await run(argv, { env });
  expect(refused.exit).toBe(1);
  expect(refused.stdout.replaceAll(/\s+/g, " ")).toContain("only the queue names http://elsewhere.test:81");
  expect(proxy.came).toEqual([]);
  expect(await run(["config", "trust", "http://elsewhere.test:81"], { env })).toMatchObject({ exit: 0 });
  expect(await run(argv, { env })).toMatchObject({ exit: 0 });
  expect(proxy.came.map(({ line }) => line)).toEqual(["POST http://elsewhere.test:81/hooks"]);
});

test.each(["resign", "keep"])(
  "-H and --host-header replace the headers of the same name (--signature %s)",
  async (mode) => {
    const { origin, came } = await endpoint();
    const dlq = queueOf([{}]);
    const more = ["-H", "x-odd-case: mine", "-H", "Authorization: Basic eDp5", "--host-header", "api.test"];
    const { exit } = await run(["replay", "--dlq", dlq, "--to", origin, ...secret, "--signature", mode, ...more]);
    expect(exit).toBe(0);
    const headers = came[0]?.headers ?? [];
    const valuesOf = (name: string): readonly string[] =>
      headers.filter((_, at) => at % 2 === 1 && headers[at - 1]?.toLowerCase() === name);
    expect(valuesOf("x-odd-case")).toEqual(["mine"]);
    expect(valuesOf("authorization")).toEqual(["Basic eDp5"]);
    expect(valuesOf("host")).toEqual(["api.test"]);
  },
);

test.each(["a b", "x/y", "user@host", ""])("--host-header refuses %j", async (host) => {
  expect((await run(["replay", "--to", "1", ...secret, "--host-header", host])).exit).toBe(2);
});

test("Retry-After on 429 and 503 makes the whole run wait, and the event is sent again", async () => {
  const { origin, came } = await endpoint((nth) => (nth === 1 ? [429, { "retry-after": "0" }] : [204]));
  const dlq = queueOf([{}, {}]);
  const { exit, stderr, stdout } = await run(["replay", "--dlq", dlq, "--to", origin, ...secret, "--concurrency", "1"]);
  expect(came).toHaveLength(3);
  expect(stderr).toContain("429 with Retry-After");
  expect(stdout).toContain("2 delivered, 0 failed");
  expect(exit).toBe(0);
});

test("a Retry-After beyond ten minutes stops the run and leaves the rest in the queue", async () => {
  const { origin, came } = await endpoint(() => [503, { "retry-after": "3600" }]);
  const dlq = queueOf([{}, {}, {}]);
  const { exit, stdout } = await run([
    "replay",
    "--dlq",
    dlq,
    "--to",
    origin,
    ...secret,
    "--concurrency",
    "1",
    "--json",
  ]);
  const summary = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  expect(came).toHaveLength(1);
  expect(summary).toMatchObject({ failed: 1, left: 3, stopped: "retry-after" });
  expect(exit).toBe(1);
});

test.each(["99999999999", "999999999999999"])("a Retry-After of %s seconds is a long wait too", async (seconds) => {
  const { origin, came } = await endpoint(() => [429, { "retry-after": seconds }]);
  const { stdout } = await run(["replay", "--dlq", queueOf([{}]), "--to", origin, ...secret]);
  expect(came).toHaveLength(1);
  expect(stdout).toContain("asked to wait more than 10m");
});

test.each(["-5", "0.5", "5, 10", "NaN", "1e9", "soon", "2001-01-01"])(
  "a Retry-After of %j is ignored",
  async (value) => {
    const { origin, came } = await endpoint(() => [429, { "retry-after": value }]);
    const { stderr } = await run(["replay", "--dlq", queueOf([{}]), "--to", origin, ...secret]);
    expect(came).toHaveLength(1);
    expect(stderr).not.toContain("Retry-After");
  },
);

test("a Retry-After that has passed by this clock is waited for a second, not sent again at once", async () => {
  const past = "Mon, 01 Jan 2001 00:00:00 GMT";
  const { origin, came } = await endpoint((nth) => (nth === 1 ? [429, { "retry-after": past }] : [204]));
  const { stderr } = await run(["replay", "--dlq", queueOf([{}]), "--to", origin, ...secret]);
  expect(came).toHaveLength(2);
  expect(stderr).toContain("pausing for 1s");
});

test("interrupted while the endpoint is silent, it ends soon and gives back what it held", async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const asked = new Promise((resolve) => server.once("request", resolve));
  const stop = new AbortController();
  const dlq = queueOf([{}, {}]);
  const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const replaying = run(["replay", "--dlq", dlq, "--to", to, ...secret, "--timeout", "1h", "--concurrency", "1"], {
    signal: stop.signal,
  });
  await asked;
  stop.abort("SIGINT");
  const { exit, stdout } = await replaying;
  expect(stdout).toContain("interrupted: rerun the command to continue");
  expect(exit).toBe(130);
  const stats = JSON.parse((await run(["dlq", "stats", "--dlq", dlq, "--json"])).stdout);
  expect(stats).toMatchObject({ total: 2, claimed: 0 });
});

test("a Retry-After on another status changes nothing", async () => {
  const { origin, came } = await endpoint(() => [500, { "retry-after": "3600" }]);
  await run(["replay", "--dlq", queueOf([{}, {}]), "--to", origin, ...secret]);
  expect(came).toHaveLength(2);
});

test("an event that ten replays failed to deliver is skipped and reported, unless more are allowed", async () => {
  const { origin, came } = await endpoint(() => [500]);
  const dlq = queueOf([{ attempts: [failedAttempt()] }]);
  const argv = ["replay", "--dlq", dlq, "--to", origin, ...secret, "--max-replays", "2"];
  await run(argv);
  await run(argv);
  const third = await run(argv);
  expect(came).toHaveLength(2);
  expect(third.stdout).toContain("2 replays failed: use --max-replays 3 to try once more");
  expect(third.exit).toBe(1);
  await run([...argv.slice(0, -1), "3"]);
  expect(came).toHaveLength(3);
});

test("a replay that got through counts for none in vain: --keep may be repeated", async () => {
  const { origin, came } = await endpoint();
  const argv = ["replay", "--dlq", queueOf([{}]), "--to", origin, ...secret, "--keep", "--max-replays", "1"];
  for (let time = 0; time < 3; time++) expect((await run(argv)).stdout).toContain("1 delivered");
  expect(came).toHaveLength(3);
});

test("an entry with as many attempts as a file can hold is counted all the same", async () => {
  const { origin } = await endpoint();
  const attempts = Array.from({ length: 150_000 }, () => failedAttempt(1));
  const { stdout } = await run(["replay", "--dlq", queueOf([{ attempts }]), "--to", origin, ...secret]);
  expect(stdout).toContain("1 delivered");
});

test("an entry that is in a file twice is listed, counted and sent once, and is not reported as claimed", async () => {
  const { origin, came } = await endpoint();
  const dlq = queueOf([{}, {}]);
  appendFileSync(dlq, readFileSync(dlq));
  expect(JSON.parse((await run(["dlq", "stats", "--dlq", dlq, "--json"])).stdout)).toMatchObject({ total: 2 });
  expect((await run(["dlq", "list", "--dlq", dlq, "--json"])).stdout.trimEnd().split("\n")).toHaveLength(2);
  const failing = await run(["replay", "--dlq", dlq, "--to", "http://127.0.0.1:1/", ...secret]);
  expect(failing.stdout).toContain("2 failed, 0 skipped, 2 left");
  expect(failing.stderr).not.toContain("another reader");
  const { stdout } = await run(["replay", "--dlq", dlq, "--to", origin, ...secret]);
  expect(stdout).toContain("2 delivered, 0 failed, 0 skipped, 0 left");
  expect(came).toHaveLength(2);
});

test.each([["--keep"], ["-H", "X-A: b"], ["--host-header", "a.test"], ["--message-headers"], ["--captures", "x"]])(
  "--to source refuses %s, which it would pass over",
  async (...option) => {
    const from = option[0] === "--captures" ? [] : ["--dlq", queueOf([{}])];
    const { exit, stderr } = await run(["replay", ...from, "--to", "Source", ...option]);
    expect(exit).toBe(2);
    expect(stderr).toContain("cannot be combined with --to source");
  },
);

test("--captures refuses what is not a capture", async () => {
  const { exit, stderr } = await run(["replay", "--captures", queueOf([{}]), "--to", "1", ...secret]);
  expect(exit).toBe(2);
  expect(stderr).toContain("is not a capture");
});

test("a fragment is not a path", async () => {
  const { origin, came } = await endpoint();
  await run(["replay", "--dlq", queueOf([withTarget(0, "/a?b=1")]), "--to", `${origin}#f`, ...secret]);
  expect(came).toMatchObject([{ line: "POST /a?b=1" }]);
});

test.each([
  "http://joe:pw@elsewhere.test/",
  "ftp://elsewhere.test/",
  "javascript:alert(1)",
  "file:///etc/passwd",
  "http://",
  "http://[::1/",
  "\u001b[31m",
])("--to recorded leaves an event whose endpoint is %j", async (url) => {
  const { exit, stdout, stderr } = await run(["replay", "--dlq", queueOf([{ url }]), "--to", "recorded", ...secret]);
  expect(exit).toBe(1);
  expect(stdout).toMatch(/pass\s+--to\s+URL/);
  expect(stdout + stderr).not.toMatch(/pw@|\u001b\[31m/);
});

test("--to recorded sends nothing to a machine that nobody was asked about", async () => {
  const { origin } = await endpoint();
  const dlq = queueOf([{ url: `${origin}/a` }]);
  const to = toRecorded();
  const queue = await openQueue(dlq);
  expect(await to.endpoints(queue, {}, 10)).toHaveLength(1);
  await queue.close();
  const of = to.of === "source" ? undefined : to.of;
  const { request } = sampleEntry(0);
  expect(of?.({ url: `${origin}/b`, request })).toBe(`${origin}/b`);
  expect(of?.({ url: "https://elsewhere.test/x", request })).toEqual({
    unsendable: "elsewhere.test was not confirmed: rerun the command, or add --yes",
  });
});

test("--status takes a class and a range", async () => {
  const dlq = queueOf([
    { attempts: [{ ...failedAttempt(), status: 500 }] },
    { attempts: [{ ...failedAttempt(), status: 404 }] },
    { attempts: [] },
  ]);
  const ids = async (status: string): Promise<readonly string[]> =>
    (await run(["dlq", "list", "--dlq", dlq, "--status", status, "--json"])).stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line).id);
  expect(await ids("5xx")).toEqual(["dlq_0"]);
  expect(await ids("404-500")).toEqual(["dlq_0", "dlq_1"]);
  expect(await ids("404")).toEqual(["dlq_1"]);
  for (const wrong of ["6xx", "99", "500-400", "5x", ""])
    expect((await run(["dlq", "list", "--dlq", dlq, "--status", wrong])).exit).toBe(2);
});

test("-v lists what was delivered too, and a failure says what to do with what is left", async () => {
  const { origin } = await endpoint((nth) => [nth === 1 ? 204 : 500]);
  const argv = ["replay", "--dlq", queueOf([{}, {}]), "--to", origin, ...secret, "-v", "--concurrency", "1"];
  const { stdout } = await run(argv);
  expect(stdout).toContain("✓ dlq_0  evt_0  204 is a success");
  expect(stdout).toContain("rerun the command");
});

const notWebhook: Partial<DlqEntry> = {
  eventId: null,
  eventType: null,
  provider: null,
  request: { method: "POST", target: "/login", headers: [["Cookie", "s=1"]], body: Buffer.from("user=a&password=b") },
};

test.each([
  ["with a provider", ["-p", "10x", ...secret]],
  ["as it is", ["--signature", "keep"]],
])("what is not a webhook is left in the queue, %s, unless --force", async (_, how) => {
  const { origin, came } = await endpoint();
  const dlq = queueOf([notWebhook]);
  const { exit, stdout } = await run(["replay", "--dlq", dlq, "--to", origin, ...how]);
  expect([exit, came.length]).toEqual([1, 0]);
  expect(stdout).toMatch(/not a webhook \(use\s+--force to send it\)/);
  await run(["replay", "--dlq", dlq, "--to", origin, ...how, "--force"]);
  expect(came).toHaveLength(1);
});

test("--dry-run says what would be left, and why", async () => {
  const often = { attempts: [failedAttempt(1), failedAttempt(2)] };
  const dlq = queueOf([
    { url: "http://127.0.0.1:1/" },
    { ...notWebhook, url: "http://127.0.0.1:1/" },
    often,
    { url: null },
  ]);
  const argv = ["replay", "-p", "10x", "--dlq", dlq, "--dry-run", "--max-replays", "2"];
  const { stdout } = await run([...argv, "--to", "1"]);
  expect(stdout).toContain("not a webhook");
  expect(stdout).toContain("2 replays failed");
  expect(stdout).toContain("2 would be delivered, 4 in the queue");
  const recorded = await run([...argv, "--to", "recorded", "--limit", "2", "--json"]);
  const lines = recorded.stdout.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(["planned", "skipped", undefined]);
});

const twilio: Partial<DlqEntry> = {
  ...notWebhook,
  request: {
    method: "POST",
    target: "/twilio?x=1",
    headers: [
      ["X-Twilio-Signature", "abc"],
      ["Content-Type", "application/x-www-form-urlencoded"],
    ],
    body: Buffer.from("Body=hi"),
  },
};

test("a request of an unknown platform is sent unchanged with --signature keep", async () => {
  const { origin, came } = await endpoint();
  const { exit } = await run(["replay", "--dlq", queueOf([twilio]), "--to", origin, "--signature", "keep"]);
  expect(exit).toBe(0);
  expect(came).toMatchObject([{ line: "POST /twilio?x=1", body: "Body=hi" }]);
  expect(came[0]?.headers).toContain("X-Twilio-Signature");
});

/** A capture with one event that got through at its second attempt, one that did not, and a probe. */
const captured = async (): Promise<{
  readonly capture: string;
  readonly origin: string;
  readonly came: readonly Came[];
}> => {
  let broken = true;
  const { origin, came } = await endpoint((_, line) => [broken && line.includes("/bad") ? 500 : 204]);
  const folder = temporaryFolder();
  const capture = join(folder, "c.ndjson");
  const listen = await background([
    "listen",
    "--port",
    "0",
    "-p",
    "github",
    ...secret,
    "-f",
    origin,
    "--capture",
    capture,
  ]);
  const send = (path: string, id: string): Promise<unknown> =>
    run([
      "send",
      new URL(path, listen.url).href,
      "-p",
      "github",
      "--event",
      "push",
      ...secret,
      "-H",
      `X-GitHub-Delivery: ${id}`,
    ]);
  await send("bad?tenant=7", "one");
  await send("bad?tenant=8", "two");
  broken = false;
  await send("bad?tenant=8", "two");
  await fetch(listen.url, { method: "GET" });
  await listen.stop();
  return { capture, origin, came };
};

test("a capture is replayed without a queue: --failed only what had no 2xx in the end, to the recorded path", async () => {
  const { capture, origin, came } = await captured();
  const before = came.length;
  const failed = await run(["replay", "--captures", capture, "--failed", "--to", origin, ...secret]);
  expect(failed.stdout).toContain("1 delivered, 0 failed");
  expect(came.slice(before).map(({ line }) => line)).toEqual(["POST /bad?tenant=7"]);
  const all = await run(["replay", "--captures", capture, "--to", origin, "--signature", "keep", "--json"]);
  expect(JSON.parse(all.stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({ delivered: 2, skipped: 1 });
});

test("an event that is not in the capture is reported as such", async () => {
  const { capture } = await captured();
  const { exit, stderr } = await run(["replay", "nope", "--captures", capture, "--to", "1", ...secret]);
  expect(exit).toBe(2);
  expect(stderr).toContain("c.ndjson has no event 'nope'");
});

test("a capture is imported with its attempts and responses, and only what failed", async () => {
  const { capture } = await captured();
  const dlq = join(temporaryFolder(), "q.ndjson");
  const imported = await run(["dlq", "import", capture, "--dlq", dlq]);
  expect(imported.stdout).toContain("1 imported, 2 skipped");
  expect(imported.stderr).toContain("two was delivered (use --all to import it anyway)");
  const listed = JSON.parse((await run(["dlq", "list", "--dlq", dlq, "--json"])).stdout);
  expect(listed).toMatchObject({ eventId: "one", status: 500, attempts: 1, provider: "github" });
  const all = await run(["dlq", "import", capture, "--dlq", join(temporaryFolder(), "q"), "--all"]);
  expect(all.stdout).toContain("2 imported, 1 skipped");
});

test("an import that imports nothing exits 1 and gives a reason for each", async () => {
  const login = "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b";
  const dlq = join(temporaryFolder(), "q.ndjson");
  const { exit, stderr } = await run(["dlq", "import", "-", "--dlq", dlq], { stdin: login });
  expect(exit).toBe(1);
  expect(stderr).toContain("POST /login: no event id, no event type and no signature header: not a webhook");
  expect((await run(["dlq", "import", "-", "--dlq", dlq, "--force"], { stdin: login })).exit).toBe(0);
});
