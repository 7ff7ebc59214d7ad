import { describe, expect, test } from "vitest";
import { makePaint, wantsColour, wantsUnicode } from "../../src/cli/paint.ts";
import { run } from "../support/run.ts";

type Env = Readonly<Record<string, string>>;

describe("colour", () => {
  test.each<{ env: Env; terminal: boolean; flag?: boolean; colour: boolean }>([
    { env: {}, terminal: true, colour: true },
    { env: {}, terminal: false, colour: false },
    { env: { NO_COLOR: "1" }, terminal: true, colour: false },
    // no-color.org: set and not empty.
    { env: { NO_COLOR: "" }, terminal: true, colour: true },
    { env: { FORCE_COLOR: "1" }, terminal: false, colour: true },
    { env: { FORCE_COLOR: "3" }, terminal: false, colour: true },
    { env: { FORCE_COLOR: "true" }, terminal: false, colour: true },
    { env: { FORCE_COLOR: "0" }, terminal: true, colour: false },
    { env: { FORCE_COLOR: "false" }, terminal: true, colour: false },
    { env: { FORCE_COLOR: "1", NO_COLOR: "1" }, terminal: false, colour: true },
    { env: { FORCE_COLOR: "1", TERM: "dumb" }, terminal: true, colour: true },
    { env: { FORCE_COLOR: "1", CI: "true" }, terminal: false, colour: true },
    { env: { FORCE_COLOR: "1" }, terminal: true, flag: true, colour: false },
    { env: { TERM: "dumb" }, terminal: true, colour: false },
    { env: { CI: "true" }, terminal: true, colour: false },
    { env: { CI: "" }, terminal: true, colour: true },
    { env: {}, terminal: true, flag: true, colour: false },
  ])("$env on a terminal: $terminal, --no-color: $flag", ({ env, terminal, flag, colour }) => {
    expect(wantsColour(env, terminal, flag === true)).toBe(colour);
  });

  test("is of the sixteen that terminals fit to their background, and never white, black or grey", async () => {
    const { stdout } = await run(["--help"], { env: { FORCE_COLOR: "1" } });
    const codes = new Set([...stdout.matchAll(/\u001b\[([\d;]+)m/g)].map((match) => match[1]));
    expect(codes.size).toBeGreaterThan(0);
    for (const code of codes) expect(["1", "2", "22", "31", "32", "33", "36", "39"]).toContain(code);
  });

  test("changes no character of the text", async () => {
    const plain = await run(["providers"]);
    const coloured = await run(["providers"], { env: { FORCE_COLOR: "1" } });
    expect(coloured.stdout).not.toBe(plain.stdout);
    expect(coloured.stdout.replaceAll(/\u001b\[\d+m/g, "")).toBe(plain.stdout);
  });

  test("is never in JSON", async () => {
    const { stdout } = await run(["providers", "--json"], { env: { FORCE_COLOR: "1" } });
    expect(stdout).not.toContain("\u001b");
  });
});

describe("marks", () => {
  test.each<[env: Env, unicode: boolean]>([
    [{}, true],
    [{ LANG: "de_AT.UTF-8" }, true],
    [{ LANG: "C.utf8" }, true],
    [{ LANG: "C" }, false],
    [{ LANG: "POSIX" }, false],
    [{ LANG: "de_AT.UTF-8", LC_ALL: "C" }, false],
    [{ LANG: "C", LC_CTYPE: "en_US.UTF-8" }, true],
    [{ LANG: "en_US.UTF-8", TERM: "dumb" }, false],
  ])("%j", (env, unicode) => {
    expect(wantsUnicode(env)).toBe(unicode);
  });

  test("have words and signs of ASCII to stand in for them", () => {
    const { mark } = makePaint({ colour: false, width: 80, unicode: false });
    for (const one of Object.values(mark)) expect(one.text).toMatch(/^[ -~]+$/);
  });

  test.each([
    ["LANG=C", { LANG: "C" }],
    ["TERM=dumb", { TERM: "dumb" }],
  ])("%s leaves what hookproof itself says in ASCII", async (_name, env) => {
    for (const argv of [["--help"], ["sign", "--help"], ["config"], ["dlq", "list"], ["secret", "list"]]) {
      const { stdout, stderr } = await run(argv, { env });
      expect(stdout + stderr).toMatch(/^[\n -~]*$/);
    }
  });
});

describe("--quiet and --verbose", () => {
  test.each([["-q"], ["--quiet"]])("%s never removes any output", async (flag) => {
    const { stdout } = await run(["providers"]);
    expect((await run(["providers", flag])).stdout).toBe(stdout);
  });

  test("a warning is printed to stderr even with --quiet", async () => {
    const argv = ["sign", "-p", "10x", "--event", "link.clicked", "--secret", "typed-here"];
    const { stdout, stderr } = await run([...argv, "-q"]);
    expect(stdout).toContain("x-arjun-signature");
    expect(stderr).toBe((await run(argv)).stderr);
  });
});
