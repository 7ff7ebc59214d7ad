import { describe, expect, test } from "vitest";
import { buildProgram, commandAt } from "../../src/cli/build.ts";
import { command } from "../../src/cli/command.ts";
import type { Command } from "../../src/cli/command.ts";
import type { GlobalFlags } from "../../src/cli/context.ts";
import { Exit } from "../../src/cli/exit.ts";
import {
  argument,
  flag,
  option,
  optionalArgument,
  optionOr,
  repeated,
  requiredOption,
  restArgument,
} from "../../src/cli/inputs.ts";
import type { Input } from "../../src/cli/inputs.ts";
import { makePaint } from "../../src/cli/paint.ts";
import { choice, wholeNumber } from "../../src/cli/value-parsers.ts";
import { run } from "../support/run.ts";

const taking = (inputs: Readonly<Record<string, Input<unknown>>>): Command =>
  command({
    summary: "x",
    inputs,
    examples: ["x", "x"],
    run: async () => ({ data: undefined, exit: Exit.yes }),
    view: () => undefined,
  });

interface Read {
  readonly values?: Readonly<Record<string, unknown>>;
  readonly flags?: GlobalFlags;
  readonly shown: string;
}

/** What the program makes of a line, with a command `probe` that has these inputs. */
const read = async (argv: readonly string[], of: Command): Promise<Read> => {
  let read: Read = { shown: "" };
  const program = buildProgram({
    now: () => 0,
    write: (text) => (read = { ...read, shown: read.shown + text }),
    paint: () => makePaint({ colour: false, width: 80, unicode: true }),
    execute: async (_command, values, flags) => {
      read = { ...read, values, flags };
    },
  });
  const probe = program.command("probe");
  probe.entry = { name: "probe", group: "x", summary: "x", load: async () => ({ default: of }) };
  await program.parseAsync(argv, { from: "user" });
  return read;
};

const some = taking({
  file: optionalArgument("[file]", "x"),
  provider: option("-p, --provider <id>", "x"),
  insecure: flag("-k, --insecure", "x"),
  header: repeated("-H, --header <line>", "x"),
});

const nothing = { file: undefined, provider: undefined, insecure: false, header: [] };

describe("a command line", () => {
  test.each<[argv: readonly string[], values: object]>([
    [["a.json", "-p", "10x"], { file: "a.json", provider: "10x" }],
    [["-p10x", "a.json"], { file: "a.json", provider: "10x" }],
    [["-p=10x", "a.json"], { file: "a.json", provider: "10x" }],
    [["-kp=10x", "-H=a: 1=2"], { insecure: true, provider: "10x", header: ["a: 1=2"] }],
    [["--provider=10x", "-"], { file: "-", provider: "10x" }],
    [["-kp", "10x"], { insecure: true, provider: "10x" }],
    [["-qvk"], { insecure: true }],
    [["-kq"], { insecure: true }],
    [["--json", "--no-color", "--no-input", "--debug"], {}],
    [["-p", "a", "-p", "b"], { provider: "b" }],
    [["-H", "a: 1", "--header", "b: 2=3"], { header: ["a: 1", "b: 2=3"] }],
    [["-p", "-x"], { provider: "-x" }],
    [["-p", "-qX9"], { provider: "-qX9" }],
    [["--", "--provider"], { file: "--provider" }],
  ])("%j is read", async (argv, values) => {
    expect((await read(["probe", ...argv], some)).values).toEqual({ ...nothing, ...values });
  });

  test.each<[argv: readonly string[], flags: Partial<GlobalFlags>]>([
    [["--json", "probe", "a"], { json: true }],
    [["probe", "--raw", "a"], { raw: true }],
    [["probe", "a", "-qv"], { quiet: true, verbose: true }],
    [["-q", "probe", "-kv", "a", "--debug"], { quiet: true, verbose: true, debug: true }],
    [["--no-color", "probe", "--no-input"], { noColor: true, noInput: true }],
    [["probe", "--", "--json"], {}],
  ])("%j has the options of every command wherever they stand", async (argv, flags) => {
    const none = {
      json: false,
      quiet: false,
      verbose: false,
      debug: false,
      raw: false,
      noColor: false,
      noInput: false,
    };
    expect((await read(argv, some)).flags).toEqual({ ...none, ...flags });
  });

  test("takes all that is left as the last argument", async () => {
    const of = taking({ ids: restArgument("[ids...]", "x") });
    expect((await read(["probe", "a", "b"], of)).values).toEqual({ ids: ["a", "b"] });
    expect((await read(["probe"], of)).values).toEqual({ ids: [] });
  });

  test("has what is given by another name of an option, and what is not given as declared", async () => {
    const of = taking({
      timeout: optionOr("--timeout <n>", "x", 15, wholeNumber(1), { aliases: ["--max-time"] }),
      noUpload: flag("--no-upload", "x"),
      secret: option("--hush <text>", "x", (text) => text, { hidden: true }),
    });
    expect((await read(["probe", "--max-time", "3", "--no-upload", "--hush", "y"], of)).values).toEqual({
      timeout: 3,
      noUpload: true,
      secret: "y",
    });
    expect((await read(["probe"], of)).values).toEqual({ timeout: 15, noUpload: false, secret: undefined });
    await expect(read(["probe", "--help"], of)).rejects.toMatchObject({ code: "commander.helpDisplayed" });
  });

  test.each([[["--version"]], [["-V"]], [["sign", "--version"]]])("%j asks for the version", async (argv) => {
    expect(await run(argv)).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+(?:-dev)?\n$/) });
  });
});

describe("a usage error names what is wrong", () => {
  const of = taking({
    url: argument("<url>", "x"),
    provider: option("-p, --provider <id>", "x"),
    mode: option("--mode <mode>", "x", choice("a", "b")),
    count: option("--count <n>", "x", wholeNumber(1), { conflicts: ["dry-run"] }),
    dryRun: flag("--dry-run", "x"),
  });
  test.each([
    [[], "missing required argument 'url'"],
    [["a", "b"], "too many arguments for 'probe'. Expected 1 argument but got 2."],
    [["a", "-z"], "unknown option '-z'"],
    [["a", "-qz"], "unknown option '-z'"],
    [["a", "--frob=1"], "unknown option '--frob=1'"],
    [["a", "-p"], "option '-p, --provider <id>' argument missing"],
    [["a", "-p", "--json"], "option '-p, --provider <id>' argument missing"],
    [["a", "--json=1"], "unknown option '--json=1'"],
    [["a", "--__proto__"], "unknown option '--__proto__'"],
    [["a", "-p", "-h"], "option '-p, --provider <id>' argument missing"],
    [["a", "-p", "--version"], "option '-p, --provider <id>' argument missing"],
    [["a", "--mode", "c"], "--mode: 'c' is not one of a, b"],
    [["a", "--mode", "--json"], "option '--mode <mode>' argument missing"],
    [["a", "--count", "0"], "--count: '0' is not a whole number of 1 or more"],
    [["a", "--count", "1", "--dry-run"], "option '--count <n>' cannot be used with option '--dry-run'"],
    [["", "-p", "x"], "url: empty value"],
  ])("%j", async (argv, message) => {
    await expect(read(["probe", ...argv], of)).rejects.toMatchObject({ code: "usage", message });
  });

  test("and how to mend it, where an option must be given", async () => {
    const needy = taking({ handle: requiredOption("--handle <handle>", "your account name", (text) => text) });
    await expect(read(["probe"], needy)).rejects.toMatchObject({
      message: "required option '--handle <handle>' not specified",
      hint: "add --handle <handle> (your account name)",
    });
  });

  test.each([
    [["frob"], "error: unknown command 'frob'\nhint: hookproof --help\n"],
    [["help", "frob"], "error: unknown command 'frob'\nhint: hookproof --help\n"],
    [["help", "dlq", "lst"], "error: unknown command 'lst'\nhint: did you mean list?\n"],
    [["dlq", "frobnicate"], "error: unknown command 'frobnicate'\nhint: hookproof dlq --help\n"],
    [["__complet"], "error: unknown command '__complet'\nhint: hookproof --help\n"],
    [["sign", "--frobnicate"], "error: unknown option '--frobnicate'\nhint: hookproof sign --help\n"],
  ])("%j where nothing is near, or help is asked for", async (argv, stderr) => {
    expect(await run(argv)).toMatchObject({ exit: 2, stdout: "", stderr });
  });

  test.each([
    [["sign", "--prov", "10x"], "did you mean --provider?"],
    [["sign", "--json=false"], "did you mean --json?"],
    [["--secret", "s", "sign"], "hookproof sign --secret …"],
    [["send", "3000", "-p", "10x", "--retry", "provder"], "did you mean provider?"],
    [["completion", "bsh"], "did you mean bash?"],
  ])("%j with the nearest", async (argv, hint) => {
    expect(await run(argv)).toMatchObject({ exit: 2, stderr: expect.stringContaining(`hint: ${hint}\n`) });
  });
});

test.each([
  ["--reason", ["replay", "--to", "127.0.0.1:1", "--secret", "s", "--reason", ""]],
  ["--type", ["dlq", "list", "--type", ""]],
  ["--dlq", ["dlq", "list", "--from="]],
  ["--events", ["listen", "--port", "0", "--timeout", "5s", "--events", ""]],
  ["--on-verified", ["listen", "--port", "0", "--timeout", "5s", "--on-verified", ""]],
  ["--output", ["evidence", "-p", "10x", "--event", "evt_1", "-o", ""]],
])("%s with nothing behind it, as of a variable that is not set, is refused and not guessed at", async (name, argv) => {
  expect(await run(argv)).toMatchObject({ exit: 2, stderr: `error: ${name}: empty value\n` });
});

test.each([
  ["--max-time", "--timeout", ["send", "3000", "-p", "10x"], "0s"],
  ["--max-time", "--timeout", ["replay", "--to", "3000"], "0s"],
  ["--max-time", "--timeout", ["check", "3000", "-p", "10x"], "0s"],
  ["--max-time", "--timeout", ["doctor", "localhost:3000"], "0s"],
  ["--max-time", "--timeout", ["subscriptions", "list"], "0s"],
  ["--from", "--dlq", ["dlq", "list"], "nowhere.ndjson"],
  ["--from", "--dlq", ["dlq", "export"], "nowhere.ndjson"],
  ["--from", "--dlq", ["replay", "--to", "3000"], "nowhere.ndjson"],
])("%s is an unlisted name of %s in %j", async (alias, name, argv, value) => {
  const given = await run([...argv, alias, value]);
  expect(given.exit).toBe(2);
  expect(given).toEqual(await run([...argv, name, value]));
  const { stdout: help } = await run([...argv, "--help"]);
  expect(help).toContain(`${name} <`);
  expect(help).not.toContain(`${alias} <`);
});

test.each([[["--help", "dlq", "list"]], [["-h", "dlq", "list"]]])("%j shows the help of the command", async (argv) => {
  expect(await run(argv)).toEqual(await run(["dlq", "list", "--help"]));
});

test("what a command demands, a command below it does not", async () => {
  const { stderr } = await run(["evidence", "verify", "nowhere.zip"]);
  expect(stderr).toContain("nowhere.zip");
});

test.each(["0s", "30d"])("verify and listen take a tolerance of %s alike", async (tolerance) => {
  const programs = await Promise.all(["verify", "listen"].map((name) => commandAt(buildProgram(), [name])));
  const [verifies, listens] = programs.map(({ command: one }) =>
    one.record?.inputs["tolerance"]?.parse?.(tolerance, { now: 0 }),
  );
  expect(listens).toBeTypeOf("number");
  expect(listens).toBe(verifies);
});
