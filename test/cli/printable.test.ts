import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeCiCommands, escapeCiCommandsInJson } from "../../src/values/ci.ts";
import { maskedUrl, withoutPasswords } from "../../src/values/masked-url.ts";
import { bin, run, runChild, temporaryFolder } from "../support/run.ts";
import { named } from "../support/skipped.ts";

/** As GitHub's and Azure's parsers find a command; a character without weight between its letters does not count. */
const commandIn = (text: string): boolean =>
  text
    .replace(/\p{DI}/gu, "")
    .split(/[\r\n]/)
    .some(
      (line) =>
        line.includes("##[") ||
        line.includes("##vso[") ||
        line.includes("##teamcity[") ||
        line.trimStart().startsWith("::"),
    );

const commands = [
  "::error::forged",
  " \t\u3000::set-output name=a::b",
  "\u00ad::add-mask::x",
  "x ##[add-mask]0",
  "##vso[task.setvariable variable=PATH]/evil",
  "####[group]",
  "#\u034f#\ufe0f[error]x",
  "##teamcity[buildStatus status='SUCCESS']",
];
const hostile = fc
  .array(fc.constantFrom(...commands, "#", ":", "[", "\n", "\r", "\u00ad", " ", "a"), { maxLength: 12 })
  .map((parts) => parts.join(""));

describe("commands of CI runners", () => {
  test.each(commands)("%j is none once it is printed", (text) => {
    expect(commandIn(text)).toBe(true);
    expect(commandIn(escapeCiCommands(text))).toBe(false);
    expect(escapeCiCommands(escapeCiCommands(text))).toBe(escapeCiCommands(text));
    expect(commandIn(escapeCiCommandsInJson(JSON.stringify({ text })))).toBe(false);
    expect(JSON.parse(escapeCiCommandsInJson(JSON.stringify({ text })))).toEqual({ text });
  });

  test("nothing made of their pieces is one", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(commandIn(escapeCiCommands(text))).toBe(false);
        const json = escapeCiCommandsInJson(JSON.stringify([text]));
        expect(commandIn(json)).toBe(false);
        expect(JSON.parse(json)).toEqual([text]);
      }),
    );
  });

  test("text without any stays as it is", () => {
    for (const text of ["a::b", "## Heading", "#[x]", "http://[::1]:80/", "##"])
      expect(escapeCiCommands(text)).toBe(text);
  });

  test("a megabyte of what they begin with takes no longer than it must", () => {
    for (const piece of ["#", ":", " ", "\n", "\u00ad", "://", "a@"]) {
      const text = piece.repeat(1_000_000 / piece.length);
      expect(withoutPasswords(escapeCiCommands(text)).length).toBeGreaterThanOrEqual(text.length);
    }
  });

  const entry = {
    type: "entry",
    id: "::set-output name=approved::true",
    failedAt: "2026-11-30T06:41:35.534Z",
    status: null,
    bytes: 2,
    attemptCount: 0,
    eventType: "x ##[add-mask]1",
    provider: "github",
    eventId: "##vso[task.complete]",
    url: "http://localhost:1/hooks",
    reason: "::error::forged",
    attempts: [],
    request: { method: "POST", target: "/", headers: [], body: { encoding: "utf8", data: "{}" } },
  };

  test.each([
    ["dlq", "list"],
    ["dlq", "list", "--json"],
    ["dlq", "show", "##vso[task.complete]"],
    ["dlq", "show", "##vso[task.complete]", "--json"],
    ["dlq", "show", "::error::nothing"],
    ["dlq", "stats", "--json"],
    ["dlq", "export"],
    ["dlq", "export", "--json"],
    ["replay", "--to", "localhost:1", "--secret", "env:S", "--dry-run"],
  ])("%s %s %s of a hostile entry prints none", async (...argv) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "q.ndjson"), `${JSON.stringify(entry)}\n`);
    const { stdout, stderr } = await run([...argv, "--dlq", "q.ndjson"], { cwd, env: { CI: "1", S: "s" } });
    expect(stdout + stderr).not.toBe("");
    expect(commandIn(stdout) || commandIn(stderr)).toBe(false);
  });

  test("what it exports is imported again, byte for byte", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "q.ndjson"), `${JSON.stringify(entry)}\n`);
    const { stdout } = await run(["dlq", "export", "--dlq", "q.ndjson"], { cwd, env: { CI: "1" } });
    expect(JSON.parse(stdout)).toMatchObject({ id: entry.id, eventType: entry.eventType });
  });

  test("a payload that holds one is refused on the runner's pipe, and written to a file", async () => {
    const cwd = temporaryFolder();
    const scheme = {
      name: "v1",
      summary: "s",
      header: "X-S",
      layout: { kind: "single" },
      encoding: "hex",
      content: ["body"],
    };
    const mac = { kind: "hmac", hash: "sha256", key: "text" };
    const events = [{ type: "a", sample: "##[add-mask]0" }];
    const providers = [{ id: "acme", name: "Acme", schemes: [{ ...scheme, mac }], events }];
    writeFileSync(join(cwd, "hookproof.config.json"), JSON.stringify({ providers }));
    const argv = ["events", "acme", "a"];
    expect(await runChild(argv, { cwd, env: { TF_BUILD: "True" } })).toMatchObject({ exit: 2, stdout: "" });
    expect(await runChild(argv, { cwd })).toMatchObject({ exit: 0, stdout: "##[add-mask]0" });
    const file = openSync(join(cwd, "out"), "w");
    const env = { PATH: process.env["PATH"] ?? "", HOOKPROOF_HOME: temporaryFolder(), CI: "1" };
    expect(spawnSync(process.execPath, [bin, ...argv], { cwd, env, stdio: ["ignore", file, "ignore"] }).status).toBe(0);
    closeSync(file);
    expect(readFileSync(join(cwd, "out"), "utf8")).toBe("##[add-mask]0");
  });
});

const there = spawnSync("sh", ["-c", "command -v script"]).status === 0;

describe.skipIf(!there)(named("on a terminal", there ? null : "no script(1) here"), () => {
  const onTerminal = (argv: readonly string[], cwd: string): string => {
    const line = [process.execPath, bin, ...argv].map((word) => `'${word}'`).join(" ");
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOOKPROOF_HOME: temporaryFolder(),
      S: "s",
      TERM: "xterm",
      NO_COLOR: "1",
    };
    return spawnSync("script", ["-qec", line, "/dev/null"], { cwd, env, encoding: "utf8" }).stdout;
  };
  const body = '{"id":"evt_1","type":"link.clicked","n":"\u009b2J\u202e\u009d0;owned\u009c\u200b"}';

  test("what goes raw into a pipe is shown with its controls visible", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "body.json"), body);
    const queue = ["--dlq", "q.ndjson"];
    await run(["dlq", "import", "body.json", "-p", "10x", ...queue], { cwd });
    expect((await run(["dlq", "export", ...queue], { cwd })).stdout).toContain("\u009b2J\u202e");
    const sign = ["sign", "body.json", "-p", "10x", "--secret", "env:S", "--url", "http://localhost/\u202e"];
    for (const argv of [
      ["dlq", "export", ...queue],
      [...sign, "--curl"],
      [...sign, "--event", "x\u009by\u202e"],
    ]) {
      const shown = onTerminal(argv, cwd);
      expect(shown.length).toBeGreaterThan(50);
      expect(shown).not.toMatch(/[\u0080-\u009f\u200b\u202e]/);
    }
  });
});

describe("passwords of URLs", () => {
  test.each([
    ["redis://PW@host/0", "redis://***@host/0"],
    ["see http://joe:hunter2@localhost:3000/hooks.", "see http://***@localhost:3000/hooks."],
    ["amqps://u:p@ss@host", "amqps://***@host"],
    ["open '/work/http:/u:p@host/x'", "open '/work/http:/***@host/x'"],
    ["C:/me@home/x", "C:/me@home/x"],
    ["https://unpkg.com/react@18", "https://unpkg.com/react@18"],
    ["https://host/?mail=a@b.c", "https://host/?mail=a@b.c"],
    ["http://u:it's@host", "http://***@host"],
    ["a@b.c", "a@b.c"],
  ])("%s", (text, shown) => expect(withoutPasswords(text)).toBe(shown));

  test.each([
    ["joe:hunter2x@localhost:3000/hooks", "***@localhost:3000/hooks"],
    ["http://joe:hunter/2x@localhost", "http://***@localhost"],
    ["https://joe:hunter#2x@localhost", "https://***@localhost"],
    ["https://host/@joe", "https://host/@joe"],
    ["http:/joe:hunter2x@localhost", "***@localhost"],
    ["http:\\\\joe:hunter2x@localhost", "***@localhost"],
    ["http:3000", "http:3000"],
    ["3000", "3000"],
  ])("typed as %s", (text, shown) => expect(maskedUrl(text)).toBe(shown));

  const url = "http://joe:hunter2x@localhost:9/hooks";
  test.each([
    ["config"],
    ["config", "--json"],
    ["listen", "-f", url, "--port=0", "--timeout=50ms"],
    ["listen", "-f", url, "--json", "--port=0", "--timeout=50ms"],
    ["send", url, "-p", "10x", "--event", "webhook.test"],
    ["send", "ftp://joe:hunter2x@localhost", "-p", "10x", "--event", "webhook.test", "--json"],
    ["doctor", url],
    ["listen", "-f", "joe:hunter2x@localhost:9", "--port=0", "--timeout=50ms"],
    ["evidence", "-p", "10x", "--event", "e", "--url", "joe:hunter2x@localhost", "--dry-run"],
    ["send", "joe:hunter2x@localhost:9", "-p", "10x", "--event", "webhook.test"],
    ["replay", "--to", "joe:hunter2x@localhost:9"],
    ["config", "trust", "joe:hunter2x@localhost"],
    ["dlq", "list", "--dlq", "redis:hunter2x@127.0.0.1"],
    ["dlq", "list", "--dlq", "sqs://joe:hunter2x@127.0.0.1/q"],
    ["dlq", "list", "--dlq", "redis://hunter2x@127.0.0.1:1"],
    ["dlq", "list", "--dlq", "redis://hunter2x@127.0.0.1:1", "--json", "--debug"],
    ["trigger", "--handle", "h", "--subscription", "s", "--token", "t", "--base-url", url],
    ["sign", "-", "-p", "10x", "--secret", "s", "--url", "joe:hunter2x@localhost/x"],
    ["listen", "--url", "joe:hunter2x@localhost"],
    ["send", "localhost:9", "-p", "10x", "-H", "Authorization Bearer hunter2x"],
    ["send", "localhost:9", "-p", "10x", "-H", "Authorization: Bearer hunter2x\nX: y"],
  ])("%s %s %s shows none", async (...argv) => {
    const { stdout, stderr } = await run(argv, { env: { HOOKPROOF_URL: url, S: "s" } });
    expect(stdout + stderr).not.toContain("hunter2x");
  });

  test("of an entry's endpoint is not shown; its bytes are", async () => {
    const cwd = temporaryFolder();
    const queue = ["--dlq", "q.ndjson"];
    const stdin = '{"id":"evt_1","type":"link.clicked","at":"http://a:b@c/"}';
    await run(["dlq", "import", "-", "-p", "10x", ...queue], { cwd, stdin });
    const path = join(cwd, "q.ndjson");
    writeFileSync(path, readFileSync(path, "utf8").replace('"url":null', `"url":"${url}"`));
    expect((await run(["dlq", "show", "evt_1", ...queue], { cwd })).stdout).not.toContain("hunter2x");
    const json = (await run(["dlq", "show", "evt_1", ...queue, "--json"], { cwd })).stdout;
    expect(json).not.toContain("hunter2x");
    expect(json).toContain("http://a:b@c/");
  });
});

test("--debug quotes no file that may be a secret", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "s.json"), '{"method": hunter2pw!');
  const { stderr, stdout } = await run(["verify", "s.json", "-p", "10x", "--secret", "s", "--debug"], { cwd });
  expect(stderr).toMatch(/SyntaxError[^]*at JSON\.parse/);
  expect(stdout + stderr).not.toContain("hunter2");
});
