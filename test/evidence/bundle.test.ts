import { execFileSync } from "node:child_process";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import yazl from "yazl";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { readZip } from "../../src/evidence/bundle/read.ts";
import { refuseLeaks } from "../../src/evidence/bundle/make.ts";
import { Secret } from "../../src/values/secret.ts";
import { packZip, versionOf, writeNew } from "../../src/evidence/bundle/archive.ts";
import { openDlq } from "../../src/dlq/open.ts";
import { findProfile } from "../../src/providers/index.ts";
import { buildRequest } from "../../src/signature/build-request.ts";
import { captureRecord } from "../../src/formats/capture.ts";
import type { HeaderPair } from "../../src/request/request.ts";
import { evidenceOutput, evidenceRedactOutput, evidenceVerifyOutput } from "../../src/commands/evidence/schema.ts";
import { run, temporaryFolder } from "../support/run.ts";
import { planted } from "./planted.ts";
import { captureLine } from "../support/requests.ts";

const noon = Date.parse("2026-06-19T12:00:00Z");
const eventId = "evt_8f2c41d09ab7";

const capture = (body: string | Buffer, headers: readonly HeaderPair[] = [], target = "/webhooks/10x"): string =>
  [
    captureLine(
      captureRecord(
        {
          method: "POST",
          target,
          httpVersion: "1.1",
          headers: [
            ["Host", "hooks.acme.example"],
            ["Content-Type", "application/json"],
            ["x-arjun-event-type", "link.clicked"],
            ["x-arjun-attempt", "1"],
            ...headers,
          ],
          body: Buffer.from(body),
          receivedAt: noon,
        },
        { id: "req_1", eventId, eventType: "link.clicked" },
      ),
    ),
    JSON.stringify({ type: "response", requestId: "req_1", status: 401, kind: "status", durationMs: 12, sent: true }),
    "",
  ].join("\n");

const payload = (extra: object = {}): string =>
  JSON.stringify({
    id: eventId,
    type: "link.clicked",
    handle: "acme",
    occurredAt: "2026-06-19T12:00:00Z",
    payload: extra,
  });
const log = (text = ""): string =>
  `198.51.100.7 - - [19/Jun/2026:12:00:00 +0000] "POST /webhooks/10x${text} HTTP/1.1" 401 31 "-" "10x"\n`;

const folderWith = (files: Readonly<Record<string, string | Buffer>>): string => {
  const folder = temporaryFolder();
  for (const [name, data] of Object.entries(files)) writeFileSync(join(folder, name), data);
  return folder;
};

const complete = [
  "evidence",
  "-p",
  "10x",
  "--event",
  eventId,
  "--subscription",
  "sub_91",
  "--from",
  "c.ndjson",
  "--receiver-log",
  "a.log",
  "--deploys",
  "d.txt",
];
const usual = () =>
  folderWith({ "c.ndjson": capture(payload()), "a.log": log(), "d.txt": "2026-06-19T11:46:00Z v1.4.2 express 5\n" });

describe("hookproof evidence", () => {
  test("collects all eight items of the 10x document with one command", async () => {
    const cwd = usual();
    const { exit, stdout } = await run([...complete, "-o", "case.zip", "--json"], { cwd, now: noon + 60_000 });
    const data = evidenceOutput.parse(JSON.parse(stdout));
    expect(exit).toBe(0);
    expect(data.complete).toBe(true);
    expect(data.items.map((item) => [item.id, item.status, item.value])).toEqual([
      ["handle", "collected", "acme"],
      ["subscription", "collected", "sub_91"],
      ["event", "collected", eventId],
      ["receiver", "collected", "hooks.acme.example/webhooks/10x"],
      ["time", "collected", "2026-06-19T12:00:00.000Z"],
      ["log", "collected", "1 line showing 401"],
      ["traffic", "collected", "live traffic (link.clicked); no failed webhook.test in the sources"],
      ["changes", "collected", "1 between 2026-06-12T12:00Z and 2026-06-19T13:00Z, last deploy v1.4.2"],
    ]);
    const files = await readZip(join(cwd, "case.zip"), "case.zip");
    expect(files.map(({ name }) => name)).toEqual([
      "SUMMARY.md",
      "report.html",
      "diagnosis.json",
      "deliveries.ndjson",
      "captures.har",
      "receiver.log",
      "environment.json",
      "repro.sh",
      "redactions.json",
      "manifest.json",
    ]);
    expect(statSync(join(cwd, "case.zip")).mode & 0o777).toBe(0o600);
  });

  test("--keep shows what somebody decided to show, and nothing shows a known secret", async () => {
    const cwd = folderWith({
      "c.ndjson": capture(payload(), [["X-Region", "eu-1"]]),
      "a.log": log().replace(
        '"10x"',
        '"10x" call +14155550123 ssn 123-45-6789 X-Api-Key: hunter2 whsec_bm90IGEgcmVhbCBvbmU=',
      ),
      "d.txt": "2026-06-19T11:46:00Z v1.4.2 express 5\n",
    });
    const bundleText = async (name: string, keep: readonly string[]): Promise<string> => {
      const env = { WEBHOOK_SECRET: "whsec_bm90IGEgcmVhbCBvbmU=" };
      await run([...complete, "--secret", "env:WEBHOOK_SECRET", ...keep, "-o", name], { cwd, env, now: noon + 60_000 });
      const files = await readZip(join(cwd, name), name);
      return files.map(({ data }) => data.toString("utf8")).join("\n");
    };
    const hidden = ["+14155550123", "123-45-6789", "eu-1", "hunter2", "bm90IGEgcmVhbCBvbmU"];
    const masked = await bundleText("masked.zip", []);
    expect(hidden.filter((one) => masked.includes(one))).toEqual([]);
    expect(masked).toContain("(salted ");
    const kept = await bundleText(
      "kept.zip",
      ["phone", "x-region", "secret"].flatMap((name) => ["--keep", name]),
    );
    expect(hidden.filter((one) => kept.includes(one))).toEqual(["+14155550123", "eu-1"]);
  });

  test("with nothing but an event id says honestly what is missing, writes the bundle, and ends with 1", async () => {
    const cwd = temporaryFolder();
    const { exit, stdout } = await run(["evidence", "-p", "10x", "--event", "evt_1", "-o", "case.zip", "--json"], {
      cwd,
      now: noon,
    });
    const data = evidenceOutput.parse(JSON.parse(stdout));
    expect(exit).toBe(1);
    expect(
      data.items.filter((item) => item.status === "missing").map((item) => [item.id, (item.how ?? "").length > 20]),
    ).toEqual(["handle", "subscription", "receiver", "time", "log", "traffic", "changes"].map((id) => [id, true]));
    expect(data.conclusion.tone).toBe("open");
    expect(statSync(join(cwd, "case.zip")).size).toBeGreaterThan(1000);
  });

  test("never overwrites, and leaves no part behind", async () => {
    const cwd = usual();
    writeFileSync(join(cwd, "case.zip"), "mine");
    const { exit, stderr } = await run([...complete, "-o", "case.zip"], { cwd });
    expect(exit).toBe(2);
    expect(stderr).toContain("case.zip already exists");
    expect(readFileSync(join(cwd, "case.zip"), "utf8")).toBe("mine");
    expect(execFileSync("ls", ["-A", cwd], { encoding: "utf8" })).not.toContain(".part");
  });

  test("a rerun replaces an incomplete bundle of the same event, and with --force anything", async () => {
    const cwd = usual();
    const bare = ["evidence", "-p", "10x", "--from", "c.ndjson", "-o", "case.zip"];
    expect((await run([...bare, "--event", eventId], { cwd })).exit).toBe(1);
    expect((await run([...bare, "--event", "evt_other"], { cwd })).stderr).toContain("case.zip already exists");
    expect((await run([...complete, "-o", "case.zip"], { cwd })).exit).toBe(0);
    const bundle = readFileSync(join(cwd, "case.zip"));
    // It is complete now.
    const again = await run([...complete, "-o", "case.zip"], { cwd });
    expect([again.exit, again.stderr]).toEqual([2, expect.stringContaining("--force")]);
    expect(readFileSync(join(cwd, "case.zip"))).toEqual(bundle);
    writeFileSync(join(cwd, "case.zip"), "mine");
    expect((await run([...complete, "-o", "case.zip", "--force"], { cwd })).exit).toBe(0);
    expect((await run(["evidence", "verify", "case.zip"], { cwd })).exit).toBe(0);
  });

  test("nothing but a regular file is read or replaced, with --force neither", async () => {
    const cwd = usual();
    execFileSync("mkfifo", [join(cwd, "case.zip")]);
    for (const force of [[], ["--force"]]) {
      const { exit, stderr } = await run([...complete, "-o", "case.zip", ...force], { cwd });
      expect([exit, stderr]).toEqual([2, expect.stringContaining("case.zip exists and is not a regular file")]);
    }
    expect(statSync(join(cwd, "case.zip")).isFIFO()).toBe(true);
  });

  test("a bundle that somebody else wrote in the meantime is not replaced", async () => {
    const path = join(temporaryFolder(), "case.zip");
    writeFileSync(path, "incomplete");
    const version = await versionOf(path, "case.zip");
    writeFileSync(path, "complete");
    await expect(writeNew(path, "case.zip", Buffer.from("mine"), "a", version)).rejects.toThrow("already exists");
    expect(readFileSync(path, "utf8")).toBe("complete");
    await writeNew(path, "case.zip", Buffer.from("mine"), "a", await versionOf(path, "case.zip"));
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  test("a dry run shows the same and writes nothing", async () => {
    const cwd = usual();
    const { exit, stdout } = await run([...complete, "--dry-run"], { cwd });
    expect(exit).toBe(0);
    expect(stdout).toContain("would write SUMMARY.md, report.html");
    expect(execFileSync("ls", ["-A", cwd], { encoding: "utf8" })).toBe("a.log\nc.ndjson\nd.txt\n");
  });

  test("the page shows hostile values as text, and its policy allows no script", async () => {
    const cwd = folderWith({
      "c.ndjson": capture(payload({ "</script><script>alert(1)</script>": "x" }), [
        ["User-Agent", '"><img src=x onerror=alert(1)>\u001b[2J'],
      ]),
      "a.log": `2026-06-19T12:00:00Z ${eventId} status 401 <script>alert(2)</script> \u202egnp.exe ${"long".repeat(5000)}\n`,
      "d.txt": "2026-06-19T11:46:00Z <b>v1</b> ]]><svg/onload=alert(3)>\n",
    });
    const { exit } = await run([...complete, "--note", "<iframe>", "--case-id", "\u0007</title>", "-o", "case.zip"], {
      cwd,
    });
    expect(exit).toBe(0);
    const page =
      (await readZip(join(cwd, "case.zip"), "x")).find(({ name }) => name === "report.html")?.data.toString("utf8") ??
      "";
    expect(page).not.toMatch(
      /<script|<img|<iframe|<b>v1|<svg\/onload|on(?:load|error)=(?!alert\(\d\)&gt;|alert\(1\)&gt;)/,
    );
    expect(page).not.toMatch(/[\u001b\u0007\u202e]/);
    expect(page).toMatch(/default-src &#39;none&#39;; style-src &#39;sha256-|default-src 'none'; style-src 'sha256-/);
    expect(page).toContain("\\u{202e}");
  });

  test("evidence of the same case made twice with the same randomness is the same file", async () => {
    const files = [{ name: "a.txt", data: Buffer.from("x") }];
    expect((await packZip(files)).equals(await packZip(files))).toBe(true);
  });
});

describe("the verdict of the bundle", () => {
  const profile = findProfile("10x");
  const secret = "topsecret-10x-signing-key";
  const body = Buffer.from(payload({ link: "https://acme.example/spring" }).replaceAll("/", "\\/"));
  const { request } = buildRequest({
    profile,
    secret: new Secret("--secret", secret),
    body,
    url: "https://hooks.acme.example/webhooks/10x",
    eventId,
    eventType: "link.clicked",
    attempt: 0,
    at: noon,
    uuid: () => "11111111-1111-4111-8111-111111111111",
  });
  const captured = (bytes: Buffer): string =>
    [
      captureLine(captureRecord({ ...request, body: bytes, receivedAt: noon }, { id: "req_1", eventId })),
      JSON.stringify({ type: "response", requestId: "req_1", status: 401, durationMs: 9 }),
    ].join("\n");
  const verdictOf = async (lines: string, ...more: string[]) => {
    const cwd = folderWith({ "c.ndjson": lines });
    const { stdout } = await run(
      [
        "evidence",
        "-p",
        "10x",
        "--event",
        eventId,
        "--from",
        "c.ndjson",
        "--secret",
        secret,
        ...more,
        "-o",
        "z.zip",
        "--json",
      ],
      { cwd, now: noon + 60_000 },
    );
    const files = await readZip(join(cwd, "z.zip"), "z.zip");
    return {
      data: evidenceOutput.parse(JSON.parse(stdout)),
      text: (name: string) => files.find((file) => file.name === name)?.data.toString("utf8") ?? "",
    };
  };

  test("names what changed the body, with proof, judged before anything was masked", async () => {
    const { data, text } = await verdictOf(captured(Buffer.from(body.toString().replaceAll("\\/", "/"))));
    expect(data.conclusion).toMatchObject({
      tone: "bad",
      proved: true,
      verdict: "The body that was verified is not the body that was signed (body-escapes)",
    });
    const diagnosis = JSON.parse(text("diagnosis.json"));
    expect(diagnosis.signature.cause).toBe("body-escapes");
    expect(diagnosis.signature.secrets).toEqual([
      {
        name: "--secret",
        fingerprint: createHmac("sha256", Buffer.from(diagnosis.salt, "hex")).update(secret).digest("hex").slice(0, 8),
      },
    ]);
    expect(JSON.stringify(diagnosis)).not.toContain(createHash("sha256").update(secret).digest("hex").slice(0, 8));
    expect(text("report.html")).toContain("body-escapes");
  });

  test("says that the receiver refuses a good signature, where it does", async () => {
    const { data } = await verdictOf(captured(body));
    expect(data.conclusion).toMatchObject({
      proved: true,
      verdict: "The signature is valid, but the receiver returned 401",
    });
  });

  test("a refused connection is not DNS, TLS or a firewall, from a DLQ's entry", async () => {
    const home = temporaryFolder();
    const attempt = {
      number: 5,
      startedAt: "2026-06-19T12:00:00.000Z",
      durationMs: 3,
      timings: { dnsMs: 1, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 3 },
      status: null,
      outcome: "terminal" as const,
      reason: "refused",
      nextDelayMs: null,
      error: { kind: "refused" as const, code: "ECONNREFUSED", message: "connect ECONNREFUSED" },
    };
    const dlq = await openDlq(undefined, {
      folders: { data: home },
      cwd: home,
      processInfo: { host: "h", pid: process.pid, exists: () => true },
      now: () => noon,
      randomBytes,
    });
    await dlq.add({
      eventId,
      eventType: "webhook.test",
      provider: "10x",
      url: "https://hooks.acme.example/webhooks/10x",
      failedAt: noon,
      reason: "refused",
      request,
      attempts: [attempt],
    });
    await dlq.close();
    const { data } = await verdictOf(readFileSync(join(home, "dlq.ndjson"), "utf8"));
    expect(data.conclusion.verdict).toBe("No response: refused (ECONNREFUSED)");
    expect(data.conclusion.next).toBe("Start the receiver, or correct the address.");
    expect(data.items.find(({ id }) => id === "traffic")?.value).toBe(
      "test only (webhook.test); no live failure in the sources",
    );
    expect(data.items.find(({ id }) => id === "receiver")?.value).toBe("hooks.acme.example/webhooks/10x");
  });
});

describe("two hundred planted secrets", () => {
  test("are nowhere in the bundle, and nothing that support needs is masked", async () => {
    const secrets = Array.from({ length: 200 }, (_, number) => planted(number));
    const s = (number: number): string => secrets[number] ?? "";
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    const headers: HeaderPair[] = Array.from(
      { length: 30 },
      (_, index): HeaderPair =>
        [
          ["Authorization", `Bearer ${s(index)}`],
          ["Cookie", `sid=${s(index)}`],
          ["X-Api-Key", s(index)],
          ["x-arjun-signature", `sha256=${s(index)}`],
          [`X-Own-${index}`, s(index)],
        ][index % 5] as unknown as HeaderPair,
    );
    const query = Array.from(
      { length: 30 },
      (_, index) =>
        `${["token", "code", "key", "state", "x"][index % 5]}${index}=${index % 2 === 0 ? s(30 + index) : encodeURIComponent(s(30 + index))}`,
    ).join("&");
    const json = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => {
        const secret = s(60 + index);
        const values = [
          secret,
          base64(`{"password":"${secret}"}`),
          JSON.stringify({ inner: { secret } }),
          encodeURIComponent(`password=${secret}`),
          Buffer.from(`token=${secret}`).toString("hex"),
          `Bearer ${secret}`,
        ];
        return [
          ["password", "apiKey", "client_secret", "token", "authorization", "credential"][index % 6] +
            String(index).replace(/./g, ""),
          values[index % 6],
        ] as const;
      }).map(([name, value], index) => [
        `level${index}`,
        { [name]: value, note: value, [`plain${index}`]: s(60 + index) },
      ]),
    );
    const lines = Array.from({ length: 50 }, (_, index) => {
      const secret = s(120 + index);
      return [
        `2026-06-19T12:00:00Z ${eventId} password=${secret} 401`,
        `{"time":"2026-06-19T12:00:00Z","id":"${eventId}","statusCode":401,"authorization":"Bearer ${secret}"}`,
        `time=2026-06-19T12:00:00Z event=${eventId} status=401 api_key="${secret}"`,
        `2026-06-19T12:00:00Z ${eventId} GET /cb?code=${secret}&id=7 401`,
        `2026-06-19T12:00:00Z ${eventId} body=${base64(JSON.stringify({ password: secret }))} 401`,
      ][index % 5];
    });
    const cwd = folderWith({
      "c.ndjson": capture(payload(json), headers, `/webhooks/10x?${query}`),
      "a.log": `${lines.join("\n")}\n`,
    });
    const git = (...args: string[]) =>
      execFileSync(
        "git",
        ["-c", "user.name=x", "-c", "user.email=dev@acme.example", "-c", "commit.gpgsign=false", ...args],
        {
          cwd,
          env: { ...process.env, GIT_AUTHOR_DATE: "2026-06-19T11:00:00Z", GIT_COMMITTER_DATE: "2026-06-19T11:00:00Z" },
        },
      );
    git("init", "-q");
    for (let index = 170; index < 200; index++)
      git(
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        index % 2 === 0 ? `rotate password=${s(index)}` : `use ${s(index)} for ada${index}@example.com`,
      );
    const flags = secrets.slice(0, 20).flatMap((secret) => ["--secret", secret]);
    const { exit, stderr } = await run(
      [
        ...complete.slice(0, -1),
        "git",
        "--url",
        "https://hooks.acme.example/webhooks/10x",
        "--body",
        "redacted",
        ...flags,
        "-o",
        "case.zip",
      ],
      { cwd, now: noon },
    );
    expect(stderr.replace(/warning:.*\n/g, "")).toBe("");
    expect(exit).toBe(0);
    const files = await readZip(join(cwd, "case.zip"), "case.zip");
    const forms = (secret: string): readonly string[] => {
      const bytes = Buffer.from(secret);
      return [
        secret,
        bytes.toString("base64").replace(/=+$/, ""),
        bytes.toString("base64url"),
        bytes.toString("hex"),
        Buffer.concat([Buffer.from('{"password":"'), bytes])
          .toString("base64")
          .slice(18, 40),
      ];
    };
    const leaks = secrets.flatMap((secret, number) =>
      files
        .filter(({ data }) => forms(secret).some((form) => data.includes(form)))
        .map(({ name }) => `${number} in ${name}`),
    );
    expect(leaks).toEqual([]);
    const all = Object.fromEntries(files.map(({ name, data }) => [name, data.toString("utf8")]));
    expect(all["report.html"]).not.toContain("@example.com");
    for (const wanted of [
      eventId,
      "acme",
      "sub_91",
      "hooks.acme.example",
      "/webhooks/10x",
      "X-Own-4",
      "x-arjun-signature",
      "link.clicked",
      "401",
      "2026-06-19T12:00:00",
    ]) {
      expect(
        all["captures.har"] + (all["SUMMARY.md"] ?? "").replaceAll("\\", "") + (all["diagnosis.json"] ?? ""),
      ).toContain(wanted);
    }
    expect(all["receiver.log"]).toContain(`${eventId} GET /cb?code=[redacted:`);
    expect(JSON.parse(all["redactions.json"] ?? "{}").redactions.length).toBeGreaterThan(100);
  });

  test("a known secret in any finished file means no archive, and the message names the file and not the value", () => {
    const secret = new Secret("store:acme", "whatever-secret-1");
    const file = { name: "receiver.log", data: Buffer.from(`x ${Buffer.from("whatever-secret-1").toString("hex")} y`) };
    expect(() => refuseLeaks([file], [secret], [])).toThrow(
      expect.objectContaining({
        code: "redaction-failed",
        message: expect.stringMatching(/store:acme \(fingerprint \w{8}\) would end up in receiver\.log/),
      }),
    );
  });
});

describe("evidence verify", () => {
  const made = async (): Promise<{ readonly cwd: string; readonly digest: string }> => {
    const cwd = usual();
    const { stdout } = await run([...complete, "-o", "case.zip", "--json"], { cwd });
    return { cwd, digest: String(JSON.parse(stdout).manifestSha256) };
  };

  const changed = async (cwd: string, change: (files: { name: string; data: Buffer }[]) => void): Promise<void> => {
    const files = (await readZip(join(cwd, "case.zip"), "x")).map((file) => ({ ...file }));
    change(files);
    writeFileSync(join(cwd, "bad.zip"), await packZip(files));
  };

  test("says that a bundle is intact, and shows its summary", async () => {
    const { cwd, digest } = await made();
    const { exit, stdout } = await run(["evidence", "verify", "case.zip", "--manifest", digest], { cwd });
    expect(exit).toBe(0);
    expect(stdout).toContain("intact case.zip: 9 files");
    expect(stdout).toContain("\nVerdict");
    expect(stdout).toMatch(/^ {2}asked for +value +source$/m);
    expect(stdout).not.toMatch(/\*\*|^\||\\_/m);
  });

  test.each<[string, (files: { name: string; data: Buffer }[]) => void, object]>([
    [
      "an altered file",
      (files) => files.splice(0, 1, { name: "SUMMARY.md", data: Buffer.from("all is well") }),
      { name: "SUMMARY.md", status: "altered" },
    ],
    ["a missing file", (files) => files.splice(1, 1), { name: "report.html", status: "missing" }],
    [
      "an extra file",
      (files) => files.push({ name: "extra.txt", data: Buffer.from("x") }),
      { name: "extra.txt", status: "extra" },
    ],
  ])("finds %s", async (_name, change, wanted) => {
    const { cwd } = await made();
    await changed(cwd, change);
    const { exit, stdout } = await run(["evidence", "verify", "bad.zip", "--json"], { cwd });
    expect(exit).toBe(1);
    expect(evidenceVerifyOutput.parse(JSON.parse(stdout)).files).toContainEqual(wanted);
  });

  test("finds a bundle whose manifest was made to fit, by the digest that was printed", async () => {
    const { cwd, digest } = await made();
    await changed(cwd, (files) => {
      const manifest = files.at(-1);
      if (manifest !== undefined) manifest.data = Buffer.from(manifest.data.toString().replace("10x", "10y"));
    });
    const { exit, stdout } = await run(["evidence", "verify", "bad.zip", "--manifest", digest, "--json"], { cwd });
    expect(exit).toBe(1);
    expect(JSON.parse(stdout).manifestMatches).toBe(false);
  });

  test("refuses a piece of a digest rather than call the bundle forged", async () => {
    const { cwd, digest } = await made();
    const { exit, stderr } = await run(["evidence", "verify", "case.zip", "--manifest", digest.slice(0, 60)], { cwd });
    expect(exit).toBe(2);
    expect(stderr).toContain("is not a SHA-256");
  });

  const zipWith = async (name: string): Promise<string> => {
    const zip = new yazl.ZipFile();
    zip.addBuffer(Buffer.from("x"), "a".repeat(name.length));
    zip.end();
    const bytes = await buffer(zip.outputStream);
    return folderWith({
      "z.zip": Buffer.from(bytes.toString("latin1").replaceAll("a".repeat(name.length), name), "latin1"),
    });
  };

  test.each(["../../etc/x", "/etc/passwd", "a/../../b.txt", "C:\\x.txt", "sub/file.txt"])(
    "refuses a zip with the name %s",
    async (name) => {
      const cwd = await zipWith(name);
      const { exit, stderr } = await run(["evidence", "verify", "z.zip"], { cwd });
      expect(exit).toBe(2);
      expect(stderr).toContain("is not an evidence bundle");
    },
  );

  test.each([
    ["text", Buffer.from("hello")],
    ["nothing", Buffer.alloc(0)],
    ["a zip that breaks off", Buffer.from("504b0304140000000800", "hex")],
  ])("refuses %s with exit 2", async (_name, data) => {
    const cwd = folderWith({ "z.zip": data });
    expect((await run(["evidence", "verify", "z.zip"], { cwd })).exit).toBe(2);
  });
});

describe("evidence redact", () => {
  test("masks more by one's own rules, everywhere, and the result is a bundle again", async () => {
    const cwd = folderWith({
      "c.ndjson": capture(payload({ plan: "enterprise-gold" })),
      "a.log": `2026-06-19T12:00:00Z ${eventId} 401 customer cus_81ab plan enterprise-gold\n`,
      "d.txt": "2026-06-19T11:46:00Z cus_81ab for cus_81ab & <co>\n",
      "r.json":
        '{"rules":[{"name":"customer","pattern":"cus_[a-z0-9]+"},{"name":"plan","keys":["plan"]},{"name":"note","pattern":"for [^>]+>"}]}',
    });
    await run([...complete, "--body", "redacted", "-o", "case.zip"], { cwd });
    const { exit, stdout } = await run(
      ["evidence", "redact", "case.zip", "--rules", "r.json", "-o", "again.zip", "--json"],
      { cwd },
    );
    expect(exit).toBe(0);
    expect(evidenceRedactOutput.parse(JSON.parse(stdout)).redactions.map(({ rule }) => rule)).toContain("customer");
    const files = await readZip(join(cwd, "again.zip"), "x");
    for (const { data } of files) expect(data.toString("utf8")).not.toMatch(/cus\\?_81ab|enterprise-gold|<co>|&lt;co/);
    expect((await run(["evidence", "verify", "again.zip"], { cwd })).exit).toBe(0);
  });
});

test("a folder named as the output's parent is made", async () => {
  const cwd = usual();
  mkdirSync(join(cwd, "x"));
  const { exit } = await run([...complete, "-o", "x/y/case.zip"], { cwd });
  expect(exit).toBe(0);
});
