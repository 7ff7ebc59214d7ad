import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkOutput } from "../../src/commands/check/schema.ts";
import { run, temporaryFolder } from "../support/run.ts";
import { answer, startReceiver } from "../check/receivers/receiver.ts";
import type { Receiver } from "../check/receivers/receiver.ts";
import { schemeOf } from "../check/receivers/schemes.ts";

const scheme = schemeOf("10x");
let good: Receiver;
let bad: Receiver;
beforeAll(async () => {
  good = await startReceiver(scheme);
  bad = await startReceiver(scheme, {
    onMethod: answer(200),
    onMalformed: answer(500, "::error::owned\u001b[31m ]]> <b>| `x` %0A"),
  });
});
afterAll(async () => {
  await Promise.all([good.close(), bad.close()]);
});

const quick = "--only=accepts-valid,refuses-get,rejects-malformed-json,rejects-stale-timestamp";
const check = (url: string, ...rest: readonly string[]) =>
  run(["check", url, "-p", "10x", "--secret", scheme.secret, quick, ...rest]);

describe("hookproof check", () => {
  test("exits 0 for a right receiver, with a line a case within 80 columns", async () => {
    const { exit, stdout } = await run(["check", good.url, "-p", "10x", "--secret", scheme.secret]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/✓ accepts-valid +200/);
    expect(stdout).toMatch(/– rejects-stale-timestamp +10x.in does not sign a timestamp/);
    expect(stdout).toContain("19 passed, 0 failed, 5 skipped");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("exits 1 for a faulty receiver, and shows proof, delivery, response and fix within 80 columns", async () => {
    const { exit, stdout } = await check(bad.url);
    expect(exit).toBe(1);
    for (const label of ["proves", "sent", "expected", "observed", "fix"])
      expect(stdout).toMatch(new RegExp(`^ {2}${label}`, "m"));
    expect(stdout).toContain("\\x1b[31m");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("prints with --json the fields of the contract and no others", async () => {
    const { exit, stdout } = await check(bad.url, "--json");
    const report = checkOutput.parse(JSON.parse(stdout));
    expect(exit).toBe(1);
    expect([report.passed, report.failed, report.advice, report.skipped, report.interrupted]).toEqual([1, 1, 1, 1, 0]);
    expect(report.scheme).toBe("hmac");
    expect(report.cases.map(({ id }) => id)).toEqual([
      "accepts-valid",
      "rejects-stale-timestamp",
      "rejects-malformed-json",
      "refuses-get",
    ]);
    expect(Object.keys(report.cases[0] ?? {})).toEqual([
      "id",
      "title",
      "status",
      "expected",
      "observed",
      "fix",
      "durationMs",
    ]);
  });

  test("--skip reports the case as skipped; an unknown case exits 2 and suggests the nearest", async () => {
    const skipped = await check(bad.url, "--json", "--skip", "refuses-get", "--skip", "rejects-malformed-json");
    expect(skipped.exit).toBe(0);
    expect(checkOutput.parse(JSON.parse(skipped.stdout)).skipped).toBe(3);
    const unknown = await run(["check", good.url, "-p", "10x", "--secret", "x", "--only", "accept-valid"]);
    expect(unknown.exit).toBe(2);
    expect(unknown.stderr).toContain("did you mean accepts-valid?");
  });

  test("a run of no case says that it proves nothing", async () => {
    const none = ["--only", "accepts-valid", "--skip", "accepts-valid"];
    const { exit, stderr } = await run(["check", good.url, "-p", "10x", "--secret", scheme.secret, ...none]);
    expect([exit, stderr]).toEqual([0, expect.stringContaining("no case ran")]);
  });

  test("--effects that prints no number is a failed case that says so", async () => {
    const { exit, stdout } = await run([
      "check",
      good.url,
      "-p",
      "10x",
      "--secret",
      scheme.secret,
      "--only",
      "applies-once",
      "--effects",
      "echo many",
      "--json",
    ]);
    expect(exit).toBe(1);
    expect(stdout).toContain("printed 'many', not a whole number");
  });

  test("no secret on the way out", async () => {
    const { stdout, stderr } = await run(["check", bad.url, "-p", "10x", "--secret", scheme.secret, "--debug"]);
    expect(stdout + stderr).not.toContain(scheme.secret);
  });
});

describe("--baseline", () => {
  test("known failures do not fail the job, new ones do, and fixed ones are reported", async () => {
    const file = join(temporaryFolder(), "baseline.json");
    expect((await check(bad.url, "--write-baseline", file)).exit).toBe(0);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
      provider: "10x",
      cases: [{ id: "refuses-get", status: "fail" }],
    });
    const known = await check(bad.url, "--baseline", file, "--json");
    expect(known.exit).toBe(0);
    expect(checkOutput.parse(JSON.parse(known.stdout)).cases.filter((one) => one.known === true)).toHaveLength(1);
    expect((await check(good.url, "--baseline", file)).stderr).toContain("refuses-get no longer fails");
    writeFileSync(file, JSON.stringify({ cases: [{ id: "accepts-valid", status: "fail" }] }));
    expect((await check(bad.url, "--baseline", file)).exit).toBe(1);
  });

  test("a file that is none is exit 2", async () => {
    const file = join(temporaryFolder(), "baseline.json");
    writeFileSync(file, "[]");
    expect((await check(bad.url, "--baseline", file)).exit).toBe(2);
    expect((await check(bad.url, "--baseline", `${file}.not`)).exit).toBe(2);
  });
});

describe("--junit", () => {
  test("writes a file of the common schema, with nothing that XML forbids", async () => {
    const file = join(temporaryFolder(), "check.xml");
    await check(bad.url, "--junit", file);
    const xml = readFileSync(file, "utf8");
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    expect(structureOf(xml)).toEqual([]);
    expect(xml).toContain('tests="4" failures="1" errors="0" skipped="1"');
    expect(xml).toContain('<testcase classname="hookproof.check.10x" name="refuses-get"');
    // Seconds to the millisecond.
    expect(xml.match(/ time="(?!\d+(?:\.\d{1,3})?")[^"]*"/g)).toBeNull();
  });

  test("says in <skipped> why, and of an interrupted case that it was", async () => {
    const file = join(temporaryFolder(), "check.xml");
    const stopping = new AbortController();
    const receiver = await startReceiver(scheme, { onMethod: () => stopping.abort() });
    const { stdout } = await run(
      [
        "check",
        receiver.url,
        "-p",
        "10x",
        "--secret",
        scheme.secret,
        "--only",
        "refuses-get,applies-once",
        "--json",
      ].concat("--junit", file),
      { signal: stopping.signal },
    );
    await receiver.close();
    const report = checkOutput.parse(JSON.parse(stdout));
    expect([report.failed, report.interrupted]).toEqual([0, 1]);
    const xml = readFileSync(file, "utf8");
    expect(structureOf(xml)).toEqual([]);
    expect(xml).toContain('<skipped message="interrupted"/>');
    expect(xml).toContain('<skipped message="pass --effects CMD (a command that prints a count)"/>');
  });

  test("a folder that is not there is exit 2, before anything is delivered", async () => {
    let delivered = 0;
    const receiver = await startReceiver(scheme, { before: () => ++delivered < 0 });
    expect((await check(receiver.url, "--junit", "no/such/folder/x.xml")).exit).toBe(2);
    await receiver.close();
    expect(delivered).toBe(0);
  });
});

describe("under GitHub Actions", () => {
  const env = (file: string) => ({ GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: file });
  const argv = ["check", "", "-p", "10x", "--secret", scheme.secret, quick];

  test("each failure is an annotation with its escapes, stdout stays JSON, and the summary is a table", async () => {
    const file = join(temporaryFolder(), "summary.md");
    writeFileSync(file, "before\n");
    const { stdout, stderr } = await run([...argv.with(1, bad.url), "--json"], { env: env(file) });
    checkOutput.parse(JSON.parse(stdout));
    const lines = stderr.split("\n").filter((line) => line.startsWith("::"));
    expect(lines).toHaveLength(2);
    expect(lines).toEqual([
      expect.stringMatching(/^::notice title=hookproof rejects-malformed-json::[^\r\n]+$/),
      expect.stringMatching(/^::error title=hookproof refuses-get::[^\r\n]+$/),
    ]);
    expect(lines.join("\n")).toContain("%250A");
    expect(lines.join("\n")).toContain("%0A");
    const summary = readFileSync(file, "utf8");
    expect(summary).toMatch(/^before\n### hookproof check: 1 passed, 1 failed, 1 advice, 1 skipped/);
    expect(
      summary
        .split("\n")
        .filter((line) => line.startsWith("| "))
        .map((line) => line.split("|").length),
    ).toEqual([6, 6, 6, 6, 6, 6]);
    expect(summary).not.toContain("<b>");
  });

  test("--quiet keeps the annotations: they are for GitHub", async () => {
    const { stderr } = await run([...argv.with(1, bad.url), "--quiet"], { env: env("") });
    expect(stderr.split("\n").filter((line) => line.startsWith("::error"))).toHaveLength(1);
  });

  test("no line of the output can be treated as a command of the receiver's", async () => {
    const { stdout } = await run(argv.with(1, bad.url), { env: env("") });
    expect(stdout.split("\n").filter((line) => /^\s*::/.test(line))).toEqual([]);
  });
});

/** What is wrong with a document by the schema that Jenkins publishes (jenkins-junit.xsd), as far as reports go. */
const structureOf = (xml: string): readonly string[] => {
  const problems: string[] = [];
  const allowed: Readonly<
    Record<string, { readonly in: string; readonly needs: readonly string[]; readonly may: readonly string[] }>
  > = {
    testsuites: { in: "", needs: [], may: ["name", "time", "tests", "failures", "disabled", "errors", "skipped"] },
    testsuite: {
      in: "testsuites",
      needs: ["name", "tests"],
      may: ["failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id", "package"],
    },
    testcase: { in: "testsuite", needs: ["name", "classname"], may: ["assertions", "time", "status"] },
    skipped: { in: "testcase", needs: [], may: ["message"] },
    failure: { in: "testcase", needs: [], may: ["type", "message"] },
    error: { in: "testcase", needs: [], may: ["type", "message"] },
    "system-out": { in: "testcase", needs: [], may: [] },
  };
  const stack: string[] = [];
  const body = xml.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\s*/, "").replace(/<!\[CDATA\[.*?\]\]>/gs, "");
  for (const [whole, close = "", name = "", attributes = "", self = ""] of body.matchAll(
    /<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|<|\]\]>/g,
  )) {
    if (name === "") problems.push(`a stray ${whole}`);
    else if (close !== "") {
      if (stack.pop() !== name) problems.push(`</${name}> closes another element`);
    } else {
      const rule = allowed[name];
      if (rule === undefined || rule.in !== (stack.at(-1) ?? ""))
        problems.push(`<${name}> inside <${stack.at(-1) ?? ""}>`);
      const names = [...attributes.matchAll(/([\w-]+)="/g)].map((match) => match[1] ?? "");
      for (const need of rule?.needs ?? []) if (!names.includes(need)) problems.push(`<${name}> without ${need}`);
      for (const one of names)
        if (!(rule?.needs ?? []).includes(one) && !(rule?.may ?? []).includes(one)) problems.push(`<${name} ${one}>`);
      if (self === "") stack.push(name);
    }
  }
  return stack.length === 0 ? problems : [...problems, `open: ${stack.join(", ")}`];
};
