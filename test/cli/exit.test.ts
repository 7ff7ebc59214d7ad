import { spawn } from "node:child_process";
import { describe, expect, test } from "vitest";
import { Exit, exitCodeFor } from "../../src/cli/exit.ts";
import { HookproofError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { bin, run, temporaryFolder } from "../support/run.ts";

describe("exit codes", () => {
  test("are the contract's: a change here is deliberate", () => {
    expect(Exit).toEqual({ yes: 0, no: 1, usage: 2, unable: 3, refused: 4, interrupted: 130, terminated: 143 });
  });

  test.each<[ErrorCode, number]>([
    ["usage", 2],
    ["unknown-provider", 2],
    ["unknown-event", 2],
    ["input-unreadable", 2],
    ["input-malformed", 2],
    ["input-too-large", 2],
    ["config-invalid", 2],
    ["secret-missing", 2],
    ["secret-unusable", 2],
    ["unsupported", 2],
    ["confirmation-needed", 2],
    ["output-exists", 2],
    ["port-taken", 3],
    ["disk-full", 3],
    ["no-permission", 3],
    ["backend-unreachable", 3],
    ["backend-client-missing", 3],
    ["api-unreachable", 3],
    ["api-reply-malformed", 3],
    ["dlq-locked", 3],
    ["redaction-failed", 3],
    ["io", 3],
    ["api-refused", 4],
  ])("%s ends with %d", (code, exit) => {
    expect(exitCodeFor(new HookproofError(code, "x"))).toBe(exit);
  });

  test("a bug is reported as one and exits with 3", () => {
    expect(exitCodeFor(new TypeError("x"))).toBe(3);
  });
});

describe.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s", (signal, exit) => {
  test.each([
    ["sign", "-", "-p", "10x", "--secret", "s"],
    ["verify", "-", "-p", "10x", "--secret", "s"],
    ["verify", "--body", "-", "-p", "10x", "--secret", "s"],
  ])(`ends %s %s with ${exit} while it waits for standard input`, async (...argv) => {
    const child = spawn(process.execPath, [bin, ...argv], {
      env: { PATH: process.env["PATH"], HOOKPROOF_HOME: temporaryFolder(), HOOKPROOF_DEBUG: "1" },
      stdio: ["pipe", "ignore", "ignore"],
    });
    const ended = new Promise<number>((resolve) => {
      child.on("close", (code) => resolve(code ?? -1));
    });
    // It is up once it has taken more than a pipe holds.
    await new Promise<void>((resolve) => {
      child.stdin.write(Buffer.alloc(1 << 20, " "), () => resolve());
    });
    child.kill(signal);
    expect(await ended).toBe(exit);
  });
});

describe("asking wrongly", () => {
  test("an unknown command suggests the nearest one", async () => {
    const { exit, stdout, stderr } = await run(["verifi"]);
    expect({ exit, stdout, stderr }).toEqual({
      exit: 2,
      stdout: "",
      stderr: "error: unknown command 'verifi'\nhint: did you mean verify?\n",
    });
  });

  test("an unknown flag suggests the nearest one", async () => {
    const { exit, stderr } = await run(["sign", "--secrt", "x"]);
    expect(exit).toBe(2);
    expect(stderr).toBe("error: unknown option '--secrt'\nhint: did you mean --secret?\n");
  });

  test.each([
    [["--jsn"], "--jsn", "did you mean --json?"],
    [["secret", "--jsn"], "--jsn", "did you mean --json?"],
    [["--zzzzzzzz"], "--zzzzzzzz", "hookproof --help"],
  ])("%j is an unknown flag without a command too", async (argv, flag, hint) => {
    const { exit, stdout, stderr } = await run(argv);
    expect([exit, stdout, stderr]).toEqual([2, "", `error: unknown option '${flag}'\nhint: ${hint}\n`]);
  });

  test("a bad value names its flag once", async () => {
    const { stderr } = await run(["listen", "--respond", "x"]);
    expect(stderr).toContain("error: --respond 'x': 'x' is not a valid response\n");
  });

  test("with --json the error is an object on stdout and stderr is silent", async () => {
    const { exit, stdout, stderr } = await run(["sign", "--json", "--at", "x"]);
    expect(exit).toBe(2);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      error: { code: "usage", message: "unknown option '--at'", hint: expect.any(String) },
    });
  });

  test("no command shows the help and ends with 0", async () => {
    const { exit, stdout } = await run([]);
    expect(exit).toBe(0);
    expect(stdout).toContain("Usage: hookproof");
  });
});
