import { describe, expect, test } from "vitest";
import { entryFor } from "../../src/cli/catalogue.ts";
import { command } from "../../src/cli/command.ts";
import { Exit } from "../../src/cli/exit.ts";
import { argument, flag, option, optionalArgument, repeated, restArgument } from "../../src/cli/inputs.ts";
import type { Input } from "../../src/cli/inputs.ts";
import { parse } from "../../src/cli/parse.ts";
import { run } from "../support/run.ts";

const taking = (inputs: Readonly<Record<string, Input<unknown>>>) =>
  command({
    summary: "x",
    inputs,
    examples: ["x", "x"],
    run: async () => ({ data: undefined, exit: Exit.yes }),
    view: () => undefined,
  });

const some = taking({
  file: optionalArgument("[file]", "x"),
  provider: option("-p, --provider <id>", "x"),
  insecure: flag("-k, --insecure", "x"),
  header: repeated("-H, --header <line>", "x"),
});

const rawOf = (argv: readonly string[], of = some): unknown => {
  const parsed = parse(["sign", ...argv], entryFor(["sign"]), of);
  return parsed.kind === "inputs" ? parsed.raw : parsed.kind;
};

describe("a command line", () => {
  test.each<[argv: readonly string[], raw: object]>([
    [["a.json", "-p", "10x"], { file: "a.json", provider: "10x" }],
    [["-p10x", "a.json"], { file: "a.json", provider: "10x" }],
    [["-p=10x", "a.json"], { file: "a.json", provider: "10x" }],
    [["-kp=10x", "-H=a: 1=2"], { insecure: true, provider: "10x", header: ["a: 1=2"] }],
    [["-p", "=10x"], { provider: "=10x" }],
    [["--provider=10x", "-"], { file: "-", provider: "10x" }],
    [["--provider="], { provider: "" }],
    [["-kp", "10x"], { insecure: true, provider: "10x" }],
    [["-qvk"], { insecure: true }],
    [["--json", "--no-color", "--no-input", "--debug"], {}],
    [["-p", "a", "-p", "b"], { provider: "b" }],
    [["-H", "a: 1", "--header", "b: 2=3"], { header: ["a: 1", "b: 2=3"] }],
    [["-p", "-x"], { provider: "-x" }],
    [["--", "--provider"], { file: "--provider" }],
  ])("%j is read", (argv, raw) => {
    expect(rawOf(argv)).toEqual({ file: undefined, ...raw });
  });

  test("options may stand before the command", () => {
    expect(parse(["--json", "sign", "a"], entryFor(["sign"]), some)).toEqual({ kind: "inputs", raw: { file: "a" } });
  });

  test("a command of two words takes both before its arguments", () => {
    const of = taking({ ids: restArgument("[ids...]", "x") });
    expect(parse(["dlq", "show", "a", "b"], entryFor(["dlq", "show"]), of)).toEqual({
      kind: "inputs",
      raw: { ids: ["a", "b"] },
    });
  });

  test.each([[["--version"]], [["-V"]], [["sign", "--version"]]])("%j asks for the version", async (argv) => {
    expect(await run(argv)).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+(?:-dev)?\n$/) });
  });
});

describe("asking wrongly names what is wrong", () => {
  const of = taking({ url: argument("<url>", "x"), provider: option("-p, --provider <id>", "x") });
  test.each([
    [[], "missing required argument 'url'"],
    [["a", "b"], "too many arguments for 'sign'. Expected 1 argument but got 2."],
    [["a", "-z"], "unknown option '-z'"],
    [["a", "-qz"], "unknown option '-z'"],
    [["a", "--frob=1"], "unknown option '--frob'"],
    [["a", "-p"], "option '-p, --provider <id>' argument missing"],
    [["a", "-p", "--json"], "option '-p, --provider <id>' argument missing"],
    [["a", "--json=1"], "option '--json' takes no value"],
    [["a", "--__proto__"], "unknown option '--__proto__'"],
  ])("%j", (argv, message) => {
    expect(() => rawOf(argv, of)).toThrow(expect.objectContaining({ code: "usage", message }));
  });

  test.each([
    [["frob"], "error: unknown command 'frob'\nhint: hookproof --help\n"],
    [["dlq", "frobnicate"], "error: unknown command 'frobnicate'\nhint: hookproof --help\n"],
    [["__complet"], "error: unknown command '__complet'\nhint: hookproof --help\n"],
    [["sign", "--frobnicate"], "error: unknown option '--frobnicate'\nhint: hookproof sign --help\n"],
  ])("%j where nothing is near", async (argv, stderr) => {
    expect(await run(argv)).toMatchObject({ exit: 2, stdout: "", stderr });
  });
});

test.each([
  ["--reason", ["replay", "--to", "127.0.0.1:1", "--secret", "s", "--reason", ""]],
  ["--type", ["dlq", "list", "--type", ""]],
  ["--from", ["dlq", "list", "--from="]],
  ["--events", ["listen", "--port", "0", "--timeout", "5s", "--events", ""]],
  ["--on-verified", ["listen", "--port", "0", "--timeout", "5s", "--on-verified", ""]],
  ["--output", ["evidence", "-p", "10x", "--event", "evt_1", "-o", ""]],
])("%s with nothing behind it, as of a variable that is not set, is refused and not guessed at", async (name, argv) => {
  expect(await run(argv)).toMatchObject({ exit: 2, stderr: `error: ${name}: nothing is given\n` });
});

test.each(["0s", "30d"])("verify and listen take a tolerance of %s alike", async (tolerance) => {
  const kinds = await Promise.all(["verify", "listen"].map(async (name) => (await entryFor([name])?.load())?.default));
  const [verifies, listens] = kinds.map((one) => one?.inputs["tolerance"]?.parse(tolerance, { now: 0 }));
  expect(listens).toBeTypeOf("number");
  expect(listens).toBe(verifies);
});
