import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configSchema } from "../../src/storage/config-schema.ts";
import { initOutput } from "../../src/commands/init/schema.ts";
import { run, temporaryFolder } from "../support/run.ts";

const file = "hookproof.config.json";
const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const stripe = ["init", "-p", "stripe", "--endpoint", "3000/hooks", "--secret", "env:STRIPE_SECRET"];

const project = (cwd: string): unknown => JSON.parse(readFileSync(join(cwd, file), "utf8"));

describe("init", () => {
  test("writes what the options say, and prints commands that run as they stand", async () => {
    const cwd = temporaryFolder();
    const env = { HOOKPROOF_HOME: temporaryFolder(), STRIPE_SECRET: secret };
    const { exit, stdout, stderr } = await run(stripe, { cwd, env });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(project(cwd)).toEqual({
      provider: "stripe",
      endpoint: "http://localhost:3000/hooks",
      secrets: { stripe: "env:STRIPE_SECRET" },
    });
    configSchema.parse(project(cwd));
    expect(stdout.match(/^ {2}hookproof .*$/gm)).toEqual([
      "  hookproof send --event payment_intent.succeeded",
      "  hookproof check",
      "  hookproof listen",
    ]);
    // The endpoint was typed by the user: no command asks whether it may be trusted.
    const sent = await run(["send", "--event", "payment_intent.succeeded"], { cwd, env });
    expect(sent.stdout).toContain("http://localhost:3000/hooks");
    expect(sent.stderr).not.toContain("trust");
  });

  test("with --json says the same, first what makes a missing secret available", async () => {
    const cwd = temporaryFolder();
    const data = initOutput.parse(JSON.parse((await run([...stripe, "--json"], { cwd })).stdout));
    expect(data).toMatchObject({ path: join(cwd, file), provider: "stripe", secret: "env:STRIPE_SECRET", ignored: [] });
    expect(data.next.map(({ run: line }) => line)[0]).toBe("export STRIPE_SECRET=…");
    const stored = await run(["init", "-p", "10x", "--secret", "store:10x", "--json"]);
    expect(initOutput.parse(JSON.parse(stored.stdout)).next[0]?.run).toBe("hookproof secret set 10x");
  });

  test("changes an existing file only with --force, and keeps other fields", async () => {
    const cwd = temporaryFolder();
    const before = JSON.stringify({ provider: "10x", forward: "3000", secrets: { "10x": "env:A" } });
    writeFileSync(join(cwd, file), before);
    expect(await run(stripe, { cwd })).toMatchObject({ exit: 2, stderr: expect.stringContaining("--force") });
    expect(readFileSync(join(cwd, file), "utf8")).toBe(before);
    expect((await run([...stripe, "--force"], { cwd })).exit).toBe(0);
    expect(project(cwd)).toEqual({
      provider: "stripe",
      endpoint: "http://localhost:3000/hooks",
      forward: "3000",
      secrets: { "10x": "env:A", stripe: "env:STRIPE_SECRET" },
    });
  });

  test("changes only what was asked for: order, layout and the mark of Windows editors stay", async () => {
    const cwd = temporaryFolder();
    const before = `\uFEFF{
    "$schema": "https://hookproof.dev/schema.json",
    "secrets": { "10x":   "env:A", "stripe": ["env:OLD", "env:OLDER"] },
    "provider": "10x",   "forward": ["3000"]
}
`;
    writeFileSync(join(cwd, file), before);
    expect(await run([...stripe, "--force"], { cwd })).toMatchObject({ exit: 0, stderr: "" });
    const after = before
      .replace('["env:OLD", "env:OLDER"]', '"env:STRIPE_SECRET"')
      .replace('"provider": "10x"', '"provider": "stripe"')
      .replace('["3000"]\n', '["3000"],\n    "endpoint": "http://localhost:3000/hooks"\n');
    expect(readFileSync(join(cwd, file), "utf8")).toBe(after);
    // The same again changes nothing.
    expect((await run([...stripe, "--force"], { cwd })).exit).toBe(0);
    expect(readFileSync(join(cwd, file), "utf8")).toBe(after);
  });

  test("a killed run's leftover does not stop the next one, which removes it", async () => {
    const cwd = temporaryFolder();
    const young = `.${file}.ba9876543210.part`;
    for (const name of [`.${file}.0123456789ab.part`, young, `.${file}.mine.part`]) {
      writeFileSync(join(cwd, name), "{");
      if (name !== young) utimesSync(join(cwd, name), 1, 1);
    }
    expect(await run(stripe, { cwd })).toMatchObject({ exit: 0, stderr: "" });
    // The young one may be another process's, which is about to put it in place.
    expect(readdirSync(cwd).toSorted()).toEqual([young, `.${file}.mine.part`, file]);
  });

  test("new lines end as the file's lines do", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, file), '{\r\n  "endpoint": "http://localhost:1"\r\n}\r\n');
    expect(await run([...stripe, "--force"], { cwd })).toMatchObject({ exit: 0, stderr: "" });
    expect(readFileSync(join(cwd, file), "utf8")).not.toMatch(/(?<!\r)\n/);
  });

  test("keeps captures, evidence and the secret's file out of a git repository, each line once", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, ".git"));
    writeFileSync(join(cwd, ".gitignore"), "node_modules\n/captures*.ndjson");
    const argv = ["init", "-p", "stripe", "--secret", "file:./secret.txt"];
    expect((await run(argv, { cwd })).stdout).toContain("added case-*.zip, secret.txt to .gitignore");
    expect((await run([...argv, "--force"], { cwd })).stdout).not.toContain(".gitignore");
    expect(readFileSync(join(cwd, ".gitignore"), "utf8")).toBe(
      "node_modules\n/captures*.ndjson\ncase-*.zip\nsecret.txt\n",
    );
  });

  test.each([
    [["init", "-p", "stripe", "--secret", secret], "reference"],
    [["init", "-p", "stripe", "--secret", "file:../secret.txt"], "outside the project file's folder"],
    [["init", "-p", "strip"], "did you mean stripe?"],
    [["init", "-p", "stripe", "--endpoint", "ftp://x"], "not an http or https URL"],
    [["init"], "missing --provider"],
  ])("%s writes nothing, and repeats no secret", async (argv, message) => {
    const cwd = temporaryFolder();
    const { exit, stdout, stderr } = await run(argv, { cwd });
    expect(exit).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout + stderr).not.toContain(secret);
    expect(existsSync(join(cwd, file))).toBe(false);
  });

  test("without a platform is told how to give one, not to run what was run", async () => {
    for (const argv of [["init"], ["init", "--no-input"]])
      expect((await run(argv)).stderr).toBe(
        "error: missing --provider (-p)\nhint: add -p ID (`hookproof providers` lists them); on a terminal without --no-input and CI, `hookproof init` asks\n",
      );
  });

  test("asks on a terminal for platform, endpoint and secret, and stores the secret", async () => {
    const cwd = temporaryFolder();
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    const { exit, stdout, stderr } = await run(["init"], {
      cwd,
      env,
      answers: [
        ["Which platform?", "stripe\r"],
        ["Your endpoint", "ftp://x\r"],
        ["not an http or https URL", "\r"],
        ["Where is the signing secret", "\r"],
        ["(hidden)", `${secret}\r`],
      ],
    });
    expect({ exit, stderr: stderr.includes(secret), stdout: stdout.includes(secret) }).toEqual({
      exit: 0,
      stderr: false,
      stdout: false,
    });
    expect(project(cwd)).toEqual({
      provider: "stripe",
      endpoint: "http://localhost:3000/webhooks",
      secrets: { stripe: "store:stripe" },
    });
    expect((await run(["secret", "list"], { env })).stdout).toContain("stripe");
  });

  test("a secret pasted into the list is stored, and not shown", async () => {
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    const cwd = temporaryFolder();
    const pasted = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const { exit, stderr } = await run(["init", "-p", "stripe", "--endpoint", "3000"], {
      cwd,
      env,
      answers: [
        ["Where is the signing secret", pasted],
        ["may be a secret", "\r"],
      ],
    });
    expect({ exit, isShown: stderr.includes("whs") }).toEqual({ exit: 0, isShown: false });
    expect(project(cwd)).toMatchObject({ secrets: { stripe: "store:stripe" } });
    const fingerprint = createHash("sha256").update(pasted).digest("hex").slice(0, 8);
    expect((await run(["secret", "list"], { env })).stdout).toContain(fingerprint);
  });

  test("the beginning of a pasted secret is not shown either, where it fits a place in the list", async () => {
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    const { stderr } = await run(["init", "-p", "stripe", "--endpoint", "3000"], {
      cwd: temporaryFolder(),
      env,
      answers: [["Where is the signing secret", "pasted-1-2-3-4-5-6-7-8\r"]],
    });
    expect(stderr).not.toMatch(/secret for stripe\? p(?!aste it now\n)/);
    expect(stderr).toContain("stored as store:stripe");
  });

  test("a word mistyped in the list does not become the secret, nor replace the one that is stored", async () => {
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    const cwd = temporaryFolder();
    expect((await run(["secret", "set", "stripe"], { env, stdin: secret })).exit).toBe(0);
    const { exit, stderr } = await run(["init", "-p", "stripe", "--endpoint", "3000"], {
      cwd,
      env,
      answers: [
        ["Where is the signing secret", "stire:stripe\r"],
        ["store the 12 characters as the signing secret for stripe, in place of store:stripe?", "\r"],
        ["Where is the signing secret", "store:stripe\r"],
      ],
    });
    expect({ exit, isStored: stderr.includes("stored as") }).toEqual({ exit: 0, isStored: false });
    expect(project(cwd)).toMatchObject({ secrets: { stripe: "store:stripe" } });
  });

  test.each(["env:STRIPE_SECRET", "file:secret.txt"])("accepts %s at the prompt for the secret", async (typed) => {
    const cwd = temporaryFolder();
    const { exit } = await run(["init", "-p", "stripe", "--endpoint", "3000"], {
      cwd,
      answers: [["Where is the signing secret", `${typed}\r`]],
    });
    expect(exit).toBe(0);
    expect(project(cwd)).toMatchObject({ secrets: { stripe: typed } });
  });
});

describe("prompts for missing values on a terminal", () => {
  const env = { WEBHOOK_SECRET: "correct-horse" };
  test("platform, secret and event of sign", async () => {
    const { exit, stdout, stderr } = await run(["sign"], {
      env,
      answers: [
        ["Which platform?", "10x.in\r"],
        ["Where is the signing secret", "WEBHOOK\r"],
        ["Which event?", "clicked\r"],
      ],
    });
    expect({ exit, stdout: stdout.includes("x-arjun-event-type: link.clicked") }).toEqual({ exit: 0, stdout: true });
    expect(stderr).toContain("next time: --secret env:WEBHOOK_SECRET");
  });

  test.each(["\u0003", "\u0004", "\u001b"])("%j ends a list as an interruption", async (key) => {
    expect(await run(["sign"], { env, answers: [["Which platform?", key]] })).toMatchObject({ exit: 130, stdout: "" });
  });

  test.each([{ CI: "true" }, {}])("but never under CI or with --no-input", async (ci) => {
    const argv = "CI" in ci ? ["sign"] : ["sign", "--no-input"];
    const { exit, stderr } = await run(argv, { env: { ...ci }, answers: [] });
    expect({ exit, asked: stderr.includes("Which") }).toEqual({ exit: 2, asked: false });
    expect(stderr).toContain("add -p ID");
  });
});
