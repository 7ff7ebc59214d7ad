import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { deliveryOutput, sendSummaryLine } from "../../src/commands/send/schema.ts";
import { listening, rawServer } from "../delivery/support.ts";
import { bin, run, runChild, temporaryFolder } from "../support/run.ts";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

interface Seen {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Answers with these statuses in turn (the last stays). */
const receiver = async (...statuses: readonly number[]): Promise<{ url: string; seen: Seen[] }> => {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      seen.push({ headers: request.headers, body: Buffer.concat(pieces) });
      response.writeHead(statuses[Math.min(seen.length, statuses.length) - 1] ?? 200).end("said \x1b[31mso");
    });
  });
  opened.push(server);
  return { url: `http://127.0.0.1:${await listening(server)}/hooks`, seen };
};

const secret = "topsecret-send";
const tenX = ["-p", "10x", "--secret", secret];
const signature = (body: Buffer): string => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

describe("one delivery", () => {
  test("is signed, shown with its phases, and ends with 0", async () => {
    const { url, seen } = await receiver(200);
    const { exit, stdout, stderr } = await run(["send", url, ...tenX, "--event", "link.clicked"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/attempt 1 {2}200 {2}connect \S+, first byte \S+, total/);
    expect(stdout).toContain("delivered");
    const [request] = seen;
    expect(request?.headers["x-arjun-signature"]).toBe(signature(request?.body ?? Buffer.alloc(0)));
    expect(request?.headers["x-arjun-attempt"]).toBe("1");
    expect(stdout + stderr).not.toContain(secret);
  });

  test.each([400, 401, 403])("a %d suggests the whole check command, with the secret's reference", async (status) => {
    const { url } = await receiver(status);
    const env = { HOOK_SECRET: secret };
    const argv = ["send", url, "-p", "10x", "--secret", "env:HOOK_SECRET", "--event", "link.clicked"];
    const { stdout } = await run(argv, { env });
    expect(stdout).toContain(
      `  test the receiver's verification with\n    hookproof check ${url} -p 10x --secret env:HOOK_SECRET\n`,
    );
    const tampered = await run([...argv, "--tamper", "signature"], { env });
    expect(tampered.stdout).not.toContain("hookproof check");
  });

  test.each([404, 500])("a %d does not suggest check, which tests the verification", async (status) => {
    const { url } = await receiver(status);
    const { stdout } = await run(["send", url, ...tenX, "--event", "link.clicked"]);
    expect(stdout).not.toContain("hookproof check");
  });

  test("--json is one object of the contract", async () => {
    const { url } = await receiver(200);
    const { stdout } = await run(["send", url, ...tenX, "--event", "link.clicked", "--json"]);
    expect(deliveryOutput.parse(JSON.parse(stdout))).toMatchObject({
      outcome: "delivered",
      url,
      eventType: "link.clicked",
    });
  });

  test("a file goes out to the byte; --set changes one value and no other byte", async () => {
    const { url, seen } = await receiver(200);
    const body = '{ "id":"evt_1", "type":"link.clicked", "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9" }\n';
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "p.json"), body);
    await run(["send", url, "p.json", ...tenX], { cwd });
    await run(["send", url, "-", ...tenX, "--set", "amount=2.50", "--set", "url=plain"], { stdin: body });
    expect(seen[0]?.body.toString()).toBe(body);
    expect(seen[1]?.body.toString()).toBe(body.replace("1.0", "2.50").replace('"https:\\/\\/x.test"', '"plain"'));
  });

  test("--set of a field that the sample does not have warns that it was added, once", async () => {
    const { url } = await receiver(200);
    const argv = ["send", url, ...tenX, "--event", "link.clicked", "--count", "2", "--set", "handle=x"];
    const { stderr } = await run([...argv, "--set", "nonexist.foo=1"]);
    expect(stderr.match(/added .*/g)).toEqual(["added nonexist.foo: the sample has no such field"]);
  });

  test("goes to the project's endpoint where none is given; a lone file is then the payload", async () => {
    const { url, seen } = await receiver(200);
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "p.json"), '{"id":"evt_1"}');
    writeFileSync(join(cwd, "hookproof.config.json"), JSON.stringify({ endpoint: url }));
    expect((await run(["send", "--trust-project", ...tenX, "--event", "link.clicked"], { cwd })).exit).toBe(0);
    expect((await run(["send", "p.json", "--trust-project", ...tenX], { cwd })).exit).toBe(0);
    expect((await run(["send", "-", "--trust-project", ...tenX], { cwd, stdin: '{"id":"evt_2"}' })).exit).toBe(0);
    expect(seen.slice(1).map(({ body }) => body.toString())).toEqual(['{"id":"evt_1"}', '{"id":"evt_2"}']);
    const nowhere = await run(["send", ...tenX, "--event", "link.clicked"]);
    expect([nowhere.exit, nowhere.stderr]).toEqual([2, expect.stringContaining("missing endpoint")]);
  });

  test.each(["ftp://x.test/", "file:///etc/passwd", "ftp://bob:hunter2@127.0.0.1:9/"])(
    "%s is refused, and a password in it is not repeated",
    async (url) => {
      const { exit, stdout, stderr } = await run(["send", url, ...tenX, "--event", "link.clicked"]);
      expect(exit).toBe(2);
      expect(stdout + stderr).not.toContain("hunter2");
    },
  );

  test("a response that is cut off is shown as such, not by its status", async () => {
    const { url } = await rawServer((socket) => {
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    }, opened);
    const { exit, stdout } = await run(["send", url, ...tenX, "--event", "link.clicked"]);
    expect(exit).toBe(1);
    expect(stdout).toContain("200, the response was cut off");
  });

  test("a terminal failure is explained, kept in the DLQ, and ends with 1", async () => {
    const { url } = await receiver(401);
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    const { exit, stdout } = await run(["send", url, ...tenX, "--event", "link.clicked"], { env });
    expect(exit).toBe(1);
    expect(stdout).toContain("401 is not retried");
    expect(stdout).toMatch(/cause:[\s\S]*next:[\s\S]*in the DLQ as dlq_/);
    expect(stdout).toContain("\\x1b[31m");
    expect(stdout).not.toContain("\x1b[31m");
    const list = await run(["dlq", "list", "--json"], { env });
    expect(list.stdout.trim().split("\n")).toHaveLength(1);
  });

  test("the outcome of the alert is reported: delivered, rejected, or nothing to send", async () => {
    const [bad, good] = await Promise.all([receiver(404), receiver(200)]);
    const alerted = (to: string, provider: readonly string[]) =>
      run(["send", bad.url, ...provider, "--alert-url", to], { env: { S: secret } });
    const tenXEvent = ["-p", "10x", "--secret", "env:S", "--event", "link.clicked"];
    const [delivered, refused, none] = await Promise.all([
      alerted(good.url, tenXEvent),
      alerted(bad.url, tenXEvent),
      alerted(good.url, ["-p", "github", "--secret", "env:S", "--event", "push"]),
    ]);
    expect(delivered.stderr).toBe(`webhook.delivery.terminal_failure delivered to ${good.url}\n`);
    expect(refused.stderr).toBe(
      `warning: webhook.delivery.terminal_failure could not be delivered to ${bad.url}: 404 is not retried\n`,
    );
    expect(none.stderr).toBe("warning: GitHub has no terminal-failure event, so nothing is sent to --alert-url\n");
    expect([delivered.exit, refused.exit, none.exit, good.seen.length]).toEqual([1, 1, 1, 1]);
  });

  test("--speed runs the whole schedule faster, with increasing attempt numbers", async () => {
    const { url, seen } = await receiver(500, 503, 200);
    const { exit, stdout } = await run([
      "send",
      url,
      ...tenX,
      "--event",
      "link.clicked",
      "--retry",
      "provider",
      "--speed",
      "1000",
      "--json",
    ]);
    expect(exit).toBe(0);
    const { attempts } = deliveryOutput.parse(JSON.parse(stdout));
    expect(attempts.map(({ status, outcome, nextDelayMs }) => [status, outcome, nextDelayMs])).toEqual([
      [500, "retryable", 5000],
      [503, "retryable", 10_000],
      [200, "delivered", null],
    ]);
    expect(seen.map(({ headers }) => headers["x-arjun-attempt"])).toEqual(["1", "2", "3"]);
    expect(new Set(seen.map(({ body }) => body.toString())).size).toBe(1);
  });

  test("--alert-url gets the terminal-failure event, signed", async () => {
    const [bad, alerts] = await Promise.all([receiver(404), receiver(200)]);
    await run(["send", bad.url, ...tenX, "--event", "link.clicked", "--alert-url", alerts.url]);
    const [alert] = alerts.seen;
    expect(JSON.parse(String(alert?.body))).toMatchObject({ type: "webhook.delivery.terminal_failure" });
    expect(alert?.headers["x-arjun-signature"]).toBe(signature(alert?.body ?? Buffer.alloc(0)));
  });

  test("-k is shown", async () => {
    const { url } = await receiver(200);
    const { stdout, stderr } = await run(["send", url, ...tenX, "--event", "link.clicked", "-k"]);
    expect(stdout).toContain("TLS not verified");
    expect(stderr).toContain("--insecure");
  });

  test("extra headers and --chunked reach the wire", async () => {
    const server = await rawServer((socket, seen) => {
      if (seen.includes("0\r\n\r\n")) socket.end("HTTP/1.1 204 No Content\r\n\r\n");
    }, opened);
    const { exit } = await run([
      "send",
      server.url,
      ...tenX,
      "--event",
      "link.clicked",
      "-H",
      "X-Odd: 1",
      "-H",
      "x-odd: 2",
      "--chunked",
    ]);
    expect(exit).toBe(0);
    expect(server.received[0]?.toString()).toMatch(/X-Odd: 1\r\nx-odd: 2\r\ntransfer-encoding: chunked\r\n/);
  });
});

test.each([
  ["2xx", 204, 0],
  ["4xx", 401, 0],
  ["401", 401, 0],
  ["401", 403, 1],
  ["terminal", 404, 0],
  ["retryable", 500, 0],
  ["delivered", 500, 1],
  ["4xx", 200, 1],
])("--expect %s with an answer of %i ends with %i", async (expected, status, exit) => {
  const { url } = await receiver(status);
  expect((await run(["send", url, ...tenX, "--event", "link.clicked", "--expect", expected])).exit).toBe(exit);
});

test("a response that --expect asks for is a success: it ends with ✓ and is not queued", async () => {
  const { url } = await receiver(401);
  const env = { HOOKPROOF_HOME: temporaryFolder() };
  const argv = ["send", url, ...tenX, "--event", "link.clicked"];
  for (const more of [
    ["--expect", "401"],
    ["--tamper", "body", "--expect", "4xx"],
  ]) {
    const { exit, stdout } = await run([...argv, ...more], { env });
    expect([exit, stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`\n✓ 401, as --expect ${more.at(-1)} asks  evt_`)),
    ]);
    expect(stdout).not.toMatch(/cause:|not delivered|DLQ/);
  }
  const many = await run([...argv, "--expect", "401", "--count", "2"], { env });
  expect([many.exit, many.stdout]).toEqual([0, expect.not.stringContaining("not delivered")]);
  expect((await run(["dlq", "list"], { env })).stdout).toBe("");
  const tampered = await run([...argv, "--tamper", "body"], { env });
  expect([tampered.exit, tampered.stdout]).toEqual([1, expect.stringContaining("right to reject it")]);
  expect(tampered.stdout).not.toContain("cause:");
});

test("a 404 for a tampered delivery says nothing about the signature: its cause is told", async () => {
  const { url } = await receiver(404);
  const env = { HOOKPROOF_HOME: temporaryFolder() };
  const { stdout } = await run(["send", url, ...tenX, "--event", "link.clicked", "--tamper", "body"], { env });
  expect(stdout).not.toContain("right to reject it");
});

test("if nothing is listening, the failure is named, and nothing is retried without --retry", async () => {
  const { exit, stdout } = await run(["send", "http://127.0.0.1:1/", ...tenX, "--event", "link.clicked"]);
  expect(exit).toBe(1);
  expect(stdout).toContain("cause: nothing is listening on 127.0.0.1:1");
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("the platform would try again after 5s");
});

test("a failure keeps to the terminal's width, and --quiet tells its reason", async () => {
  const { url } = await rawServer((socket) => socket.destroy(), opened);
  const argv = ["send", url, ...tenX, "--event", "link.clicked"];
  const { stdout } = await run(argv, { columns: 70 });
  const [, ...lines] = stdout.split("\n");
  expect(lines).toContain("  ⚠ attempt 1  the connection was closed without a response");
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(70);
  expect((await run([...argv, "--quiet"])).stdout).toMatch(
    /^⚠ not delivered yet evt_\w+, 1 attempt: no response \(the connection was closed without a response\) is retried\n$/,
  );
});

describe("many deliveries", () => {
  test("--count sends distinct events, a JSON line each and a summary last", async () => {
    const { url, seen } = await receiver(200);
    const { exit, stdout } = await run([
      "send",
      url,
      ...tenX,
      "--event",
      "link.clicked",
      "--count",
      "40",
      "--concurrency",
      "8",
      "--json",
    ]);
    expect(exit).toBe(0);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    const summary = sendSummaryLine.parse(lines.pop());
    expect(summary).toMatchObject({ delivered: 40, terminal: 0, retryable: 0, unsent: 0 });
    expect(lines.map((line) => deliveryOutput.parse(line).eventId)).toHaveLength(40);
    expect(new Set(seen.map(({ body }) => String(JSON.parse(body.toString()).id))).size).toBe(40);
    expect(seen.every(({ headers, body }) => headers["x-arjun-signature"] === signature(body))).toBe(true);
  });

  test("--duplicate sends the same event again, and a histogram is drawn of 20 or more", async () => {
    const { url, seen } = await receiver(200);
    const { stdout } = await run(["send", url, ...tenX, "--event", "link.clicked", "--duplicate", "3"]);
    expect(new Set(seen.map(({ body }) => body.toString())).size).toBe(1);
    expect(seen).toHaveLength(3);
    expect(stdout).toMatch(/p50 .* p90 .* p99 .* max/);
    expect(stdout).not.toContain("≤");
    const many = await run(["send", url, ...tenX, "--event", "link.clicked", "--duplicate", "20"]);
    expect(many.stdout).toContain("≤");
  });

  test("with --count, only failures are shown, with the reason; --expect decides what is a failure", async () => {
    const { url } = await receiver(200, 401, 200);
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    const many = ["send", url, ...tenX, "--event", "link.clicked", "--count", "3", "--concurrency", "1"];
    const { exit, stdout } = await run(many, { env });
    expect([exit, stdout.match(/evt_/g)]).toEqual([1, ["evt_"]]);
    expect(stdout).toContain("1 attempt: 401 is not retried");
    expect(stdout).toMatch(/^\S+ 2 delivered, 1 failed in \S+ \(\S+\/s\)$/m);
    const rejecting = await receiver(401);
    const expected = await run(["send", rejecting.url, ...many.slice(2), "--expect", "401", "--json"], { env });
    const summary = sendSummaryLine.parse(JSON.parse(expected.stdout.trim().split("\n").at(-1) ?? ""));
    expect([expected.exit, summary.terminal, summary.unexpected]).toEqual([0, 3, 0]);
    expect(summary.latency?.histogram.at(-1)?.toMs).toBe(summary.latency?.max);
  });

  test("of many a failure is one line, and the DLQ is told of once at the end", async () => {
    const { url } = await receiver(401, 401, 500, 200);
    const many = ["--count", "4", "--concurrency", "1", "--dlq", "failed.ndjson"];
    const cwd = temporaryFolder();
    const { stdout } = await run(["send", url, ...tenX, "--event", "link.clicked", ...many], { cwd });
    const lines = stdout.split("\n");
    expect(lines.filter((line) => line.includes("evt_"))).toHaveLength(3);
    expect(lines.filter((line) => line.includes("DLQ"))).toEqual(["  2 events in the DLQ; retry them with"]);
    // The entries by name: the queue may have held others.
    expect(stdout).toMatch(/\n {4}hookproof replay dlq_\w+ dlq_\w+ --dlq \S+failed\.ndjson --to http/);
  });

  test("many at once that wait for their turn say nothing on stderr", async () => {
    const { url } = await receiver(200);
    const many = ["--count", "30", "--concurrency", "30", "--rate", "300/s"];
    const { exit, stderr } = await runChild(
      ["send", url, "-p", "10x", "--secret", "env:S", "--event", "link.clicked", ...many],
      { env: { S: secret } },
    );
    expect([exit, stderr]).toEqual([0, ""]);
  });
});

test.each([
  [["--event", "nope"], /unknown|no event type/],
  [["--event", "link.clicked", "--tamper", "stale-timestamp"], /timestamp/],
  [["--event", "link.clicked", "--expect", "fine"], /'fine' is not an expected result/],
  [["--event", "link.clicked", "--speed", "0"], /speed|positive|0/],
  [["--event", "link.clicked", "--timeout", "0s"], /not a timeout/],
  [["--event", "link.clicked", "--timeout", "30d"], /not a timeout/],
  [[], /missing payload/],
])("asked wrongly: %j ends with 2 before anything is sent", async (more, message) => {
  const { url, seen } = await receiver(200);
  const { exit, stderr } = await run(["send", url, ...tenX, ...more]);
  expect(exit).toBe(2);
  expect(stderr).toMatch(message);
  expect(seen).toHaveLength(0);
});

test.each([
  ["send", "localhost:9"],
  ["sign", "-p", "10x"],
])("%s waits for no pipe that nobody asked it to read, and says how to ask", async (...argv) => {
  const child = spawn(process.execPath, [bin, ...argv, ...tenX], {
    env: { HOOKPROOF_HOME: temporaryFolder() },
    stdio: ["pipe", "ignore", "pipe"],
  });
  child.stdin.on("error", () => undefined);
  child.stdin.write('{"id":"evt_1"}');
  const [[exit], stderr] = await Promise.all([once(child, "exit"), text(child.stderr)]);
  expect([exit, stderr]).toEqual([
    2,
    expect.stringMatching(/missing payload\nhint: pass a file, - for standard input, or --event TYPE/),
  ]);
});

test("what the platform says to a lead is shown, received or rejected", async () => {
  const server = createServer((_request, response) => response.writeHead(200).end('{"status":"received"}'));
  opened.push(server);
  const url = `http://127.0.0.1:${await listening(server)}/`;
  const { stdout, stderr } = await run(["send", url, "-", "-p", "agentflow-inbound", "--secret", secret], {
    stdin: "[]",
  });
  expect(stdout).toContain('{"status":"received"}');
  expect(stderr).toContain("the payload is not a JSON object");
});

test("AgentFlow's required fields are named before sending", async () => {
  const { url } = await receiver(400);
  const { stderr } = await run(["send", url, "-", "-p", "agentflow-inbound", "--secret", secret], {
    stdin: '{"name":"A"}',
  });
  expect(stderr).toMatch(/'email' is missing/);
});

test("the program as users start it prints no secret in any form", async () => {
  const { url } = await receiver(500);
  const { stdout, stderr } = await runChild(
    ["send", url, "-p", "10x", "--secret", "env:S", "--event", "link.clicked", "--debug"],
    { env: { S: secret } },
  );
  for (const form of [secret, Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("hex")]) {
    expect(stdout + stderr).not.toContain(form);
  }
});

describe("a delivery that was spoiled to be refused", () => {
  const spoiled = async (...more: readonly string[]) => {
    const { url } = await receiver(401);
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    const sent = await run(["send", url, ...tenX, "--event", "link.clicked", "--tamper", "signature", ...more], {
      env,
    });
    const { stdout } = await run(["dlq", "list", "--json"], { env });
    return { ...sent, kept: stdout.trim().split("\n").filter(Boolean).length };
  };

  test("and was is not a dead letter, one or many", async () => {
    const one = await spoiled("--expect", "4xx", "--json");
    expect([one.exit, one.kept, deliveryOutput.parse(JSON.parse(one.stdout)).dlqId]).toEqual([0, 0, null]);
    const many = await spoiled("--expect", "terminal", "--count", "3");
    expect([many.exit, many.kept]).toEqual([0, 0]);
  });

  test("is kept where it ended otherwise, where nothing was expected, and where a queue is named", async () => {
    const otherwise = await spoiled("--expect", "403");
    expect([otherwise.exit, otherwise.kept]).toEqual([1, 1]);
    const unsaid = await spoiled();
    expect([unsaid.exit, unsaid.kept]).toEqual([1, 1]);
    const dlq = join(temporaryFolder(), "dlq.ndjson");
    const named = await spoiled("--expect", "401", "--dlq", dlq);
    const list = await run(["dlq", "list", "--dlq", dlq, "--json"]);
    expect([named.exit, named.kept, list.stdout.trim().split("\n")]).toEqual([0, 0, [expect.stringContaining("dlq_")]]);
  });

  test("is told to an alert endpoint all the same, which the command line asks for", async () => {
    const alerts = await receiver(200);
    const { kept } = await spoiled("--expect", "401", "--alert-url", alerts.url);
    expect([kept, alerts.seen.length]).toEqual([0, 1]);
  });
});

describe("a queue that cannot be written", () => {
  const full = (): string => {
    const home = temporaryFolder();
    // A file where the folder would be: no user can make one there, root neither.
    writeFileSync(join(home, "data"), "");
    return home;
  };

  test("costs a warning where it is the user's own: the result and its exit are told", async () => {
    const { url } = await receiver(401);
    const env = { HOOKPROOF_HOME: full() };
    const { exit, stdout, stderr } = await run(["send", url, ...tenX, "--event", "link.clicked", "--json"], { env });
    expect(exit).toBe(1);
    expect(deliveryOutput.parse(JSON.parse(stdout))).toMatchObject({ outcome: "terminal", dlqId: null });
    expect(stderr).toContain("warning: the event is not in the DLQ: ");
    const smoke = await run(["send", url, ...tenX, "--event", "link.clicked", "--expect", "401"], { env });
    expect(smoke.exit).toBe(0);
  });

  test("keeps no alert from going out: that the delivery permanently failed is true all the same", async () => {
    for (const where of [[], ["--dlq", join(full(), "data", "dlq.ndjson")]]) {
      const [bad, alerts] = await Promise.all([receiver(404), receiver(200)]);
      const argv = ["send", bad.url, ...tenX, "--event", "link.clicked", "--alert-url", alerts.url, ...where];
      await run(argv, { env: { HOOKPROOF_HOME: full() } });
      expect(alerts.seen.map(({ body }): unknown => JSON.parse(body.toString()))).toMatchObject([
        { type: "webhook.delivery.terminal_failure", payload: { url: bad.url, lastStatus: 404, dlqId: null } },
      ]);
    }
  });

  test("is the error at the end where --dlq names it, after the result", async () => {
    const { url } = await receiver(401);
    const dlq = join(full(), "data", "dlq.ndjson");
    for (const many of [[], ["--count", "2"]]) {
      const { exit, stdout, stderr } = await run([
        "send",
        url,
        ...tenX,
        "--event",
        "link.clicked",
        "--dlq",
        dlq,
        ...many,
      ]);
      expect(exit).toBe(3);
      expect(stdout).toContain("not delivered");
      // Which step finds it differs by Node's version.
      expect(stderr).toMatch(
        /^error: cannot .*: (?:part of the path is a file, not a folder|a file with that name exists)$/m,
      );
    }
  });
});

test("an alert endpoint that is not a URL is refused before anything is sent", async () => {
  const { url, seen } = await receiver(401);
  const argv = ["send", url, ...tenX, "--event", "link.clicked", "--alert-url", "htp://x"];
  const { exit, stderr } = await run(argv);
  expect({ exit, stderr: stderr.split("\n")[0] }).toEqual({
    exit: 2,
    stderr: "error: --alert-url: 'htp://x' is not an http or https URL",
  });
  expect(seen).toHaveLength(0);
});

test("a port that is none is named", async () => {
  const { stderr } = await run(["send", "localhost:99999", ...tenX, "--event", "link.clicked"]);
  expect(stderr).toContain("a port is a number from 1 to 65535");
});
