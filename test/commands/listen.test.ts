import { createHmac } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { listenOutput } from "../../src/commands/listen/schema.ts";
import { readCaptures } from "../../src/formats/capture-read.ts";
import { requestOf } from "../../src/formats/capture.ts";
import { portOf, post, sendRaw } from "../listener/support.ts";
import { run, temporaryFolder } from "../support/run.ts";
import type { RunOptions, RunResult } from "../support/run.ts";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

interface Started {
  readonly url: string;
  readonly port: number;
  readonly home: string;
  readonly stop: () => Promise<RunResult>;
  readonly ended: Promise<RunResult>;
}

/** Starts `listen` on a free port and waits until it says where. */
const start = async (argv: readonly string[], options: RunOptions = {}): Promise<Started> => {
  const stop = new AbortController();
  const home = temporaryFolder();
  let ended: Promise<RunResult> = Promise.reject(new Error("not started"));
  ended.catch(() => undefined);
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    ended = run(["listen", "--port", "0", ...argv], {
      ...options,
      env: { HOOKPROOF_HOME: home, ...options.env },
      signal: stop.signal,
      onStdout: (piece) => {
        text += piece;
        const found = /https?:\/\/[\w.:]+\//.exec(text)?.[0];
        if (found !== undefined) resolve(found);
      },
    });
    ended.then((result) => reject(new Error(`it ended: ${result.stderr}`)), reject);
  });
  return {
    url,
    port: Number(new URL(url).port),
    home,
    ended,
    stop: () => {
      stop.abort("SIGINT");
      return ended;
    },
  };
};

const body = '{ "id":"evt_1", "type":"link.clicked", "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9" }';
const signature = (text: string | Buffer): string =>
  `sha256=${createHmac("sha256", "topsecret").update(text).digest("hex")}`;
const tenX = ["-p", "10x", "--secret", "topsecret"];
const signedHeaders = (text = body): Record<string, string> => ({
  "x-arjun-signature": signature(text),
  "x-arjun-event-type": "link.clicked",
  "x-arjun-attempt": "1",
});

/** Every line of stdout, checked against what docs/json.md promises. */
const jsonLines = ({ stdout }: RunResult) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => listenOutput.parse(JSON.parse(line)));

test.each([
  ["text", []],
  ["JSON lines", ["--json"]],
])("%s: a forwarded request is shown with the path it went to", async (_, json) => {
  const paths: (string | undefined)[] = [];
  const app = createServer((req, res) => {
    paths.push(req.url);
    res.writeHead(401).end();
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  opened.push(app);
  const { url, ended } = await start([...tenX, ...json, "--count", "1", "-f", String(portOf(app))]);
  await fetch(`${url}hooks?a=1`, { method: "POST", body, headers: signedHeaders() });
  const { stdout } = await ended;
  expect(paths).toEqual(["/hooks?a=1"]);
  expect(stdout).toContain(`http://localhost:${portOf(app)}/hooks?a=1${json.length > 0 ? '"' : ": 401"}`);
});

test("JSON lines: ready first, then request and response, summary last", async () => {
  const { url, ended, home } = await start([...tenX, "--json", "--count", "2"]);
  await fetch(url, { method: "POST", body, headers: signedHeaders() });
  await fetch(`${url}other`, {
    method: "POST",
    body,
    headers: { ...signedHeaders(), "x-arjun-signature": "sha256=00" },
  });
  const result = await ended;
  expect(result.exit).toBe(0);
  const lines = jsonLines(result);
  expect(lines.map((line) => line.type)).toEqual(["ready", "request", "response", "request", "response", "summary"]);
  expect(lines[1]).toMatchObject({
    provider: "10x",
    eventId: "evt_1",
    eventType: "link.clicked",
    verdict: { valid: true },
  });
  expect(lines[3]).toMatchObject({ verdict: { valid: false }, attempt: { claimed: 1, counted: 2, agrees: false } });
  expect(lines[5]).toMatchObject({
    reason: "met",
    valid: 1,
    invalid: 1,
    capture: join(home, "data", "captures.ndjson"),
  });
});

test("text output for a valid delivery and for an invalid retry", async () => {
  const { url, port, ended } = await start([...tenX, "--count", "2", "--respond", "500,200", "--capture", "c.ndjson"], {
    now: Date.parse("2026-06-19T12:00:00Z"),
  });
  const send = (text: string, attempt: string): Promise<string> =>
    sendRaw(
      port,
      post(
        [
          ["hOST", "hooks.example"],
          ["Content-Type", "application/json"],
          ["X-Arjun-Signature", signature(body)],
          ["X-Arjun-Attempt", attempt],
          ["X-Twice", "a"],
          ["x-twice", "b"],
          ["Content-Length", String(text.length)],
          ["Connection", "close"],
        ],
        text,
      ),
    );
  await send(body, "1");
  await send(body.replace("1.0", "1"), "3");
  const { exit, stdout } = await ended;
  expect(url).toContain("127.0.0.1");
  const shown = stdout
    .replaceAll(String(port), "PORT")
    .replace(/secrets .*/, "secrets    …")
    .replace(/(capture(?:d in)?) +\/\S*\//g, "$1 /…/")
    .replaceAll(/[\d.]+(?:ms|s)\b/g, "TIME");
  expect(exit).toBe(0);
  expect(shown).toMatchInlineSnapshot(`
    "Listening on http://127.0.0.1:PORT/  (Ctrl-C stops)
      provider   10x
      secrets    …
      capture /…/c.ndjson
      responds   500,200

    12:00:00.000Z POST /hooks  link.clicked  evt_1  attempt 1
      ✓ valid 10x  → 500 TIME
      hOST: hooks.example
      Content-Type: application/json
      X-Arjun-Signature: sha256=fb8f7eebda4a9306fc0b329013d458a9a2d5590346d7aa0247bcbfdec7ce9707
      X-Arjun-Attempt: 1
      X-Twice: a
      x-twice: b
      Content-Length: 93
      Connection: close

      {
        "id": "evt_1",
        "type": "link.clicked",
        "amount": 1.0,
        "url": "https:\\/\\/x.test",
        "e": "\\u00e9"
      }

    12:00:00.000Z POST /hooks  link.clicked  evt_1  attempt 2 (its header says 3)
      ✗ invalid 10x: body-numbers  → 200 TIME
      ⚠ this id arrived earlier with a different body: a retry must repeat the body
      body-numbers
        The signature matches once .0 is added back to every integer (1 place, first
        at byte 49). Usual cause: numbers were parsed and printed again: JavaScript
        prints 1.0 as 1 and 1e3 as 1000.
          Verify the raw bytes and parse them afterwards.
          hookproof verify shows the code for each framework
      hOST: hooks.example
      Content-Type: application/json
      X-Arjun-Signature: sha256=fb8f7eebda4a9306fc0b329013d458a9a2d5590346d7aa0247bcbfdec7ce9707
      X-Arjun-Attempt: 3
      X-Twice: a
      x-twice: b
      Content-Length: 91
      Connection: close

      {
        "id": "evt_1",
        "type": "link.clicked",
        "amount": 1,
        "url": "https:\\/\\/x.test",
        "e": "\\u00e9"
      }

    2 requests, 1 event, 1 valid, 1 invalid, 0 unverified in TIME
    captured in /…/c.ndjson
    "
  `);
});

describe("nothing that comes from outside drives the terminal", () => {
  const raw = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
  const evil = "\u001b[2J\u001b]0;pwned\u0007\u009b31m\u202egnp.exe\u2066\u200b\u2028\r\b\u007f";

  test.each([[[]], [["--quiet"]], [["--verbose"]], [["--json"]]])("with %j", async (flags) => {
    const app = createServer((_req, res) => {
      res.writeHead(500, { "X-Evil": "\u009b31m" });
      res.end(evil);
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    opened.push(app);
    const { port, stop } = await start([...flags, ...tenX, "--forward-to", String(portOf(app))]);
    const text = JSON.stringify({ id: evil, type: evil });
    const jsonRaw = text.replace(/\\u[0-9a-f]{4}/g, (escape) => String(JSON.parse(`"${escape}"`)));
    for (const bytes of [text, jsonRaw, evil, `::error::${evil}\n::set-env x`]) {
      const length = String(Buffer.byteLength(bytes));
      await sendRaw(
        port,
        post(
          [
            ["Host", "x"],
            ["X-Arjun-Signature", "\x9b31m\xc2\x9b\xe2\x80\xae"],
            ["X-Arjun-Event-Type", "\x9b2J"],
            ["Content-Length", length],
            ["Connection", "close"],
          ],
          bytes,
          "/\x9b31m",
        ),
      );
    }
    await sendRaw(port, `GET /${evil} HTTP/1.1\r\n\r\n`);
    const { bytes, stderr } = await stop();
    const shown = bytes.toString("utf8").replaceAll("\n", " ");
    expect(shown.length).toBeGreaterThan(100);
    expect(shown).not.toMatch(raw);
    expect(bytes.toString("utf8")).not.toMatch(/^\s*::/m);
    expect(stderr.replaceAll("\n", " ")).not.toMatch(raw);
  });
});

test("a body with odd spacing, numbers and escapes goes through the forward and the capture unchanged to the byte", async () => {
  const received: { headers: readonly string[]; body: Buffer }[] = [];
  const app = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      received.push({ headers: req.rawHeaders, body: Buffer.concat(chunks) });
      res.writeHead(202).end("thanks");
    });
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  opened.push(app);
  const { port, ended, home } = await start([...tenX, "--json", "--count", "1", "-f", `localhost:${portOf(app)}/in`]);
  const headers = [
    ["hOsT", "hooks.example"],
    ["X-Twice", "one"],
    ["X-Arjun-Signature", signature(body)],
    ["x-tWICE", "two"],
    ["Content-Length", String(body.length)],
    ["Connection", "close"],
  ] as const;
  const answer = await sendRaw(port, post(headers, body));
  expect(answer).toMatch(/^HTTP\/1\.1 202 [^]*thanks/);
  const result = await ended;
  expect(jsonLines(result)).toContainEqual(expect.objectContaining({ type: "forward", status: 202 }));
  const own = ["hOsT", "Content-Length", "Connection"];
  const others = headers.filter(([name]) => !own.includes(name)).flat();
  const framed = ["host", "hooks.example", "connection", "close", ...others, "content-length", String(body.length)];
  expect(received).toEqual([{ headers: framed, body: Buffer.from(body) }]);
  const captures = readCaptures(readFileSync(join(home, "data", "captures.ndjson")), "captures");
  const [record] = captures.records;
  expect(record === undefined ? undefined : requestOf(record)).toMatchObject({ headers, body: Buffer.from(body) });
  expect(captures.others.map((line) => line.type)).toEqual(["forward", "response"]);
});

test("the capture is the user's alone, appended to, and never holds the secret", async () => {
  const home = temporaryFolder();
  const options = { env: { HOOKPROOF_HOME: home } };
  for (let at = 0; at < 2; at++) {
    const { url, ended } = await start([...tenX, "--json", "--count", "1"], options);
    await fetch(url, { method: "POST", body, headers: signedHeaders() });
    const { stdout, stderr } = await ended;
    for (const text of [stdout, stderr]) expect(text).not.toContain("topsecret");
  }
  const file = join(home, "data", "captures.ndjson");
  expect([statSync(file).mode & 0o777, statSync(join(home, "data")).mode & 0o777]).toEqual([0o600, 0o700]);
  const text = readFileSync(file, "utf8");
  expect(readCaptures(Buffer.from(text), "captures").records).toHaveLength(2);
  for (const form of [
    "topsecret",
    Buffer.from("topsecret").toString("base64"),
    Buffer.from("topsecret").toString("hex"),
  ])
    expect(text).not.toContain(form);
});

test("a capture whose last line was cut off by a crash is reported, kept and appended to", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "c.ndjson"), '{"type":"request","id":"req_0","rec');
  const { url, ended } = await start([...tenX, "--json", "--count", "1", "--capture", "c.ndjson"], { cwd });
  await fetch(url, { method: "POST", body, headers: signedHeaders() });
  expect((await ended).stderr).toContain("its last line was cut off by a crash");
  const [torn, whole] = readFileSync(join(cwd, "c.ndjson"), "utf8").split("\n");
  expect(torn).toBe('{"type":"request","id":"req_0","rec');
  expect(JSON.parse(whole ?? "")).toMatchObject({ type: "request", eventId: "evt_1" });
});

describe("the exit code", () => {
  test("is 1 when the time ran out", async () => {
    const { ended } = await start([...tenX, "--json", "--until", "verdict=valid", "--timeout", "100ms"]);
    const result = await ended;
    expect(result.exit).toBe(1);
    expect(jsonLines(result).at(-1)).toMatchObject({ type: "summary", reason: "timeout" });
  });

  test("is 0 when stopped, with a summary", async () => {
    const { stop } = await start([...tenX, "--json"]);
    const result = await stop();
    expect(result.exit).toBe(0);
    expect(jsonLines(result).at(-1)).toMatchObject({ reason: "stopped" });
  });

  test.each([
    [["--respond", "2000"], "--respond '2000': '2000' is not a valid response"],
    [["--respond", "500", "-f", "3000"], "--respond and --forward-to cannot be combined"],
    [["--until", "colour=red"], "'colour=red' is not a condition"],
    [["--timeout", "soon"], "'soon' is not a duration"],
    [["--max-body", "huge"], "'huge' is not a size"],
    [["--port", "70000"], "'70000' is not a whole number"],
    [["-f", "192.0.2.1:3000"], "leaves this machine"],
    [["--port", "8882", "-f", "8882"], "is this listener itself"],
    [["--port", "8882", "--host", "0.0.0.0", "-f", "type=push=localhost:8882/x"], "is this listener itself"],
    [["-p", "10y"], "10y"],
    [["--url", "nonsense"], "--url 'nonsense' is not an http or https URL"],
  ])("is 2 for %j, which is named", async (argv, message) => {
    const { exit, stderr, stdout } = await run(["listen", "--port", "0", "--timeout", "5s", ...argv]);
    expect(exit).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
  });

  test("is 3 when the port is taken, with a hint that names it", async () => {
    const { port, stop } = await start(tenX);
    const { exit, stdout } = await run(["listen", "--port", String(port), "--json"]);
    expect(exit).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "port-taken", hint: expect.stringContaining(String(port)) },
    });
    await stop();
  });
});

test("without -p it detects the provider by headers, and says so if it recognizes none", async () => {
  const { url, ended } = await start(["--json", "--secret", "topsecret", "--count", "2"]);
  await fetch(url, { method: "POST", body, headers: signedHeaders() });
  await fetch(url, { method: "POST", body });
  const requests = jsonLines(await ended).filter((line) => line.type === "request");
  expect(requests).toMatchObject([
    { provider: "10x", verdict: { valid: true } },
    { provider: null, unverified: "no-provider" },
  ]);
});

describe("a project file's targets", () => {
  const app = async (): Promise<{ readonly port: number; readonly got: string[] }> => {
    const got: string[] = [];
    const server = createServer((req, res) => {
      got.push(`${req.url} ${req.headers.authorization}`);
      req.resume().on("end", () => res.writeHead(202).end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    opened.push(server);
    return { port: portOf(server), got };
  };
  const project = (forward: unknown): string => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "hookproof.config.json"), JSON.stringify({ forward }));
    return cwd;
  };

  test("get nothing until they are trusted; then as --forward-to would have it, no password shown", async () => {
    const { port, got } = await app();
    const cwd = project([`path=/a/*=http://joe:hunter2x@127.0.0.1:${port}`]);
    const refused = await run(["listen", "--port", "0", "--timeout", "1s"], { cwd });
    expect([refused.exit, refused.stderr]).toEqual([
      2,
      expect.stringContaining(`sends signed deliveries to http://127.0.0.1:${port}, which you have not trusted`),
    ]);
    const { url, ended } = await start(["--trust-project", "--json", "--count", "2"], { cwd });
    expect((await fetch(`${url}a/1`, { method: "POST", body: "{}" })).status).toBe(202);
    expect((await fetch(`${url}b`, { method: "POST", body: "{}" })).status).toBe(200);
    const result = await ended;
    expect(result.stdout + result.stderr).not.toContain("hunter2x");
    expect(got).toEqual([`/a/1 Basic ${Buffer.from("joe:hunter2x").toString("base64")}`]);
    expect(jsonLines(result)[0]).toMatchObject({
      routes: [{ url: `http://127.0.0.1:${port}/`, condition: "path=/a/*" }],
    });
  });

  test("do not leave this machine by the file's word alone, and give way to -f and --respond", async () => {
    const cwd = project("https://192.0.2.1/collect");
    const away = await run(["listen", "--port", "0", "--timeout", "1s", "--trust-project"], { cwd });
    expect([away.exit, away.stderr]).toEqual([2, expect.stringContaining("leaves this machine (192.0.2.1)")]);
    const { port, got } = await app();
    const typed = await start(["-f", String(port), "--count", "1"], { cwd });
    expect((await fetch(typed.url, { method: "POST", body: "{}" })).status).toBe(202);
    await typed.ended;
    expect(got).toHaveLength(1);
    const scripted = await start(["--respond", "201", "--count", "1"], { cwd });
    expect((await fetch(scripted.url, { method: "POST", body: "{}" })).status).toBe(201);
    await scripted.ended;
  });
});

describe("a valid signature that the target rejects", () => {
  const signed = { "x-arjun-signature": signature("{}"), "x-arjun-event-type": "link.clicked" };
  const deliver = async (status: number, headers: Readonly<Record<string, string>>, suffix = ""): Promise<string> => {
    const app = createServer((req, res) => req.resume().on("end", () => res.writeHead(status).end()));
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    opened.push(app);
    const to = `${portOf(app)}${suffix}`;
    const options = ["-p", "10x", "--secret", "env:S", "-f", to, "--count", "2"];
    const { url, ended } = await start(options, { env: { S: "topsecret" } });
    for (const _ of [1, 2]) await fetch(`${url}hooks?a=1`, { method: "POST", body: "{}", headers });
    return (await ended).stdout.replaceAll(String(portOf(app)), "PORT");
  };

  test.each([400, 401, 403])("gets the command that narrows it down after a %i, once", async (status) => {
    const shown = await deliver(status, signed);
    expect(shown).toContain(`the signature is valid, but the target responded ${status}`);
    expect(shown.split("hookproof check")).toHaveLength(2);
    expect(shown).toContain("\n    hookproof check http://localhost:PORT/hooks -p 10x --secret env:S\n");
  });

  test("is checked at the target's own path where it has one", async () => {
    const shown = await deliver(401, signed, "/app");
    expect(shown).toContain("\n    hookproof check http://localhost:PORT/app -p 10x --secret env:S\n");
  });

  test.each([
    ["an invalid signature", 401, { ...signed, "x-arjun-signature": signature("{ }") }],
    ["a target that fails otherwise", 500, signed],
    ["a target that accepts it", 204, signed],
  ])("is not claimed of %s", async (_what, status, headers) => {
    expect(await deliver(status, headers)).not.toContain("hookproof check");
  });
});

test("-H and --host-header are for what is forwarded: without a target they are a mistake", async () => {
  for (const option of [
    ["-H", "X-A: 1"],
    ["--host-header", "app.example"],
  ]) {
    const { exit, stderr } = await run(["listen", "--port", "0", "--timeout", "1s", ...option]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining("apply to forwarded requests, and nothing is")]);
  }
});

test("a port where the platform belongs is told the option for it", async () => {
  const { exit, stderr } = await run(["listen", "-p", "3000", "--timeout", "1s"]);
  expect([exit, stderr]).toEqual([
    2,
    expect.stringContaining("hint: -p names the platform; for the port: --port 3000"),
  ]);
});

describe("a run for CI", () => {
  const answering = async (status: number): Promise<string> => {
    const server = createServer((req, res) => req.resume().on("end", () => res.writeHead(status).end()));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    opened.push(server);
    return String(portOf(server));
  };

  test.each<[string, number, readonly string[], number]>([
    ["is no success where every forward failed", 500, ["--count", "1"], 1],
    ["is one where a forward got through", 204, ["--count", "1"], 0],
    ["is one where --until asks for that very failure", 500, ["--until", "forward=5xx"], 0],
  ])("%s", async (_title, status, argv, exit) => {
    const { url, ended } = await start(["-q", "-f", await answering(status), ...argv]);
    await fetch(url, { method: "HEAD" });
    await fetch(url, { method: "POST", body: "{}" });
    const result = await ended;
    expect(result.exit).toBe(exit);
    expect(result.stdout).toContain("1 request, 1 event, 0 valid, 0 invalid, 1 unverified, 1 probe");
    expect(result.stdout.includes("1 of 1 forward failed")).toBe(status === 500);
  });

  test("exits 1 if stopped before enough requests arrived, and 0 if no number was requested", async () => {
    const asked = await (await start(["--count", "1"])).stop();
    expect([asked.exit, asked.stdout]).toEqual([1, expect.stringContaining("stopped too early: 0 requests")]);
    expect((await (await start([])).stop()).exit).toBe(0);
  });

  test("writes --ready-file once it listens, in place of one of a run before; -q shows why a 502 was given", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "ready"), "http://old/\n");
    const { url, ended } = await start(["-q", "--ready-file", "ready", "-f", "1", "--count", "1"], { cwd });
    await expect.poll(() => readFileSync(join(cwd, "ready"), "utf8"), { timeout: 10_000 }).toBe(`${url}\n`);
    expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(502);
    const { exit, stdout } = await ended;
    expect(exit).toBe(1);
    expect(stdout).toMatch(/POST \/ .* 502 \S+: nothing is listening on localhost:1\n/);
    const again = await run(["listen", "--port", "0", "--timeout", "1s", "--ready-file", "no/such/ready"], { cwd });
    expect([again.exit, again.stderr]).toEqual([2, expect.stringContaining("no/such/ready")]);
  });

  test.each([
    ["--ignore", " "],
    ["--ignore", "* *"],
    ["--until", "status=abc"],
  ])("%s %j is refused", async (...argv) => {
    expect((await run(["listen", "--port", "0", "--timeout", "1s", ...argv])).exit).toBe(2);
  });
});

test("with -p auto each request is verified with its own platform's secrets from the project file", async () => {
  const cwd = temporaryFolder();
  const secrets = { "10x": "env:TENX", github: "env:GITHUB" };
  writeFileSync(join(cwd, "hookproof.config.json"), JSON.stringify({ secrets }));
  const env = { TENX: "topsecret", GITHUB: "another-secret" };
  const { url, ended } = await start(["--json", "--count", "3"], { cwd, env });
  const github = (key: string) => ({
    "X-GitHub-Event": "push",
    "X-Hub-Signature-256": `sha256=${createHmac("sha256", key).update("{}").digest("hex")}`,
  });
  await fetch(url, { method: "POST", body, headers: signedHeaders() });
  await fetch(url, { method: "POST", body: "{}", headers: github("another-secret") });
  await fetch(url, { method: "POST", body: "{}", headers: github("topsecret") });
  const judged = jsonLines(await ended).flatMap((line) =>
    line.type === "request" ? [[line.provider, line.verdict?.valid]] : [],
  );
  expect(judged).toEqual([
    ["10x", true],
    ["github", true],
    ["github", false],
  ]);
});

test("--rotate rotates the capture, and readers read all parts", async () => {
  const env = { S: "topsecret" };
  const listener = await start(["-p", "10x", "--secret", "env:S", "--rotate", "1kb", "--silent"], { env });
  for (let number = 1; number <= 6; number++) {
    const text = JSON.stringify({ id: `evt_${number}`, type: "link.clicked", payload: { text: "x".repeat(300) } });
    await fetch(listener.url, { method: "POST", body: text, headers: { "x-arjun-signature": signature(text) } });
  }
  const { stdout } = await listener.stop();
  expect(stdout).toMatch(/captured in .*captures\.ndjson and [3-6] earlier files/);
  const capture = join(listener.home, "data", "captures.ndjson");
  const said = await run(["replay", "--captures", capture, "--dry-run", "--to", "3000", "--secret", "env:S"], { env });
  for (const id of ["evt_1", "evt_6"]) expect(said.stdout).toContain(id);
  const verified = await run(["verify", capture, "--last", "-p", "10x", "--secret", "env:S"], { env });
  expect([verified.exit, verified.stderr]).toEqual([0, ""]);
  // One of them by name is itself alone; a kill between the rename and the new file leaves none of the plain name.
  const part = join(listener.home, "data", "captures.1.ndjson");
  expect((await run(["verify", part, "-p", "10x", "--secret", "env:S"], { env })).stderr).not.toContain("evt_6");
  rmSync(capture);
  expect((await run(["verify", capture, "--last", "-p", "10x", "--secret", "env:S"], { env })).exit).toBe(0);
  const few = await run(["verify", capture, "--last", "-p", "10x", "--secret", "env:S", "--max-input", "3kb"], { env });
  expect([few.exit, few.stderr]).toEqual([0, expect.stringContaining("not read, because together they exceed")]);
  const tiny = await run(["listen", "--rotate", "10"], { env });
  expect([tiny.exit, tiny.stderr]).toEqual([2, expect.stringContaining("the minimum is 1kb")]);
});
