import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorOutput } from "../../src/cli/error-schema.ts";
import { signOutput } from "../../src/commands/sign/schema.ts";
import { run, temporaryFolder } from "../support/run.ts";

const now = Date.UTC(2026, 5, 19, 12);
const hex = (secret: string, body: string | Buffer): string => createHmac("sha256", secret).update(body).digest("hex");

describe("sign", () => {
  test("prints the platform's headers, one per line, over the bytes as read", async () => {
    const body = '{ "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9", "type":"link.clicked" }\n';
    const argv = ["sign", "-", "-p", "10x", "--secret", "env:S"];
    const { exit, stdout, stderr } = await run(argv, { stdin: body, now, env: { S: "s" } });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toBe(
      `Content-Type: application/json\nUser-Agent: 10x-webhooks/2\nx-arjun-event-type: link.clicked\nx-arjun-attempt: 1\nx-arjun-signature: sha256=${hex("s", body)}\n`,
    );
  });

  test("the endpoint of the project or the environment is the URL that is signed, however it is written", async () => {
    const cwd = temporaryFolder();
    const signedUrl = async (endpoint: string, env: Record<string, string> = {}): Promise<string> => {
      writeFileSync(join(cwd, "hookproof.config.json"), JSON.stringify({ endpoint }));
      const { stdout } = await run(["sign", "-", "-p", "hubspot", "--secret", "s", "--json"], {
        cwd,
        env,
        stdin: "{}",
      });
      return signOutput.parse(JSON.parse(stdout)).signedContent.data;
    };
    expect(await signedUrl("localhost:3000/hooks")).toMatch(/^POSThttp:\/\/localhost:3000\/hooks\{\}\d+$/);
    expect(await signedUrl("3000", { HOOKPROOF_URL: "https://acme.example/h" })).toContain(
      "POSThttps://acme.example/h{}",
    );
  });

  test.each([
    ["empty", Buffer.alloc(0)],
    ["not UTF-8", Buffer.from([0x00, 0x01, 0xff, 0x0a, 0x0d, 0x7b])],
    ["a BOM first", Buffer.from("\ufeff{}")],
    ["CRLF", Buffer.from('{"a":1}\r\n')],
  ])("a body that is %s is signed unchanged", async (_what, body) => {
    const { stdout } = await run(["sign", "-", "-p", "10ex", "--secret", "s", "--json"], { stdin: body });
    const signed = signOutput.parse(JSON.parse(stdout));
    expect(signed.headers.at(-1)).toEqual(["X-10ex-Signature", `sha256=${hex("s", body)}`]);
    expect(Buffer.from(signed.body.data, signed.body.encoding)).toEqual(body);
  });

  test("JSON output has provider, headers, body, signed content and timestamp", async () => {
    const { stdout } = await run(
      ["sign", "-", "-p", "agentflow", "--secret", "s", "--timestamp", "2026-06-19T12:00:00Z", "--json"],
      { stdin: "{}" },
    );
    const signed = signOutput.parse(JSON.parse(stdout));
    expect(signed).toMatchObject({
      provider: "agentflow",
      timestamp: now / 1000,
      body: { encoding: "utf8", data: "{}" },
      signedContent: { encoding: "utf8", data: `${now / 1000}.{}` },
    });
    expect(signed.headers).toContainEqual(["X-AgentFlow-Signature", `sha256=${hex("s", `${now / 1000}.{}`)}`]);
  });

  test.each([
    ["10x", "a\nX-Evil: 1"],
    ["10x", "\u001b[31m"],
    ["github", "\u202e"],
  ])("an event type is never a header or a terminal's command of its own: %s %j", async (id, type) => {
    const stdin = JSON.stringify({ type });
    const event = id === "github" ? ["--event", type] : [];
    const { exit, stdout, stderr } = await run(["sign", "-", "-p", id, "--secret", "s", ...event], { stdin });
    expect([exit, stdout, stderr]).toEqual([2, "", expect.stringContaining("contains control characters")]);
  });

  test("an event type outside ASCII goes out as its UTF-8 bytes", async () => {
    const { bytes } = await run(["sign", "-", "-p", "10x", "--secret", "s"], { stdin: '{"type":"l\u00e9ad.€"}' });
    expect(bytes.toString("utf8")).toContain("x-arjun-event-type: léad.€\n");
  });

  test("a payload that names no event type is told of, where the platform's headers name it", async () => {
    const { exit, stderr } = await run(["sign", "-", "-p", "shopify", "--secret", "s"], { stdin: "{}" });
    expect([exit, stderr]).toEqual([
      0,
      expect.stringContaining("X-Shopify-Topic, but the payload has none: pass --event"),
    ]);
  });

  test("--set in a body that is not UTF-8 is refused, for the other bytes would not stay", async () => {
    const stdin = Buffer.from('{"a":"\xff","b":1}', "latin1");
    const { exit, stderr } = await run(["sign", "-", "-p", "10x", "--secret", "s", "--set", "b=2"], { stdin });
    expect([exit, stderr]).toEqual([2, expect.stringContaining("must be UTF-8 JSON")]);
  });

  test("--event signs a fresh sample, --set changes one value and no other byte", async () => {
    const sample = (await run(["events", "10x", "link.clicked"])).stdout.trimEnd();
    const { stdout } = await run(
      [
        "sign",
        "-p",
        "10x",
        "--event",
        "link.clicked",
        "--set",
        "payload.slug=autumn",
        "--set",
        "id=evt_fixed",
        "--secret",
        "s",
        "--json",
      ],
      { now },
    );
    const { body } = signOutput.parse(JSON.parse(stdout));
    const back = body.data
      .replace("autumn", "spring")
      .replace("evt_fixed", JSON.parse(sample).id)
      .replace("2026-06-19T12:00:00Z", JSON.parse(sample).occurredAt);
    expect(back).toBe(sample);
  });

  test("--attempt counts as the platform does", async () => {
    const attempt = async (provider: string, event: string) =>
      (await run(["sign", "-p", provider, "--event", event, "--attempt", "3", "--secret", "s"])).stdout;
    expect(await attempt("10x", "link.clicked")).toContain("x-arjun-attempt: 3\n");
    expect(await attempt("slack", "message")).toContain("X-Slack-Retry-Num: 2\n");
  });

  test("several secrets sign beside each other where the scheme has room", async () => {
    const { stdout } = await run(
      ["sign", "-", "-p", "stripe", "--secret", "new", "--secret", "old", "--timestamp", "1767225600"],
      { stdin: "{}" },
    );
    expect(stdout).toContain(`t=1767225600,v1=${hex("new", "1767225600.{}")},v1=${hex("old", "1767225600.{}")}\n`);
  });

  test("GitHub's old signature goes beside the new one", async () => {
    const { stdout } = await run(["sign", "-", "-p", "github", "--event", "push", "--secret", "s"], { stdin: "{}" });
    expect(stdout).toMatch(/X-Hub-Signature: sha1=[0-9a-f]{40}\n/);
    expect(stdout).toContain(`X-Hub-Signature-256: sha256=${hex("s", "{}")}\n`);
  });

  test("--curl prints a command that delivers these very bytes", async () => {
    const got: { headers?: readonly string[]; body?: Buffer } = {};
    const server = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on("data", (chunk: Buffer) => chunks.push(chunk));
      req.on("end", () => {
        got.headers = req.rawHeaders;
        got.body = Buffer.concat(chunks);
        res.writeHead(204).end();
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/hooks?a=b`;
    const body = '{"quote":"it\'s \\u0041",\n"tab":"\\t"}\n';
    const { stdout } = await run(["sign", "-", "-p", "10x", "--secret", "s", "--url", url, "--curl"], { stdin: body });
    const { execFile } = await import("node:child_process");
    await new Promise<void>((done, failed) =>
      execFile("bash", ["-c", stdout], (error) => (error === null ? done() : failed(error))),
    );
    server.close();
    expect(got.body?.toString()).toBe(body);
    expect(got.headers).toContain(`sha256=${hex("s", body)}`);
  });

  test("the headers are what `curl -H @-` and openssl agree on", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "payload.json"), '{"id":"evt_1"}');
    const { stdout } = await run(["sign", "payload.json", "-p", "10ex", "--secret", "s"], { cwd: folder });
    const openssl = execFileSync("openssl", ["dgst", "-sha256", "-hmac", "s", "payload.json"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stdout).toContain(/= ([0-9a-f]+)/.exec(openssl)?.[1] ?? "none");
  });
});

test("sign takes the body itself with -d, as send does, but not two", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "a.json"), "{}");
  const signed = ["-p", "10ex", "--secret", "s"];
  const { exit, stdout } = await run(["sign", "-d", "{}", ...signed], { cwd });
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: (await run(["sign", "a.json", ...signed], { cwd })).stdout });
  const twice = await run(["sign", "a.json", "-d", "{}", ...signed], { cwd });
  expect([twice.exit, twice.stderr]).toEqual([2, expect.stringContaining("the body was given twice")]);
});

test("sign does not send to a list of events where a platform of one's own has none", async () => {
  const cwd = temporaryFolder();
  const zebra = { id: "zebra", name: "Zebra", extends: "10x", events: [] };
  writeFileSync(join(cwd, "hookproof.config.json"), JSON.stringify({ providers: [zebra] }));
  expect((await run(["sign", "-p", "zebra", "--secret", "env:S"], { cwd, env: { S: "s" } })).stderr).toBe(
    "error: missing payload\nhint: pass a file or - for standard input: zebra has no sample events\n",
  );
});

describe("sign asked wrongly", () => {
  test.each([
    ["no payload", ["sign", "-p", "10x", "--secret", "s"], "usage"],
    ["no provider", ["sign", "-", "--secret", "s"], "usage"],
    ["an unknown provider", ["sign", "-", "-p", "10xx", "--secret", "s"], "unknown-provider"],
    ["an unknown event", ["sign", "-p", "10x", "--event", "link.klicked", "--secret", "s"], "unknown-event"],
    ["no secret", ["sign", "-", "-p", "10x"], "secret-missing"],
    ["a missing file", ["sign", "none.json", "-p", "10x", "--secret", "s"], "input-unreadable"],
    ["a bad time", ["sign", "-", "-p", "agentflow", "--secret", "s", "--timestamp", "soon"], "usage"],
    ["a bad attempt", ["sign", "-", "-p", "10x", "--secret", "s", "--attempt", "0"], "usage"],
    ["what is not a method", ["sign", "-", "-p", "10x", "--secret", "s", "--method", "P; X"], "usage"],
    ["an unknown scheme", ["sign", "-", "-p", "hubspot", "--secret", "s", "--scheme", "v9"], "usage"],
    ["HubSpot without its URL", ["sign", "-", "-p", "hubspot", "--secret", "s"], "usage"],
    ["Apex without its header", ["sign", "-", "-p", "apex", "--secret", "s"], "unsupported"],
    [
      "a public key",
      ["sign", "-", "-p", "standard-webhooks", "--secret", "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="],
      "secret-unusable",
    ],
  ])("%s", async (_what, argv, code) => {
    const { exit, stdout, stderr } = await run([...argv, "--json"], { stdin: "{}" });
    expect(exit).toBe(2);
    expect(stderr).not.toContain("error:");
    const { error } = errorOutput.parse(JSON.parse(stdout));
    expect(error.code).toBe(code);
    expect(error.message).not.toBe("");
  });

  test("Apex signs once its header and form are given", async () => {
    const { stdout } = await run(
      [
        "sign",
        "-",
        "-p",
        "apex",
        "--secret",
        "s",
        "--signature-header",
        "X-Apex-Signature",
        "--signature-form",
        "sha256=hex",
      ],
      { stdin: "{}" },
    );
    expect(stdout).toContain(`X-Apex-Signature: sha256=${hex("s", "{}")}\n`);
  });
});

test("an event type that looks mistyped is signed as typed, with a warning", async () => {
  const argv = ["sign", "-", "-p", "10x", "--secret", "env:S", "--event"];
  const options = { stdin: "{}", env: { S: "s" } };
  const { exit, stdout, stderr } = await run([...argv, "link.cliked"], options);
  expect([exit, stdout]).toEqual([0, expect.stringContaining("x-arjun-event-type: link.cliked\n")]);
  expect(stderr).toBe("warning: 'link.cliked' is not a known 10x.in event type; did you mean link.clicked?\n");
  expect((await run([...argv, "acme.own.event"], options)).stderr).toBe("");
});
