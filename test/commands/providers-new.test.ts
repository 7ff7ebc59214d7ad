import { createHash, createHmac } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { providersNewOutput } from "../../src/commands/providers/schema.ts";
import { run, temporaryFolder } from "../support/run.ts";

const secret = "s3cret-of-acme-1";
/** The same as text and in base64, for those who decode it. */
const encoded = Buffer.from("another secret of acme").toString("base64");
const env = { S: secret, B: encoded };
const body =
  '{"id":"evt_8f14e45fceea167a5a36dedd","event":"invoice.paid","created_at":"2026-06-19T12:00:00Z","amount":1.0}';
const at = 1781870400;

const hmac = (text: string, key: string | Buffer = secret, hash = "sha256") => createHmac(hash, key).update(text);

const request = (headers: readonly string[], text = body): string =>
  `POST /hooks?x=1 HTTP/1.1\r\nHost: hooks.test\r\nContent-Type: application/json\r\n${headers.join("\r\n")}\r\n\r\n${text}`;

const folderWith = (files: Readonly<Record<string, string>>): string => {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
};

const signed = (text: string, time = at): string =>
  request(
    [
      `X-Acme-Event: invoice.paid`,
      `X-Acme-Timestamp: ${time}`,
      `X-Acme-Signature: v1=${hmac(`${time}.${text}`).digest("hex")}`,
    ],
    text,
  );

const config = (cwd: string): string => readFileSync(join(cwd, "hookproof.config.json"), "utf8");

const schemes: readonly (readonly [string, readonly string[], object])[] = [
  ["hex of the body", [`X-Sig: ${hmac(body).digest("hex")}`], { encoding: "hex", content: ["body"] }],
  ["upper-case hex", [`X-Sig: ${hmac(body).digest("hex").toUpperCase()}`], { encoding: "hex-upper" }],
  [
    "base64 after a prefix",
    [`X-Sig: sha256=${hmac(body).digest("base64")}`],
    { layout: { kind: "single", prefix: "sha256=" }, encoding: "base64" },
  ],
  ["base64url", [`X-Sig: ${hmac(body).digest("base64url")}`], { encoding: "base64url" }],
  [
    "base64 of the hex text",
    [`X-Sig: ${Buffer.from(hmac(body).digest("hex")).toString("base64")}`],
    { encoding: "base64-of-hex" },
  ],
  [
    "pairs with a timestamp",
    [`X-Sig: t=${at},v1=${hmac(`${at}.${body}`).digest("hex")}`],
    { layout: { kind: "pairs", key: "v1" }, timestamp: { from: { pair: "t" }, unit: "s" } },
  ],
  [
    "pairs between semicolons",
    [`X-Sig: ts=${at};h1=${hmac(`${at}:${body}`).digest("hex")}`],
    { layout: { kind: "pairs", key: "h1", separator: ";" }, content: ["timestamp", { text: ":" }, "body"] },
  ],
  [
    "an id and milliseconds",
    [`X-Msg-Id: m_1`, `X-Time: ${at}000`, `X-Sig: ${hmac(`m_1|${at}000|${body}`).digest("hex")}`],
    { id: { header: "X-Msg-Id" }, timestamp: { from: { header: "X-Time" }, unit: "ms" } },
  ],
  [
    "a version in the content",
    [`X-Time: ${at}`, `X-Sig: v0=${hmac(`v0:${at}:${body}`).digest("hex")}`],
    { content: [{ text: "v0:" }, "timestamp", { text: ":" }, "body"] },
  ],
  [
    "method and URL",
    [`X-Sig: ${hmac(`POST/hooks?x=1${body}`, secret, "sha1").digest("hex")}`],
    { mac: { kind: "hmac", hash: "sha1" }, content: ["method", "target", "body"] },
  ],
  [
    "a nonce",
    [`X-Nonce: n-1`, `X-Sig: ${hmac(`n-1${body}`).digest("hex")}`],
    { content: [{ header: "X-Nonce" }, "body"] },
  ],
  [
    "a key in base64",
    [`X-Sig: ${hmac(body, Buffer.from(encoded, "base64"), "sha512").digest("base64")}`],
    { mac: { kind: "hmac", hash: "sha512", key: "base64" } },
  ],
  [
    "a plain hash with the secret",
    [
      `X-Sig: ${createHash("sha256")
        .update(body + secret)
        .digest("hex")}`,
    ],
    { mac: { kind: "digest", hash: "sha256" }, content: ["body", "secret"] },
  ],
  ["a token", [`X-Token: ${secret}`], { header: "X-Token", mac: { kind: "token" } }],
  [
    "a bearer token",
    [`Authorization: Bearer ${secret}`],
    { mac: { kind: "token" }, layout: { kind: "single", prefix: "Bearer " } },
  ],
];

describe("providers new --from", () => {
  test.each(schemes)("finds %s, and what it writes verifies the request", async (_what, headers, scheme) => {
    const cwd = folderWith({ "a.http": request(headers) });
    const secrets = ["--secret", "env:S", "--secret", "env:B"];
    const found = await run(["providers", "new", "acme", "--from", "a.http", ...secrets, "--json"], { cwd, env });
    const data = providersNewOutput.parse(JSON.parse(found.stdout));
    expect(data.profile?.schemes).toMatchObject([scheme]);
    const verified = await run(["verify", "a.http", "-p", "acme", ...secrets, "--at", String(at)], { cwd, env });
    expect(verified).toMatchObject({ exit: 0, stdout: expect.stringContaining("valid acme") });
    expect(config(cwd)).not.toContain(secret);
    expect(JSON.parse(config(cwd)).secrets.acme).toBe(data.secret?.split(" ")[0]);
  });

  test("sign makes the captured headers again, and the event's id, type and time are found", async () => {
    const cwd = folderWith({ "a.http": signed(body), "body.json": body });
    const { exit, stdout, stderr } = await run(["providers", "new", "acme", "--from", "a.http", "--secret", "env:S"], {
      cwd,
      env,
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toContain("acme  X-Acme-Signature: v1=<hex of HMAC-SHA256 over timestamp.body>");
    expect(stdout).toContain("1 request verifies, and signing gives the same signature");
    const again = await run(["sign", "body.json", "-p", "acme", "--event", "invoice.paid", "--timestamp", String(at)], {
      cwd,
      env,
    });
    for (const line of signed(body)
      .split("\r\n")
      .filter((one) => one.startsWith("X-Acme")))
      expect(again.stdout).toContain(line);
    expect(JSON.parse(config(cwd))).toMatchObject({
      secrets: { acme: "env:S" },
      providers: [
        {
          headers: [["X-Acme-Event", "{type}"]],
          envelope: {
            id: [{ json: "id" }],
            type: [{ header: "X-Acme-Event" }],
            time: { json: "created_at" },
            newId: "evt_{hex24}",
          },
        },
      ],
    });
    expect(await run(["config", "check"], { cwd })).toMatchObject({ exit: 0 });
  });

  test("all of several requests must verify", async () => {
    const other = body.replace("1.0", "2.0");
    const cwd = folderWith({
      "a.http": signed(body),
      "b.http": signed(other, at + 60),
      "c.http": signed(other).replace("2.0", "3.0"),
    });
    const both = ["providers", "new", "acme", "--secret", "env:S", "--print", "--from", "a.http", "--from"];
    expect((await run([...both, "b.http"], { cwd, env })).exit).toBe(0);
    expect(await run([...both, "c.http"], { cwd, env })).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining("no scheme found"),
    });
  });

  test("if nothing is found, it reports how much was tried and what the diagnosis says, and writes nothing", async () => {
    const cwd = folderWith({ "a.http": request([`X-Sig: ${hmac(body.replace("1.0", "1")).digest("hex")}`]) });
    const { exit, stdout } = await run(["providers", "new", "acme", "--from", "a.http", "--secret", "env:S"], {
      cwd,
      env,
    });
    expect(exit).toBe(1);
    expect(stdout).toMatch(
      /no scheme found: \d{3,} ways of signing tried, nothing was written\n {2}looked at +X-Sig\n/,
    );
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("numbers are written as JavaScript");
    expect(stdout).toContain("next        make sure that the secret is the one shown for this endpoint");
    expect(existsSync(join(cwd, "hookproof.config.json"))).toBe(false);
  });

  test("is what verify suggests for a platform that is not built in, as complete as is known", async () => {
    const command = "hookproof providers new NAME --from a.http --secret env:S";
    for (const value of [hmac(body).digest("hex"), "ab".repeat(32)]) {
      const cwd = folderWith({ "a.http": request([`X-Sig: ${value}`]) });
      const verdict = await run(["verify", "a.http", "-p", "auto", "--secret", "env:S", "--json"], { cwd, env });
      expect(verdict.stdout).toContain(command);
    }
    const unsigned = { cwd: folderWith({ "a.http": request([]) }), env };
    expect((await run(["verify", "a.http", "-p", "auto", "--secret", "env:S"], unsigned)).stdout).not.toContain("NAME");
    const { stdout } = await run(["providers", "new", "acme", "--from", "a.http", "--secret", "env:S"], unsigned);
    expect(stdout).toContain("next        capture a delivery with all its headers");
  });

  test("a hash of the body alone is not a signature", async () => {
    const cwd = folderWith({ "a.http": request([`X-Digest: ${createHash("sha256").update(body).digest("hex")}`]) });
    expect((await run(["providers", "new", "acme", "--from", "a.http", "--secret", "env:S"], { cwd, env })).exit).toBe(
      1,
    );
  });

  test("a secret in a part of the request that the profile would name is not written", async () => {
    const headers = [`User-Agent: ${secret}`, `X-Sig: ${hmac(body).digest("hex")}`];
    const cwd = folderWith({ "a.http": request(headers) });
    const { exit, stdout } = await run(["providers", "new", "acme", "--from", "a.http", "--secret", "env:S"], {
      cwd,
      env,
    });
    expect(exit).toBe(1);
    expect(stdout).not.toContain(secret);
    expect(existsSync(join(cwd, "hookproof.config.json"))).toBe(false);
  });

  test("a built-in platform is reported", async () => {
    const cwd = folderWith({
      "a.http": request([`Stripe-Signature: t=${at},v1=${hmac(`${at}.${body}`).digest("hex")}`]),
    });
    const { stdout } = await run(["providers", "new", "acme", "--from", "a.http", "--secret", "env:S"], { cwd, env });
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("the built-in profile stripe verifies it too");
  });

  test("keeps the file as it is but for the profile, and replaces one of the same id only by force", async () => {
    const before = `{
    "provider": "10x", "endpoint":   "http://localhost:3000/",
    "providers": [
        { "id": "mine",   "extends": "stripe" }
    ],
    "secrets": { "10x": "env:A" }
}
`;
    const cwd = folderWith({ "a.http": signed(body), "hookproof.config.json": before });
    const argv = ["providers", "new", "acme", "--from", "a.http", "--secret", "env:S"];
    expect((await run(argv, { cwd, env })).exit).toBe(0);
    const written = config(cwd);
    const [head, tail] = written.split(/,\n {8}\{\n {12}"id": "acme"[^]*\n {8}\}(?=\n {4}\])/);
    expect(`${head}${tail}`.replace(', "acme": "env:S"', "")).toBe(before);
    expect(await run(argv, { cwd, env })).toMatchObject({
      exit: 2,
      stdout: "",
      stderr: expect.stringContaining("already has a profile acme"),
    });
    expect(config(cwd)).toBe(written);
    expect(await run([...argv, "--force"], { cwd, env })).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining("replaced in"),
    });
    expect(config(cwd)).toBe(written);
  });

  test("adds to a file that begins with the mark of Windows editors", async () => {
    const cwd = folderWith({ "a.http": signed(body), "hookproof.config.json": '\uFEFF{ "provider": "10x" }\n' });
    const argv = ["providers", "new", "acme", "--from", "a.http", "--secret", "env:S"];
    expect(await run(argv, { cwd, env })).toMatchObject({ exit: 0, stderr: "" });
    expect(config(cwd)).toMatch(/^\uFEFF\{ "provider": "10x",/);
  });

  test("--print prints the profile alone, from standard input, and writes nothing", async () => {
    const cwd = temporaryFolder();
    const { exit, stdout } = await run(["providers", "new", "acme", "--from", "-", "--secret", "env:S", "--print"], {
      cwd,
      env,
      stdin: signed(body),
    });
    expect([exit, JSON.parse(stdout)]).toMatchObject([0, { id: "acme", name: "Acme" }]);
    expect(existsSync(join(cwd, "hookproof.config.json"))).toBe(false);
  });
});

describe("providers new without a request", () => {
  test("never prompts without a terminal", async () => {
    for (const argv of [
      ["providers", "new"],
      ["providers", "new", "acme"],
    ])
      expect(await run(argv)).toMatchObject({
        exit: 2,
        stdout: "",
        stderr: expect.stringContaining("--from request.http"),
      });
    expect(await run(["providers", "new", "acme"], { answers: [], env: { CI: "true" } })).toMatchObject({ exit: 2 });
  });

  test("asks a few questions, and an empty answer is the usual", async () => {
    const cwd = folderWith({ "body.json": body });
    const answers = [
      ["Short id for the platform", "acme\r"],
      ["Header with the signature (Enter for X-Acme-Signature)", "\r"],
      ["Format of the signature", "v1=hex\r"],
      ["Which hash?", "\r"],
      ["How is the secret used?", "\r"],
      ["What is signed", "timestamp.body\r"],
      ["Header with the timestamp", "\r"],
      ["Unit of the timestamp?", "\r"],
    ] as const;
    const { exit, stdout } = await run(["providers", "new"], { cwd, answers });
    expect([exit, stdout]).toEqual([
      0,
      expect.stringContaining("X-Acme-Signature: hex of HMAC-SHA256 over timestamp.body"),
    ]);
    const shown = await run(["sign", "body.json", "-p", "acme", "--timestamp", String(at)], {
      cwd,
      env: { HOOKPROOF_SECRET: secret },
    });
    expect(shown.stdout).toContain(`X-Acme-Signature: v1=${hmac(`${at}.${body}`).digest("hex")}`);
  });

  test("prompts again after an invalid answer", async () => {
    const cwd = temporaryFolder();
    const answers = [
      ["Short id for the platform", "acme\r"],
      ["Header with the signature", "X Sig\r"],
      ["write the header's name alone", "X-Sig\r"],
      ["Format of the signature", "what\r"],
      ["and what stands before it", "sha256=hex\r"],
      ["Which hash?", "sha512\r"],
      ["How is the secret used?", "\r"],
      ["What is signed (body, timestamp.body, id.timestamp.body …) (Enter for body)", "\r"],
    ] as const;
    const { exit, stdout } = await run(["providers", "new", "--print"], { cwd, answers });
    expect([exit, JSON.parse(stdout)]).toMatchObject([
      0,
      {
        schemes: [
          {
            header: "X-Sig",
            layout: { prefix: "sha256=" },
            mac: { hash: "sha512", key: "text" },
            content: ["body"],
          },
        ],
      },
    ]);
  });

  test("gives up if no valid answer is ever given", async () => {
    const { exit, stderr } = await run(["providers", "new"], { answers: [""] });
    expect([exit, stderr]).toEqual([2, expect.stringContaining("no valid answer to 'Short id for the platform")]);
  });
});
