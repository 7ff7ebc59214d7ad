import { existsSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { locked } from "../../src/storage/lock.ts";
import { ownerOf } from "../../src/storage/owner.ts";
import { secretStore } from "../../src/storage/secret-store.ts";
import { userFile } from "../../src/storage/user-file.ts";
import { run, runChild, temporaryFolder } from "../support/run.ts";

describe("the secret store", () => {
  test("keeps a secret from standard input without its newline, in files of the user alone", async () => {
    const home = temporaryFolder();
    const env = { HOOKPROOF_HOME: home };
    expect((await run(["secret", "set", "10x"], { env, stdin: "s3cret\n" })).exit).toBe(0);
    const { stdout } = await run(["secret", "list", "--json"], { env });
    expect(JSON.parse(stdout)).toEqual({
      secrets: [{ name: "10x", fingerprint: "1ec1c26b", setAt: expect.any(String) }],
    });
    expect(statSync(join(home, "config")).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, "config", "secrets.json")).mode & 0o777).toBe(0o600);
  });

  test("a removed secret is gone, and removing it again is a usage error", async () => {
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    await run(["secret", "set", "a"], { env, stdin: "x" });
    expect((await run(["secret", "remove", "a"], { env })).exit).toBe(0);
    expect((await run(["secret", "remove", "a"], { env })).exit).toBe(2);
  });

  test.each(["constructor", "toString", "__proto__"])("'%s' is a name like any other", async (name) => {
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    await run(["secret", "set", "10x"], { env, stdin: "x" });
    const { exit, stderr } = await run(["sign", "-", "-p", "10x", "--secret", `store:${name}`], { env, stdin: "{}" });
    expect([exit, stderr]).toEqual([2, expect.stringContaining(`no stored secret '${name}'`)]);
    expect(await run(["secret", "remove", name], { env })).toMatchObject({ exit: 2 });
  });

  test("is listed in columns", async () => {
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    for (const name of ["a", "github:old"]) await run(["secret", "set", name], { env, stdin: name });
    const { stdout } = await run(["secret", "list"], { env });
    expect(stdout).toMatch(
      /^a {11}fingerprint \w{8} {2}set \S+ \S+ UTC\ngithub:old {2}fingerprint \w{8} {2}set \S+ \S+ UTC\n$/,
    );
  });

  test.runIf(process.platform === "linux").each([
    ["secret set", ["secret", "set", "10x"]],
    ["listen --tls", ["listen", "--port", "0", "--tls", "--count", "1", "--timeout", "1s"]],
  ])("%s reports that no folder can be created, instead of retrying forever", async (_name, argv) => {
    const { exit, stderr } = await runChild(argv, { env: { HOOKPROOF_HOME: "/proc/hookproof" }, stdin: "x" });
    expect(exit).not.toBe(0);
    expect(stderr).toContain("cannot create the folder /proc/hookproof");
  });

  test("writers at the same time lose nothing", async () => {
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    const names = Array.from({ length: 8 }, (_, at) => `key${at}`);
    const runs = await Promise.all(names.map((name) => runChild(["secret", "set", name], { env, stdin: name })));
    expect(runs.map(({ exit }) => exit)).toEqual(names.map(() => 0));
    const { stdout } = await run(["secret", "list", "--json"], { env });
    expect(
      JSON.parse(stdout)
        .secrets.map((one: { name: string }) => one.name)
        .sort(),
    ).toEqual(names);
  });

  test("the file is made by whoever holds the lock, so that no two make it", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "secrets.json");
    const self = { host: "here", pid: process.pid, exists: () => true };
    const store = secretStore(folder, self, () => "a");
    const set = await locked(path, { owner: ownerOf(self, "b"), processInfo: self }, async () => {
      const setting = store.set("a", Buffer.from("x"), 0);
      expect(existsSync(path)).toBe(false);
      return { setting };
    });
    await set.setting;
    expect((await store.list()).map(({ name }) => name)).toEqual(["a"]);
  });

  test("the file is parsed once while it stays as it is, and again when another process has changed it", async () => {
    const folder = temporaryFolder();
    let parsed = 0;
    const parse = async (text: string): Promise<Record<string, string>> => {
      parsed++;
      return { text };
    };
    const processInfo = { host: "here", pid: process.pid, exists: () => true };
    const file = userFile({ folder, name: "values", holds: "values", parse, processInfo, randomId: () => "chance" });
    const path = join(folder, "values.json");
    expect([await file.read(), parsed]).toEqual([{}, 0]);
    writeFileSync(path, "1");
    expect([await file.read(), await file.read(), parsed]).toEqual([{ text: "1" }, { text: "1" }, 1]);
    writeFileSync(`${path}.new`, "2");
    renameSync(`${path}.new`, path);
    expect([await file.read(), parsed]).toEqual([{ text: "2" }, 2]);
    rmSync(path);
    expect(await file.read()).toEqual({});
  });

  test("a corrupt file is named and not overwritten", async () => {
    const home = temporaryFolder();
    const env = { HOOKPROOF_HOME: home };
    await run(["secret", "set", "a"], { env, stdin: "x" });
    writeFileSync(join(home, "config", "secrets.json"), "{nonsense");
    const { exit, stderr } = await run(["secret", "list"], { env });
    expect(exit).toBe(2);
    expect(stderr).toContain(join(home, "config", "secrets.json"));
  });

  test("no command ever shows the secret", async () => {
    const env = { HOOKPROOF_HOME: temporaryFolder(), HOOKPROOF_DEBUG: "1" };
    const secret = "tops3cret-value";
    const forms = [
      secret,
      Buffer.from(secret).toString("base64"),
      Buffer.from(secret).toString("hex"),
      encodeURIComponent(secret),
    ];
    const shown = [
      await run(["secret", "set", "10x", "--json"], { env, stdin: secret }),
      await run(["secret", "list", "--json"], { env }),
      await run(["sign", "-", "-p", "10x", "--json"], { env, stdin: "{}" }),
      await run(["sign", "-", "-p", "10x", "--secret", secret, "--scheme", "nope"], { env, stdin: "{}" }),
    ].map(({ stdout, stderr }) => stdout + stderr);
    for (const form of forms) expect(shown.join("")).not.toContain(form);
  });
});

describe("secret references", () => {
  test("a file's trailing newline is not part of the secret, and that is said", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "secret.txt"), "abc\n");
    const fromFile = await run(["sign", "-", "-p", "github", "--event", "push", "--secret", "file:secret.txt"], {
      cwd,
      stdin: "{}",
    });
    const given = await run(["sign", "-", "-p", "github", "--event", "push", "--secret", "abc"], { stdin: "{}" });
    const signature = (text: string): string | undefined => /X-Hub-Signature-256: .*/i.exec(text)?.[0];
    expect(signature(fromFile.stdout)).toBe(signature(given.stdout));
    expect(fromFile.stderr).toContain("ends in a newline");
  });

  test.each([
    ["env:", "env: names no environment variable"],
    ["env:NOT_SET", "env:NOT_SET is empty or not set"],
    ["file:missing.txt", "missing.txt: no such file"],
    ["store:none", "no stored secret 'none'"],
  ])("%s that leads nowhere is asked wrongly", async (ref, message) => {
    const { exit, stderr } = await run(["sign", "-", "-p", "10x", "--secret", ref], { stdin: "{}" });
    expect(exit).toBe(2);
    expect(stderr).toContain(message);
  });

  test("set says what it replaced, and that nothing was replaced by the same value", async () => {
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    const set = async (stdin: string) => (await run(["secret", "set", "10x"], { env, stdin })).stdout;
    expect(await set("s3cret")).toContain('saved secret "10x" (fingerprint 1ec1c26b)');
    expect(await set("s3cret")).toContain('saved secret "10x" (fingerprint 1ec1c26b)');
    expect(await set("other")).toMatch(/replaced secret "10x" \(fingerprint \w{8}, was 1ec1c26b\)/);
  });

  test("flag goes before environment, environment before store", async () => {
    const home = temporaryFolder();
    const env = { HOOKPROOF_HOME: home };
    await run(["secret", "set", "10x"], { env, stdin: "stored" });
    const used = async (argv: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string> =>
      JSON.parse(
        (await run(["sign", "-", "-p", "10x", "--json", ...argv], { env: { ...env, ...more }, stdin: "{}" })).stdout,
      ).secret;
    expect(await used([])).toMatch(/^store:10x /);
    expect(await used([], { HOOKPROOF_SECRET: "e" })).toMatch(/^env:HOOKPROOF_SECRET /);
    expect(await used(["--secret", "env:F"], { HOOKPROOF_SECRET: "e", F: "f" })).toMatch(/^env:F /);
  });
});

describe("a secret given as it is", () => {
  const sign = (ref: string) =>
    run(["sign", "-", "-p", "10x", "--secret", ref], { stdin: "{}", env: { WEBHOOK_SECRET: "of-the-variable" } });

  test("works, and is warned about without being shown", async () => {
    const { exit, stderr } = await sign("s3cret-as-it-is");
    expect(exit).toBe(0);
    expect(stderr).toContain("warning: --secret was given a literal secret");
    expect(stderr).not.toContain("s3cret");
  });

  test("that is a variable's name is told: env: was forgotten", async () => {
    expect((await sign("WEBHOOK_SECRET")).stderr).toContain("did you mean env:NAME");
  });

  test("a reference says nothing", async () => {
    expect((await sign("env:WEBHOOK_SECRET")).stderr).not.toContain("--secret");
  });
});
