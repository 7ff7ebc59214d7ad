import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { errorOutput } from "../../src/cli/error-schema.ts";
import { verdictOutput } from "../../src/commands/verify/schema.ts";
import { run, temporaryFolder } from "../support/run.ts";

const now = Date.UTC(2026, 5, 19, 12);
const at = new Date(now).toISOString();
const hex = (secret: string, body: string | Buffer, algorithm = "sha256"): string =>
  createHmac(algorithm, secret).update(body).digest("hex");
const body = '{"id":"evt_1","type":"link.clicked"}';

/** A raw HTTP request as a file would hold it. */
const raw = (headers: readonly string[], text: string | Buffer = body): Buffer =>
  Buffer.concat([
    Buffer.from(`POST /hooks HTTP/1.1\r\nHost: example.com\r\n${headers.join("\r\n")}\r\n\r\n`, "latin1"),
    Buffer.from(text),
  ]);

const verify = async (argv: readonly string[], stdin: Buffer | string) => {
  const { exit, stdout, stderr } = await run(["verify", "-", ...argv, "--json"], { stdin, now });
  return { exit, stderr, verdict: verdictOutput.parse(JSON.parse(stdout)) };
};

describe("verify", () => {
  test("reports a valid signature with exit 0 and names the secret that matched", async () => {
    const { exit, verdict } = await verify(
      ["-p", "10x", "--secret", "old", "--secret", "new"],
      raw([`x-arjun-signature: sha256=${hex("new", body)}`]),
    );
    expect(exit).toBe(0);
    expect(verdict).toMatchObject({
      valid: true,
      provider: "10x",
      scheme: "hmac",
      cause: null,
      findings: [],
      timestamp: null,
    });
    expect(verdict.matchedSecret).toMatch(/^--secret#2 \(fingerprint [0-9a-f]{8}\)$/);
  });

  describe("of a capture", () => {
    const record = (id: string, provider: string | null, header: string, value: string) => ({
      type: "request",
      id,
      receivedAt: at,
      method: "POST",
      target: "/hooks",
      headers: [[header, value]],
      body: { encoding: "utf8", data: body },
      provider,
    });
    const answer = (requestId: string, more: object) => ({
      type: "response",
      requestId,
      status: 200,
      kind: "status",
      durationMs: 3,
      sent: true,
      ...more,
    });
    const file = (...lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

    test("uses the provider that it recorded, or else detects it by the headers", async () => {
      const signed = record("req_1", "salesos", "X-Webhook-Signature", hex("s", body));
      expect((await verify(["--secret", "s"], file(signed))).verdict).toMatchObject({
        valid: true,
        provider: "salesos",
      });
      const unknown = record("req_1", null, "x-arjun-signature", `sha256=${hex("s", body)}`);
      expect((await verify(["--secret", "s"], file(unknown))).verdict).toMatchObject({ valid: true, provider: "10x" });
      const gone = record("req_1", "was-removed", "x-arjun-signature", `sha256=${hex("s", body)}`);
      expect((await verify(["--secret", "s"], file(gone))).verdict).toMatchObject({ valid: true, provider: "10x" });
      expect((await verify(["-p", "10x", "--secret", "s"], file(signed))).verdict.cause).not.toBeNull();
      expect(
        (await verify(["--secret", "s"], raw([`x-arjun-signature: sha256=${hex("s", body)}`]))).verdict,
      ).toMatchObject({ valid: true, provider: "10x", recorded: null });
    });

    test("shows the response that it recorded", async () => {
      const lines = [
        record("req_1", "10x", "x-arjun-signature", `sha256=${hex("s", body)}`),
        answer("req_1", { status: 401, kind: "forwarded" }),
        record("req_2", "10x", "x-arjun-signature", "none"),
        answer("req_2", { status: null, kind: "hang", sent: false }),
      ];
      const first = await verify(["--id", "req_1", "--secret", "s"], file(...lines));
      expect(first.verdict).toMatchObject({ valid: true, recorded: { status: 401, kind: "forwarded", sent: true } });
      const last = await verify(["--last", "--secret", "s"], file(...lines));
      expect(last.verdict.recorded).toEqual({ status: null, kind: "hang", sent: false });
      const { stdout } = await run(["verify", "-", "--id", "req_1", "--secret", "s"], { stdin: file(...lines), now });
      expect(stdout).toContain("response   401 (recorded, forwarded), although the signature is valid");
    });
  });

  test("takes the body that was sent alone as well as the whole request", async () => {
    const cwd = temporaryFolder();
    const received = raw([`x-arjun-signature: sha256=${hex("s", body)}`], '{"id":"evt_1","was":"altered on the way"}');
    writeFileSync(join(cwd, "received.http"), received);
    writeFileSync(join(cwd, "payload.json"), body);
    const argv = ["verify", "received.http", "-p", "10x", "--secret", "s", "--sent", "payload.json", "--json"];
    const { exit, stdout } = await run(argv, { cwd });
    expect(exit).toBe(1);
    expect(verdictOutput.parse(JSON.parse(stdout))).toMatchObject({
      findings: [{ code: "body-altered", certain: true }],
    });
  });

  test.each([
    ["signature-missing", []],
    ["signature-prefix", [`x-arjun-signature: ${hex("s", body)}`]],
    ["signature-malformed", ["x-arjun-signature: sha256=nonsense"]],
    ["signature-malformed", ["x-arjun-signature: "]],
    ["signature-encoding", [`x-arjun-signature: sha256=${hex("s", body).toUpperCase()}`]],
    ["signature-encoding", [`x-arjun-signature: sha256=${createHmac("sha256", "s").update(body).digest("base64")}`]],
    ["signature-truncated", [`x-arjun-signature: sha256=${hex("s", body).slice(0, 40)}`]],
  ])("%s is seen in %j", async (cause, headers) => {
    const { exit, verdict } = await verify(["-p", "10x", "--secret", "s"], raw(headers));
    expect({ exit, cause: verdict.cause }).toEqual({ exit: 1, cause });
  });

  const stamped = (timestamp: string, signed = timestamp): readonly string[] => [
    `X-AgentFlow-Timestamp: ${timestamp}`,
    `X-AgentFlow-Signature: sha256=${hex("s", `${signed}.${body}`)}`,
  ];

  test.each([
    [300, true, null],
    [301, false, "timestamp-stale"],
    [-300, true, null],
    [-301, false, "timestamp-future"],
  ])("a timestamp %d s old: valid %s", async (age, valid, cause) => {
    const { verdict } = await verify(["-p", "agentflow", "--secret", "s"], raw(stamped(String(now / 1000 - age))));
    expect(verdict).toMatchObject({
      valid,
      cause,
      timestamp: { value: now / 1000 - age, skewSeconds: age, toleranceSeconds: 300 },
    });
    if (!valid) expect(verdict.findings[0]).toMatchObject({ certain: true });
  });

  test("--tolerance widens the window, --at moves the moment", async () => {
    const old = raw(stamped(String(now / 1000 - 1000)));
    expect((await verify(["-p", "agentflow", "--secret", "s", "--tolerance", "20m"], old)).exit).toBe(0);
    expect((await verify(["-p", "agentflow", "--secret", "s", "--at", String(now / 1000 - 1000)], old)).exit).toBe(0);
  });

  test("a missing, malformed or repeated timestamp is distinguished from a wrong signature", async () => {
    const cause = async (headers: readonly string[]) =>
      (await verify(["-p", "agentflow", "--secret", "s"], raw(headers))).verdict.cause;
    const [, signature = ""] = stamped(String(now / 1000));
    expect(await cause([signature])).toBe("timestamp-missing");
    expect(await cause(stamped("1781870400.5"))).toBe("timestamp-malformed");
    expect(await cause([...stamped(String(now / 1000)), `X-AgentFlow-Timestamp: ${now / 1000}`])).toBe(
      "timestamp-malformed",
    );
  });

  test("a body that AgentFlow's verifier cannot decode is refused though the bytes are correctly signed", async () => {
    const bytes = Buffer.concat([Buffer.from(`{"a":"`), Buffer.from([0xff, 0xfe]), Buffer.from(`"}`)]);
    const timestamp = String(now / 1000);
    const signature = createHmac("sha256", "s").update(`${timestamp}.`).update(bytes).digest("hex");
    const { verdict } = await verify(
      ["-p", "agentflow", "--secret", "s"],
      raw([`X-AgentFlow-Timestamp: ${timestamp}`, `X-AgentFlow-Signature: sha256=${signature}`], bytes),
    );
    expect(verdict).toMatchObject({ valid: false, cause: "body-charset" });
  });

  test("SalesOS is accepted in all three notations, and the output says which", async () => {
    const scheme = async (value: string) =>
      (await verify(["-p", "salesos", "--secret", "s"], raw([`X-Webhook-Signature: ${value}`]))).verdict.scheme;
    expect(await scheme(hex("s", body))).toBe("hex");
    expect(await scheme(`sha256=${hex("s", body)}`)).toBe("prefixed");
    expect(await scheme(createHmac("sha256", "s").update(body).digest("base64"))).toBe("base64");
  });

  test.each([
    ["hex", hex("other", body), "unexplained"],
    ["prefixed", `sha256=${hex("other", body)}`, "unexplained"],
    ["base64", createHmac("sha256", "other").update(body).digest("base64"), "unexplained"],
    ["prefixed", `sha256=${hex("s", body).slice(0, 40)}`, "signature-truncated"],
  ])("a wrong SalesOS signature is reported in its own notation, %s", async (scheme, value, cause) => {
    const { verdict } = await verify(["-p", "salesos", "--secret", "s"], raw([`X-Webhook-Signature: ${value}`]));
    expect(verdict).toMatchObject({ valid: false, scheme, cause });
  });

  test("a good SHA-1 does not rescue a bad SHA-256, nor a good v1 a bad v3", async () => {
    const github = raw([
      `X-Hub-Signature: sha1=${hex("s", body, "sha1")}`,
      `X-Hub-Signature-256: sha256=${"0".repeat(64)}`,
    ]);
    expect((await verify(["-p", "github", "--secret", "s"], github)).exit).toBe(1);
  });

  test("a non-ASCII signature of the right length is refused, not crashed on", async () => {
    const { exit, verdict } = await verify(
      ["-p", "10x", "--secret", "s"],
      raw([`x-arjun-signature: sha256=${"é".repeat(64)}`]),
    );
    expect(exit).toBe(1);
    expect(verdict.cause).toBe("signature-malformed");
  });

  test("a body with -H headers, and a capture judged at the time it came", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "payload.json"), body);
    const direct = await run(
      [
        "verify",
        "-p",
        "10x",
        "--body",
        "payload.json",
        "-H",
        `X-Arjun-Signature: sha256=${hex("s", body)}`,
        "--secret",
        "s",
      ],
      { cwd },
    );
    expect(direct.exit).toBe(0);
    const old = now - 86_400_000;
    const line = JSON.stringify({
      type: "request",
      id: "req_1",
      receivedAt: new Date(old).toISOString(),
      method: "POST",
      target: "/",
      httpVersion: "1.1",
      headers: stamped(String(old / 1000)).map((header) => header.split(": ")),
      body: { encoding: "utf8", data: body },
    });
    writeFileSync(join(cwd, "capture.ndjson"), `${line}\n`);
    const captured = await run(["verify", "capture.ndjson", "-p", "agentflow", "--secret", "s"], { cwd, now });
    expect(captured.exit).toBe(0);
    expect(
      (await run(["verify", "capture.ndjson", "-p", "agentflow", "--secret", "s", "--at", at], { cwd, now })).exit,
    ).toBe(1);
  });

  test("text output: the verdict, the secret, the timestamp", async () => {
    const { stdout } = await run(["verify", "-", "-p", "agentflow", "--secret", "s"], {
      stdin: raw(stamped(String(now / 1000 - 30))),
      now,
    });
    expect(stdout).toBe(
      "✓ valid agentflow (hmac)\n  secret     --secret (fingerprint 043a7187)\n" +
        `  timestamp  ${now / 1000 - 30} (30s old, tolerance 5m)\n`,
    );
  });
});

describe("verify asked wrongly", () => {
  test.each([
    ["no secret", ["-p", "10x"], raw([]), "secret-missing"],
    ["Apex without its header", ["-p", "apex", "--secret", "s"], raw([]), "unsupported"],
    ["an unknown provider", ["-p", "nope", "--secret", "s"], raw([]), "unknown-provider"],
    ["a bad tolerance", ["-p", "10x", "--secret", "s", "--tolerance", "5x"], raw([]), "usage"],
    ["half a HAR", ["-p", "10x", "--secret", "s"], '{"log":{"entries":[', "input-malformed"],
  ])("%s", async (_what, argv, stdin, code) => {
    const { exit, stdout } = await run(["verify", "-", ...argv, "--json"], { stdin });
    expect(exit).toBe(2);
    expect(errorOutput.parse(JSON.parse(stdout)).error.code).toBe(code);
  });
});

describe("contradictions are refused, for one of the two would be passed over", () => {
  const file = join(temporaryFolder(), "request.http");
  writeFileSync(file, raw([`x-arjun-signature: sha256=${hex("s", body)}`]));
  const asked = ["-p", "10x", "--secret", "env:S"];
  const env = { S: "s" };

  test.each([
    ["a request and --body", [file, "--body", file], "a request"],
    ["--id and --last", [file, "--id", "req_1", "--last"], "option '--last' cannot be used with option '--id <id>'"],
    ["an id in a file that has none", [file, "--id", "req_1"], "is not a capture file: it has no request req_1"],
    ["an entry of a single request", [file, "--entry", "4"], "contains one request; there is no entry 4"],
    ["standard input twice", ["-", "--sent", "-"], "standard input (-) can only be read once"],
  ])("%s", async (_what, argv, message) => {
    const { exit, stderr } = await run(["verify", ...argv, ...asked], {
      env,
      stdin: raw([`x-arjun-signature: sha256=${hex("s", body)}`]),
    });
    expect(stderr).toContain(message);
    expect(exit).toBe(2);
  });

  test("who is to type the request at a terminal is told how that ends; a pipe and --quiet are told nothing", async () => {
    const stdin = raw([`x-arjun-signature: sha256=${hex("s", body)}`]);
    const argv = ["verify", "-p", "10x", "--secret", "env:S"];
    const [typed, piped, quiet] = await Promise.all([
      run(argv, { stdin, env: { S: "s" }, typed: true }),
      run(argv, { stdin, env: { S: "s" } }),
      run([...argv, "--quiet"], { stdin, env: { S: "s" }, typed: true }),
    ]);
    expect(typed).toMatchObject({ exit: 0, stderr: "reading standard input: press Ctrl-D to finish\n" });
    expect(piped).toMatchObject({ exit: 0, stdout: typed.stdout, stderr: "" });
    expect(quiet).toMatchObject({ exit: 0, stderr: "" });
  });

  test("a complete request with -H is treated as a body, with a notice", async () => {
    const { stderr } = await run(["verify", file, ...asked, "-H", "x-arjun-signature: sha256=00"], { env });
    expect(stderr).toContain("is a complete request; with -H it is treated as a body only");
  });
});

test("a body that arrived compressed is not also noted as no UTF-8", async () => {
  const cwd = temporaryFolder();
  const body = '{"zen":"x"}';
  writeFileSync(join(cwd, "body"), gzipSync(body));
  const signed = `X-Hub-Signature-256: sha256=${createHmac("sha256", "s3cret-s3cret").update(body).digest("hex")}`;
  const argv = ["verify", "-p", "github", "--body", "body", "-H", signed, "--secret", "env:S", "--json"];
  const { stdout } = await run(argv, { cwd, env: { S: "s3cret-s3cret" } });
  expect(JSON.parse(stdout)).toMatchObject({ cause: "body-compressed", notes: [] });
});

test("with --sent, the fix has the whole command that shows what differs", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "push.json"), '{"zen":"xyz"}');
  writeFileSync(join(cwd, "got.json"), '{"zen":"abcd"}');
  const signed = `X-Hub-Signature-256: sha256=${"0".repeat(64)}`;
  const argv = [
    "verify",
    "-p",
    "github",
    "--body",
    "got.json",
    "--sent",
    "push.json",
    "-H",
    signed,
    "--secret",
    "env:S",
  ];
  const { stdout } = await run([...argv, "--json"], { cwd, env: { S: "s3cret-s3cret" } });
  const { findings } = JSON.parse(stdout) as {
    findings: readonly { readonly message: string; readonly fix: string }[];
  };
  expect(findings[0]?.message).toContain("they differ from byte 8 (13 bytes sent, 14 received)");
  expect(findings[0]?.fix).toMatch(
    /^See what differs: hookproof compare push\.json got\.json --body-only\. Find the hop/,
  );
  expect((await run(["compare", "push.json", "got.json", "--body-only"], { cwd })).exit).toBe(1);
});
