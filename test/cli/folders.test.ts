import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync } from "node:fs";
import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import { describe, expect, test } from "vitest";
import { foldersOf } from "../../src/cli/folders.ts";
import { bin, run, temporaryFolder } from "../support/run.ts";

const linux = process.platform === "linux";

describe.skipIf(!linux)("without a home", () => {
  // `secret list` reads where `secret set` would write, and does not touch the home of whoever runs the tests.
  test.each<[env: Readonly<Record<string, string>>, told: RegExp]>([
    [{ HOME: "" }, /^warning: HOME is not an absolute path: using .*\/\.config\/hookproof$/m],
    [{}, /^warning: HOME is not an absolute path: using .*\/\.config\/hookproof$/m],
    [{ HOME: "." }, /^warning: HOME is not an absolute path: using .*\/\.config\/hookproof$/m],
    [{ HOME: "HOME/x" }, /^warning: HOME is not an absolute path/m],
    [{ HOME: "", XDG_CONFIG_HOME: "conf" }, /^warning: XDG_CONFIG_HOME is not an absolute path: using \//m],
  ])("as %j says, it is the system's list of users that counts, and that is told", (env, told) => {
    const cwd = temporaryFolder();
    const result = spawnSync(process.execPath, [bin, "secret", "list"], { cwd, env, encoding: "utf8" });
    expect(result.stderr).toMatch(told);
    expect(result.status).toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each([
    { HOME: "" },
    {},
    { HOME: "x" },
    { HOME: "", XDG_CONFIG_HOME: "", XDG_DATA_HOME: "./d", XDG_STATE_HOME: "s" },
  ])("no folder of %j is below the current one", async (env) => {
    const told: string[] = [];
    const { config, data, state } = await foldersOf(env, "/somewhere", (message) => told.push(message));
    for (const folder of [config, data, state]) {
      expect(isAbsolute(folder)).toBe(true);
      expect(folder.startsWith(join(userInfo().homedir, "."))).toBe(true);
      expect(told.some((message) => message.endsWith(folder))).toBe(true);
    }
  });

  test("compiled code is not looked for below the current folder either", () => {
    const cwd = temporaryFolder();
    const env = { XDG_CACHE_HOME: ".", HOME: "", HOOKPROOF_HOME: temporaryFolder() };
    expect(spawnSync(process.execPath, [bin, "providers"], { cwd, env }).status).toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("a relative HOOKPROOF_HOME is from the current folder, as the user says", async () => {
    const { config } = await foldersOf({ HOOKPROOF_HOME: "own" }, "/somewhere", () => undefined);
    expect(config).toBe("/somewhere/own/config");
  });

  // unshare or setpriv would need more than a test has: root alone can become a user that no list has.
  test.skipIf(process.getuid?.() !== 0)("a user without a home stores nothing, but can still sign and verify", () => {
    const cwd = temporaryFolder();
    chmodSync(cwd, 0o777);
    const as = (argv: readonly string[]) =>
      spawnSync(process.execPath, [bin, ...argv], { cwd, env: { S: "s" }, uid: 54_321, encoding: "utf8", input: "{}" });
    const kept = as(["secret", "set", "x"]);
    expect([kept.status, kept.stderr]).toEqual([2, expect.stringContaining("no home folder for secrets")]);
    expect(kept.stderr).toContain("set HOME or HOOKPROOF_HOME");
    expect(as(["sign", "-", "-p", "10x", "--secret", "env:S"]).status).toBe(0);
    expect(as(["verify", "-", "-p", "10x", "--secret", "env:S"]).stderr).not.toContain("home");
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("a missing home is created; an unwritable one is an error that names it", async () => {
    const home = join(temporaryFolder(), "missing");
    expect((await run(["secret", "set", "x"], { env: { HOME: home, HOOKPROOF_HOME: "" }, stdin: "x" })).exit).toBe(0);
    expect(existsSync(join(home, ".config", "hookproof", "secrets.json"))).toBe(true);
    const blocked = await run(["secret", "set", "x"], { env: { HOME: "/proc", HOOKPROOF_HOME: "" }, stdin: "x" });
    expect([blocked.exit, blocked.stderr]).toEqual([3, expect.stringContaining("/proc/.config")]);
  });
});
