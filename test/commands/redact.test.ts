import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { redactOutput } from "../../src/commands/redact/schema.ts";
import { readCaptures } from "../../src/formats/capture-read.ts";
import { readRequest, readRequests } from "../../src/formats/read.ts";
import { opened, planted, plants } from "../evidence/planted.ts";
import { run, temporaryFolder } from "../support/run.ts";

const folderWith = (files: Readonly<Record<string, string | Buffer>>): string => {
  const cwd = temporaryFolder();
  for (const [name, data] of Object.entries(files)) writeFileSync(join(cwd, name), data);
  return cwd;
};

const har = JSON.stringify({
  log: {
    version: "1.2",
    creator: { name: "x", version: "1" },
    entries: [
      {
        startedDateTime: "2026-11-30T10:00:00.123Z",
        time: 41.5,
        request: {
          method: "POST",
          url: `https://app:${planted(1)}@hooks.example/in?access_token=${planted(2)}&page=2`,
          httpVersion: "HTTP/1.1",
          headers: [
            { name: "Authorization", value: `Bearer ${planted(3)}` },
            { name: "X-GitHub-Delivery", value: "72d3162e-cc78-11e3-81ab-4c9367dc0958" },
            { name: "Cookie", value: `session=${planted(4)}` },
          ],
          cookies: [{ name: "session", value: planted(4) }],
          queryString: [{ name: "access_token", value: planted(2) }],
          postData: {
            mimeType: "application/json",
            text: JSON.stringify({ id: "evt_7c1d09e4", password: planted(5), email: "jo@acme.example" }),
          },
        },
        response: {
          status: 401,
          statusText: "Unauthorized",
          headers: [{ name: "Set-Cookie", value: `sid=${planted(6)}; Path=/` }],
          content: {
            size: 9,
            mimeType: "application/json",
            encoding: "base64",
            text: Buffer.from(JSON.stringify({ ok: false, api_key: planted(7) })).toString("base64"),
          },
        },
      },
    ],
  },
});

const capture = [
  {
    type: "request",
    id: "req_1a2b3c4d_1",
    receivedAt: "2026-11-30T10:00:00.123Z",
    method: "POST",
    target: `/hooks?token=${planted(8)}`,
    headers: [
      ["Host", "hooks.example"],
      ["X-Hub-Signature-256", "sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"],
      ["X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"],
      ["X-GitHub-Event", "push"],
      ["X-Api-Key", planted(9)],
    ],
    body: {
      encoding: "base64",
      data: Buffer.from(`\u{feff}{"id":"evt_7c1d09e4","secret":"${planted(10)}"}`).toString("base64"),
    },
    provider: "github",
    eventId: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    eventType: "push",
  },
  {
    type: "response",
    requestId: "req_1a2b3c4d_1",
    status: 401,
    kind: "status",
    durationMs: 3,
    sent: true,
  },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join("");

const curl = `curl -X POST 'https://hooks.example/in' \\
  -H 'Authorization: Bearer ${planted(11)}' \\
  -H 'X-GitHub-Event: push' \\
  -u 'app:${planted(12)}' \\
  --data-raw '{"id":"evt_7c1d09e4","client_secret":"${planted(13)}"}'
`;

const secretsIn = (text: string): readonly number[] =>
  Array.from({ length: 20 }, (_, at) => at).filter((at) => text.includes(planted(at).slice(2, 14)));

describe("each kind of file is detected by its content and stays valid", () => {
  test("a HAR, its bodies in base64 too", async () => {
    const { exit, stdout, stderr } = await run(["redact", "any.txt"], { cwd: folderWith({ "any.txt": har }) });
    expect({ exit, left: secretsIn(stdout) }).toEqual({ exit: 0, left: [] });
    expect(stderr).toMatch(/any\.txt: \d+ values masked/);
    const [request] = await readRequests(Buffer.from(stdout), "x");
    const [entry] = JSON.parse(stdout).log.entries;
    expect(request?.headers[1]).toEqual(["X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"]);
    expect(JSON.parse(request?.body.toString("utf8") ?? "").id).toBe("evt_7c1d09e4");
    expect(entry).toMatchObject({ startedDateTime: "2026-11-30T10:00:00.123Z", time: 41.5, response: { status: 401 } });
    const content = Buffer.from(entry.response.content.text, "base64").toString("utf8");
    expect(JSON.parse(content)).toEqual({ ok: false, api_key: expect.stringMatching(/^\[redacted:/) });
  });

  test("a capture, its body in base64", async () => {
    const { exit, stdout } = await run(["redact", "-"], { stdin: capture });
    expect({ exit, left: secretsIn(stdout) }).toEqual({ exit: 0, left: [] });
    const { records, others } = readCaptures(Buffer.from(stdout), "x");
    expect(records).toMatchObject([
      { id: "req_1a2b3c4d_1", receivedAt: "2026-11-30T10:00:00.123Z", eventId: "72d3162e-cc78-11e3-81ab-4c9367dc0958" },
    ]);
    const body = Buffer.from(records[0]?.body.data ?? "", "base64").toString("utf8");
    expect(body).toMatch(/"id":"evt_7c1d09e4","secret":"\[redacted:/);
    expect(others).toEqual([JSON.parse(capture.split("\n")[1] ?? "")]);
    expect(stdout.endsWith("}\n")).toBe(true);
  });

  test("a curl command", async () => {
    const { exit, stdout } = await run(["redact", "-"], { stdin: curl });
    expect({ exit, left: secretsIn(stdout) }).toEqual({ exit: 0, left: [] });
    const request = await readRequest(Buffer.from(stdout), "x");
    expect(request.headers).toContainEqual(["X-GitHub-Event", "push"]);
    expect(JSON.parse(request.body.toString("utf8"))).toEqual({
      id: "evt_7c1d09e4",
      client_secret: expect.stringMatching(/^\[redacted:/),
    });
  });

  test.each([
    ["an empty file", "", ""],
    ["a line without its end", "status=401", "status=401"],
    ["lines with CR", "a=1\r\nb=2\r\n", "a=1\r\nb=2\r\n"],
    [
      "bytes that are no UTF-8",
      Buffer.from("caf\xe9 status=401\n", "latin1"),
      Buffer.from("caf\xe9 status=401\n", "latin1"),
    ],
    ["a truncated JSON document", '{"id":"evt_7c1d09e4",\n "x', '{"id":"evt_7c1d09e4",\n "x'],
  ])("%s is left unchanged", async (_, stdin, expected) => {
    const { exit, bytes } = await run(["redact", "-"], { stdin });
    expect({ exit, text: bytes.toString("latin1") }).toEqual({
      exit: 0,
      text: Buffer.from(expected).toString("latin1"),
    });
  });

  test.each([
    ["gzip", Buffer.from("1f8b0800", "hex"), "gunzip"],
    ["zip", Buffer.from("504b03041400", "hex"), "evidence redact"],
    ["UTF-16", Buffer.from("\ufeffpassword=x", "utf16le"), "UTF-8"],
  ])("%s is refused: nothing in it could be masked", async (_, stdin, hint) => {
    const { exit, stdout, stderr } = await run(["redact", "-"], { stdin });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(hint);
  });
});

test("secrets planted in every kind of file do not appear in the output", async () => {
  const survived: string[] = [];
  for (const { input, hidden, secret } of plants(3, 160)) {
    const env = secret === undefined ? {} : { SECRET: secret };
    const given = secret === undefined ? [] : ["--secret", "env:SECRET"];
    const { exit, stdout } = await run(["redact", "-", "-q", ...given], { stdin: input, env });
    const shown = opened(stdout);
    if (exit !== 0 || hidden.some((one) => shown.includes(one))) survived.push(`${exit} ${input} => ${stdout}`);
  }
  expect(survived).toEqual([]);
});

test("a credential that is named in one file is masked in all, before and after", async () => {
  const cwd = folderWith({
    "a.log": `retry with ${planted(14)} now\n`,
    "b.log": `password=${planted(14)}\n`,
  });
  const { exit } = await run(["redact", "a.log", "b.log", "--suffix", "-public"], { cwd });
  const [a, b] = ["a-public.log", "b-public.log"].map((name) => readFileSync(join(cwd, name), "utf8"));
  expect(exit).toBe(0);
  const token = /\[redacted:[a-z]+:[0-9a-f]+\]/.exec(b ?? "")?.[0];
  expect(a).toBe(`retry with ${token} now\n`);
  expect(statSync(join(cwd, "a-public.log")).mode & 0o777).toBe(0o600);
});

test("secrets of --secret, the environment and the store are masked, however they are written", async () => {
  const home = temporaryFolder();
  const env = { HOOKPROOF_HOME: home, HOOKPROOF_SECRET: planted(15), OTHER: planted(16) };
  await run(["secret", "set", "stripe"], { env, stdin: planted(17) });
  const text = [
    planted(15),
    Buffer.from(planted(16)).toString("hex"),
    `${planted(17).slice(0, 14)}\n${planted(17).slice(14)}`,
  ];
  const { stdout } = await run(["redact", "-", "--secret", "env:OTHER"], { env, stdin: `got ${text.join(" and ")}\n` });
  expect(stdout.replace(/:[0-9a-f]{4,}\]/g, "]")).toBe(
    "got [redacted:known-secret] and [redacted:known-secret] and [redacted:known-secret]\n[redacted:known-secret]\n",
  );
});

test("a large log goes through in pieces; a key, and a secret that is cut, over their edges too", async () => {
  const filler = (count: number): string =>
    `2026-11-30T10:00:00Z GET /health 200 ok ${"x ".repeat(20)}\n`.repeat(count);
  const pem = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n".repeat(26)}-----END PRIVATE KEY-----\n`;
  const size = filler(1).length;
  const perBatch = Math.ceil((1 << 20) / size);
  const cut = `${planted(18).slice(0, 14)}\n${planted(18).slice(14)}\n`;
  // Around the end of a batch at every distance, so that some edge goes through each.
  const parts = Array.from({ length: 3 }, (_, at) => filler(perBatch - 40 - 30 * at) + pem + cut);
  const text = parts.join("") + filler(10);
  const cwd = folderWith({ "big.log": text });
  const env = { HOOKPROOF_SECRET: planted(18) };
  const { exit, stdout } = await run(["redact", "big.log", "-o", "out.log", "--json"], { cwd, env });
  const shown = readFileSync(join(cwd, "out.log"), "utf8");
  expect(exit).toBe(0);
  expect(shown.includes("MIIEvQ")).toBe(false);
  expect(shown.includes(planted(18).slice(0, 14)) || shown.includes(planted(18).slice(14))).toBe(false);
  const [before, after] = [text.split("\n"), shown.split("\n")];
  expect(after.length).toBe(before.length);
  expect(after.filter((line) => line.includes("/health")).length).toBe(
    before.filter((line) => line.includes("/health")).length,
  );
  const { redactions } = redactOutput.parse(JSON.parse(stdout));
  // Seen beside a batch and again in it, and counted once.
  expect(redactions.filter(({ rule }) => rule === "known-secret").reduce((sum, { count }) => sum + count, 0)).toBe(6);
  expect(redactions.every(({ file }) => file === "big.log")).toBe(true);
});

describe("--check", () => {
  test("reports rules and places, writes nothing, and never shows a value", async () => {
    const cwd = folderWith({ "a.har": har, "b.ndjson": capture, "c.log": "status=200\n" });
    const { exit, stdout } = await run(["redact", "--check", "a.har", "b.ndjson", "c.log", "--json"], { cwd });
    expect({ exit, left: secretsIn(stdout), names: readdirSync(cwd).toSorted() }).toEqual({
      exit: 1,
      left: [],
      names: ["a.har", "b.ndjson", "c.log"],
    });
    const report = redactOutput.parse(JSON.parse(stdout));
    expect(report.files.map(({ kind, output }) => [kind, output])).toEqual([
      ["har", null],
      ["capture", null],
      ["log", null],
    ]);
    expect(report.files[2]?.masked).toBe(0);
    expect(report.redactions).toContainEqual({ rule: "cookie", file: "a.har", place: "header Cookie", count: 1 });
    const people = await run(["redact", "--check", "a.har", "c.log"], { cwd });
    expect(people.stdout).toMatch(/✗ a\.har har: \d+ values to mask/);
    expect(people.stdout).toContain("✓ c.log log: nothing to mask");
    expect(secretsIn(people.stdout)).toEqual([]);
  });

  test("exits 0 if there is nothing to mask", async () => {
    expect((await run(["redact", "--check", "-"], { stdin: "status=200\n" })).exit).toBe(0);
  });
});

describe("rules of one's own", () => {
  const rules = JSON.stringify({ rules: [{ name: "customer", pattern: "cus_[A-Za-z0-9]+" }] });

  test("--rules masks more, --keep less", async () => {
    const cwd = folderWith({ "rules.json": rules });
    const stdin = "cus_Q1 jo@acme.example\n";
    const masked = await run(["redact", "-", "--rules", "rules.json"], { cwd, stdin });
    expect(masked.stdout).toMatch(/^\[redacted:customer:\w+\] \[redacted:email:\w+\]\n$/);
    const kept = await run(["redact", "-", "--rules", "rules.json", "--keep", "email"], { cwd, stdin });
    expect(kept.stdout).toMatch(/^\[redacted:customer:\w+\] jo@acme.example\n$/);
  });
});

describe("where it goes", () => {
  const files = { "a.log": "password=hunter2hunter2\n", "b.log": "x\n", "there.log": "mine\n" };

  test("several files into a folder", async () => {
    const cwd = folderWith(files);
    mkdirSync(join(cwd, "out"));
    expect((await run(["redact", "a.log", "b.log", "-o", "out"], { cwd })).exit).toBe(0);
    expect(readdirSync(join(cwd, "out")).toSorted()).toEqual(["a.log", "b.log"]);
  });

  test.each([
    ["several files to one place", ["a.log", "b.log"], "-o FOLDER/"],
    ["over what is there", ["a.log", "-o", "there.log"], "already exists"],
    ["over itself, forced too", ["a.log", "-o", "./a.log", "--force"], "is an input file"],
    ["over itself by another name", ["a.log", "-o", "link.log", "--force"], "is an input file"],
    ["into its own folder", ["a.log", "-o", ".", "--force"], "is an input file"],
    ["standard input with a suffix", ["-", "--suffix", "-x"], "-o FILE"],
    ["the report and the file on one stream", ["a.log", "--json"], "--check"],
    ["standard input twice", ["-", "-", "-o", "new/"], "two files"],
    ["a file that is not there", ["none.log", "-o", "new.log"], "none.log"],
  ])("%s: refused, and nothing is touched", async (_, argv, says) => {
    const cwd = folderWith(files);
    symlinkSync("a.log", join(cwd, "link.log"));
    const { exit, stdout, stderr } = await run(["redact", ...argv], { cwd, stdin: "x\n" });
    expect(exit).toBe(2);
    expect(stdout + stderr).toContain(says);
    expect(Object.fromEntries(Object.keys(files).map((name) => [name, readFileSync(join(cwd, name), "utf8")]))).toEqual(
      files,
    );
    expect(existsSync(join(cwd, "new.log"))).toBe(false);
  });

  test("--force writes over another file, and no draft is left behind", async () => {
    const cwd = folderWith(files);
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("hookproof-redact-")).length;
    expect((await run(["redact", "a.log", "-o", "there.log", "--force"], { cwd })).exit).toBe(0);
    expect(readFileSync(join(cwd, "there.log"), "utf8")).toMatch(/^password=\[redacted:/);
    expect(readdirSync(cwd).toSorted()).toEqual(["a.log", "b.log", "there.log"]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("hookproof-redact-")).length).toBeLessThanOrEqual(
      before,
    );
  });
});
