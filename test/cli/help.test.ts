import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildProgram, commandAt } from "../../src/cli/build.ts";
import { commands } from "../../src/cli/commands.ts";
import { run, runChild, temporaryFolder } from "../support/run.ts";

const shown = commands.filter(({ hidden, load }) => hidden !== true && load !== undefined);
const names = shown.map(({ name }) => name);
const holders = [...new Set(names.filter((name) => name.includes(" ")).map((name) => name.split(" ")[0] ?? ""))];

const widest = (text: string): number => Math.max(...text.split("\n").map((line) => [...line].length));

describe("help", () => {
  test("without a command groups all commands and begins with what to run first", async () => {
    const { exit, stdout } = await run(["--help"]);
    expect(exit).toBe(0);
    const words = [...stdout.matchAll(/^ {2}([a-z][a-z-]+) {2,}\S/gm)].map((match) => match[1] ?? "");
    for (const name of names) expect(words).toContain(name.split(" ")[0]);
    expect(stdout.indexOf("Start here:")).toBeLessThan(stdout.indexOf("Sign and send:"));
    expect(stdout).toContain("Exit codes:");
    expect(await run([])).toMatchObject({ exit: 0, stdout });
    expect(await run(["help"])).toMatchObject({ exit: 0, stdout });
  });

  test.each(names)("of %s shows examples before options, and its own options all", async (name) => {
    const { command } = await commandAt(buildProgram(), name.split(" "));
    const { exit, stdout, stderr } = await run([...name.split(" "), "--help"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toContain(`Usage: hookproof ${name} ${command.usage()}`);
    for (const { syntax } of Object.values(command.record?.inputs ?? {})) expect(stdout).toContain(syntax);
    expect(stdout).toMatch(/^Examples:\n(?:.*\n)+?\n(?:.*\n)*Global options:\n(?:.*\n)* {2}-h, --help +show help\n/m);
    expect(stdout).not.toContain("Other options:");
    expect(stdout.indexOf("Examples:")).toBeLessThan(stdout.search(/^(?:Arguments|Options|[A-Z][a-z ]+ options):/m));
    expect(command.summary()).not.toMatch(/\.$/);
    expect(command.summary()).toBe(command.record?.summary);
  });

  test.each(["", ...names, ...holders].flatMap((name) => [60, 80, 120].map((columns) => ({ name, columns }))))(
    "of '$name' fits $columns columns",
    async ({ name, columns }) => {
      const { stdout } = await run([...name.split(" ").filter((word) => word !== ""), "--help"], { columns });
      // A URL and a quoted command have no place to be parted at.
      const lines = stdout.split("\n").filter((line) => !/\S{50,}|'[^']{50,}'/.test(line));
      expect(widest(lines.join("\n"))).toBeLessThanOrEqual(columns);
    },
  );

  test("of send is as a person reads it", async () => {
    const { stdout } = await run(["send", "--help"]);
    await expect(stdout).toMatchFileSnapshot("../fixtures/help/send.txt");
  });

  test.each(holders)("%s alone lists what stands below it", async (holder) => {
    if (names.includes(holder)) return;
    const { exit, stdout } = await run([holder]);
    expect(exit).toBe(0);
    for (const below of names.filter((one) => one.startsWith(`${holder} `)))
      expect(stdout).toMatch(new RegExp(`^  ${below.slice(holder.length + 1)} `, "m"));
  });

  test("is the same by -h, by --help and by the help command", async () => {
    const { stdout } = await run(["sign", "--help"]);
    expect((await run(["sign", "-h"])).stdout).toBe(stdout);
    expect((await run(["help", "sign"])).stdout).toBe(stdout);
    expect((await run(["sign", "-qh"])).stdout).toBe(stdout);
    expect((await run(["sign", "help"])).stdout).toBe(stdout);
    const list = (await run(["dlq", "list", "--help"])).stdout;
    for (const argv of [
      ["help", "dlq", "list"],
      ["dlq", "help", "list"],
      ["dlq", "list", "help"],
    ])
      expect((await run(argv)).stdout, argv.join(" ")).toBe(list);
    for (const argv of [
      ["dlq", "help"],
      ["help", "dlq"],
    ])
      expect((await run(argv)).stdout).toBe((await run(["dlq"])).stdout);
    expect((await run(["help", "help"])).stdout).toBe((await run(["--help"])).stdout);
  });

  test("takes a file called help for one where more is said", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "help"), "{}");
    const { stdout } = await run(["sign", "help", "-p", "10ex", "--secret", "s"], { cwd });
    expect(stdout).toContain("X-10ex-Signature");
  });

  test("shows in the usage line what must be given", async () => {
    expect((await run(["trigger", "--help"])).stdout).toContain(
      "Usage: hookproof trigger --handle <handle> --subscription <id> [options]",
    );
    const github = await run(["trigger", "-p", "github"]);
    expect(github.stderr).toContain("error: GitHub has no documented API for this");
    expect((await run(["trigger", "-p", "10x"])).stderr).toContain("--handle");
    expect((await run(["trigger"])).stderr).toBe(
      "error: required option '--handle <handle>' not specified\nhint: add --handle <handle> (the handle the subscription belongs to)\n",
    );
  });
});

describe("did you mean", () => {
  test.each<[what: string, argv: readonly string[], hint: string]>([
    ["a command", ["verifi"], "did you mean verify?"],
    ["a command below another", ["dlq", "lst"], "did you mean list?"],
    ["a command below one that runs by itself", ["evidence", "verfy"], "did you mean verify?"],
    ["a flag", ["sign", "--secrt", "x"], "did you mean --secret?"],
    ["a flag for all commands", ["providers", "--jsn"], "did you mean --json?"],
    ["a provider", ["sign", "-p", "stirpe", "--event", "x"], "did you mean stripe?"],
    ["an option before its command", ["-p", "10x", "sign"], "hookproof sign -p …"],
    ["a verdict to wait for", ["listen", "--until", "verdict=valdi"], "did you mean valid?"],
    ["a provider by its alias", ["sign", "-p", "sivx", "--event", "x"], "did you mean svix?"],
    ["an event type", ["sign", "-p", "10x", "--event", "link.clickd", "--secret", "x"], "did you mean link.clicked?"],
    ["an event type to print", ["events", "10x", "link.clickd"], "did you mean link.clicked?"],
    [
      "a secret name",
      ["sign", "-p", "10x", "--event", "link.clicked", "--secret", "store:shpo"],
      "did you mean store:shop?",
    ],
    ["a secret to remove", ["secret", "remove", "shpo"], "did you mean shop?"],
    [
      "a case of check",
      ["check", "localhost:1", "-p", "10x", "--secret", "x", "--only", "acepts-valid"],
      "did you mean accepts-valid?",
    ],
  ])("for %s", async (_what, argv, hint) => {
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    await run(["secret", "set", "shop"], { env, stdin: "shop-secret" });
    const { exit, stdout, stderr } = await run(argv, { env });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(`hint: ${hint}\n`);
  });
});

describe("a closed reader", () => {
  test.each([
    "hookproof providers show 10x | head -n 1",
    "hookproof --help | head -n 1",
    "hookproof events 10x --json | true",
  ])("ends %s quietly", async (line) => {
    const { spawn } = await import("node:child_process");
    const { bin } = await import("../support/run.ts");
    const script = `hookproof() { "${process.execPath}" "${bin}" "$@"; }; ${line}; exit "\${PIPESTATUS[0]}"`;
    const child = spawn("bash", ["-c", script], { env: { ...process.env, HOOKPROOF_HOME: temporaryFolder() } });
    const err: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    const exit = await new Promise((done) => child.on("close", done));
    expect({ exit, stderr: Buffer.concat(err).toString("utf8") }).toEqual({ exit: 0, stderr: "" });
  });

  test("a send that is not read to its result does not count as delivered", async () => {
    const { spawn } = await import("node:child_process");
    const { bin } = await import("../support/run.ts");
    // Nothing listens on port 1: the platform would retry after 5s.
    const line = "hookproof send localhost:1 -p 10x --event link.clicked --secret s --retry provider | head -n 1";
    const script = `hookproof() { "${process.execPath}" "${bin}" "$@"; }; ${line}; exit "\${PIPESTATUS[0]}"`;
    const child = spawn("bash", ["-c", script], { env: { ...process.env, HOOKPROOF_HOME: temporaryFolder() } });
    expect(await new Promise((done) => child.on("close", done))).toBe(1);
  });
});

test("--version is the package's, by every spelling", async () => {
  const { stdout } = await runChild(["--version"]);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  for (const argv of [["-V"], ["--version", "--json"], ["-qV"], ["version"]])
    expect((await runChild(argv)).stdout).toBe(stdout);
});
