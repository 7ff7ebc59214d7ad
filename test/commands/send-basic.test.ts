import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { sendSummaryLine } from "../../src/commands/send/schema.ts";
import { listening } from "../delivery/support.ts";
import { run, temporaryFolder } from "../support/run.ts";

const opened: { close(): unknown; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) {
    one.close();
    one.closeAllConnections();
  }
});

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Answers 401 to who does not show these, else with a status; null is not an answer at all. */
const server = async (expected: string | undefined, status: number | null, onRequest = (): void => undefined) => {
  const seen: Seen[] = [];
  const wanted = expected === undefined ? undefined : `Basic ${Buffer.from(expected).toString("base64")}`;
  const one = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(pieces) });
      onRequest();
      if (status !== null)
        response.writeHead(wanted === undefined || headers.authorization === wanted ? status : 401).end();
    });
  });
  opened.push(one);
  return { port: await listening(one), seen };
};

const password = "p@ss:w/rd-Ünï";
const tenX = ["-p", "10x", "--secret", "topsecret-send"];

/** Everything that a run printed or left in the user's folder. */
const traces = (home: string, ...texts: readonly string[]): string =>
  [
    ...texts,
    ...readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => readFileSync(join(one.parentPath, one.name), "utf8")),
  ].join("\n");

const forms = [password, encodeURIComponent(password), Buffer.from(`ci:${password}`).toString("base64")];

describe("user and password", () => {
  test.each([
    ["in the URL", (port: number) => [`http://ci:${encodeURIComponent(password)}@127.0.0.1:${port}/hooks`]],
    ["without a scheme", (port: number) => [`ci:${encodeURIComponent(password)}@127.0.0.1:${port}/hooks`]],
    ["of --basic", (port: number) => [`http://127.0.0.1:${port}/hooks`, "--basic", "ci:env:PASS"]],
  ])("%s are used, and stand in no output, log or queue", async (_, target) => {
    const { port, seen } = await server(`ci:${password}`, 410);
    const home = temporaryFolder();
    const env = { HOOKPROOF_HOME: home, PASS: password };
    const shown = await run(["send", ...target(port), ...tenX, "--event", "link.clicked", "-v"], { env });
    const json = await run(["send", ...target(port), ...tenX, "--event", "link.clicked", "--json"], { env });
    // 410 is no 401: they were right.
    expect(JSON.parse(json.stdout).attempts[0].status).toBe(410);
    expect(seen).toHaveLength(2);
    expect(shown.stdout).toContain("> Authorization: Basic ***");
    const all = traces(home, shown.stdout, shown.stderr, json.stdout, json.stderr);
    expect(all).toContain("link.clicked");
    expect(forms.filter((form) => all.includes(form))).toEqual([]);
  });

  test("of HOOKPROOF_URL too", async () => {
    const { port } = await server("ci:pass", 200);
    const env = { HOOKPROOF_URL: `http://ci:pass@127.0.0.1:${port}/hooks` };
    expect((await run(["send", ...tenX, "--event", "link.clicked"], { env })).exit).toBe(0);
  });

  test("replay shows them, without a path too, and check and doctor do", async () => {
    const gone = await server(undefined, 410);
    const { port, seen } = await server("ci:pass", 200);
    const env = { HOOKPROOF_HOME: temporaryFolder(), PASS: "pass" };
    await run(["send", `http://127.0.0.1:${gone.port}/hooks?x=1`, ...tenX, "--event", "link.clicked"], { env });
    const replayed = await run(
      ["replay", "--to", `http://ci:pass@127.0.0.1:${port}`, "--secret", "topsecret-send", "--json"],
      { env },
    );
    expect(replayed.exit).toBe(0);
    expect(seen.map(({ url }) => url)).toEqual(["/hooks?x=1"]);
    const url = `http://127.0.0.1:${port}/hooks`;
    const checked = await run(["check", url, ...tenX, "--only", "accepts-valid", "--basic", "ci:env:PASS", "--json"], {
      env,
    });
    expect(JSON.parse(checked.stdout).cases[0]).toMatchObject({ id: "accepts-valid", status: "pass" });
    const told = await run(["doctor", `http://ci:pass@127.0.0.1:${port}/hooks`, "--local", "--json"], { env });
    expect(seen.at(-1)?.method).toBe("HEAD");
    expect(seen.every(({ headers }) => headers.authorization === "Basic Y2k6cGFzcw==")).toBe(true);
    expect(replayed.stdout + checked.stdout + told.stdout).not.toMatch(/ci:pass|Y2k6cGFzcw/);
  });

  test("go to the endpoint only, not to --alert-url", async () => {
    const { port } = await server("ci:pass", 410);
    const alert = await server(undefined, 200);
    await run([
      "send",
      `http://ci:pass@127.0.0.1:${port}/hooks`,
      ...tenX,
      "--event",
      "link.clicked",
      "--alert-url",
      `http://127.0.0.1:${alert.port}/`,
    ]);
    expect(alert.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test("of --alert-url go there only, and are not shown", async () => {
    const endpoint = await server(undefined, 410);
    const alert = await server(`ci:${password}`, 200);
    const to = `http://ci:${encodeURIComponent(password)}@127.0.0.1:${alert.port}/`;
    const home = temporaryFolder();
    const argv = ["send", `http://127.0.0.1:${endpoint.port}/`, ...tenX, "--event", "link.clicked", "--alert-url", to];
    const { stdout, stderr } = await run([...argv, "--verbose"], { env: { HOOKPROOF_HOME: home } });
    expect(stderr).toContain(`delivered to http://127.0.0.1:${alert.port}/`);
    expect(endpoint.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(alert.seen).toHaveLength(1);
    for (const form of forms) expect(traces(home, stdout, stderr)).not.toContain(form);
  });

  test.each([
    ["twice", ["http://a:b-hidden@127.0.0.1:9/", "--basic", "a:env:PASS"], "given twice"],
    ["beside a header", ["http://a:b-hidden@127.0.0.1:9/", "-H", "authorization: Bearer x"], "given twice"],
    ["without a password", ["http://127.0.0.1:9/", "--basic", "b-hidden"], "user:env:PASSWORD"],
    ["not set", ["http://127.0.0.1:9/", "--basic", "a:env:NOT_THERE"], "NOT_THERE"],
  ])("%s: refused, and not shown", async (_, argv, says) => {
    const env = { PASS: "x" };
    const { exit, stdout, stderr } = await run(["send", ...argv, ...tenX, "--event", "link.clicked"], { env });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain("b-hidden");
  });

  test("--basic with --to recorded is rejected, because it is for a single endpoint", async () => {
    const { exit, stderr } = await run(["replay", "--to", "recorded", "--basic", "a:env:P"], { env: { P: "x" } });
    expect(exit).toBe(2);
    expect(stderr).toContain("--basic needs a single endpoint");
  });
});

describe("--data", () => {
  const text = '{"type":"link.clicked","id":"evt_1","n":1.0}';

  test.each([
    ["is the body", ["-d", text], text],
    ["@FILE is the file's bytes, its line end too", ["--data", "@body.json"], `${text}\n`],
    ["@- is standard input", ["-d", "@-"], "from stdin"],
    ["may be empty", ["-d", "", "--event", "link.clicked"], ""],
    ["takes --set", ["-d", text, "--set", "n=2"], text.replace("1.0", "2")],
  ])("%s", async (_, argv, expected) => {
    const { port, seen } = await server(undefined, 200);
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "body.json"), `${text}\n`);
    const { exit } = await run(["send", `${port}/hooks`, ...tenX, ...argv], { cwd, stdin: "from stdin" });
    expect({ exit, bodies: seen.map(({ body }) => body.toString()) }).toEqual({ exit: 0, bodies: [expected] });
  });

  test("each of several deliveries has it", async () => {
    const { port, seen } = await server(undefined, 200);
    await run(["send", `${port}/hooks`, ...tenX, "-d", text, "--count", "3"]);
    expect(seen.map(({ body }) => body.toString())).toEqual([text, text, text]);
  });

  test("beside a payload file is refused", async () => {
    const { exit, stderr } = await run(["send", "9/hooks", "body.json", ...tenX, "-d", text]);
    expect(exit).toBe(2);
    expect(stderr).toContain("the body was given twice");
  });
});

describe("stopped", () => {
  test("in-flight deliveries are reported as interrupted, not failed, and are not queued", async () => {
    const stopping = new AbortController();
    let come = 0;
    const { port } = await server(undefined, null, () => {
      if (++come === 3) stopping.abort("SIGINT");
    });
    const argv = ["send", `${port}/hooks`, ...tenX, "--event", "link.clicked", "--count", "20", "--concurrency", "3"];
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    const { exit, stdout } = await run([...argv, "--json"], { signal: stopping.signal, env });
    const summary = sendSummaryLine.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
    expect(exit).toBe(130);
    expect(summary).toMatchObject({
      delivered: 0,
      retryable: 0,
      terminal: 0,
      interrupted: 3,
      unsent: 17,
      unexpected: 0,
      deadLetters: 0,
    });
  });

  test("people are told so", async () => {
    const stopping = new AbortController();
    const { port } = await server(undefined, null, () => stopping.abort("SIGINT"));
    const argv = ["send", `${port}/hooks`, ...tenX, "--event", "link.clicked", "--count", "5", "--concurrency", "1"];
    const { stdout } = await run(argv, { signal: stopping.signal });
    expect(stdout).toMatch(/✗ 0 delivered, 0 failed in .*, 1 interrupted, 4 not sent/);
  });

  test("waiting for the next attempt counts as well", async () => {
    const stopping = new AbortController();
    const { port } = await server(undefined, 503, () => void setImmediate(() => stopping.abort("SIGINT")));
    const argv = ["send", `${port}/hooks`, ...tenX, "--event", "link.clicked", "--retry", "provider"];
    expect((await run(argv, { signal: stopping.signal })).exit).toBe(130);
  });
});
