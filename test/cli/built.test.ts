import { stripVTControlCharacters } from "node:util";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { runChild, temporaryFolder } from "../support/run.ts";

test.each([
  ["plain", {}],
  ["coloured", { FORCE_COLOR: "1" }],
])("demo tells the whole story with the built program, %s, and leaves nothing behind", async (_, env) => {
  const temporary = temporaryFolder();
  const shown = await runChild(["demo"], { env: { TMPDIR: temporary, ...env } });
  const stdout = stripVTControlCharacters(shown.stdout);
  expect(shown).toMatchObject({ exit: 0, stderr: "" });
  expect(stdout).toMatch(/9 commands in [\d.]+s, each as it should be\n$/);
  expect(stdout).toContain("body-numbers proved");
  expect(stdout).toContain("✓ complete");
  expect(stdout).toContain("✓ 2 delivered, 0 failed, 0 skipped, 0 left");
  expect(readdirSync(temporary).filter((name) => name.startsWith("hookproof"))).toEqual([]);
});

test("listen --tls makes its certificate in the built program too", async () => {
  const argv = ["listen", "--tls", "--port", "0", "--count", "1", "--timeout", "1ms", "--json"];
  const { exit, stdout } = await runChild(argv);
  expect(exit).toBe(1);
  expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({
    type: "ready",
    url: expect.stringMatching(/^https:/),
  });
});

test("compare reads its files in the built program too", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "a.http"), "POST / HTTP/1.1\nHost: x\n\n{}");
  const { exit, stdout } = await runChild(["compare", "a.http", "a.http"], { cwd });
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: "✓ identical: method, target, headers and body (2 B)\n" });
});

test("a start loads no more than it needs", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "payload.json"), '{"id":"evt_1","type":"link.clicked"}');
  const told = join(folder, "loaded.json");
  const tell = join(folder, "tell.cjs");
  const facts = "{ files: Object.keys(require.cache), modules: process.moduleLoadList }";
  writeFileSync(
    tell,
    `process.on("exit", () => require("fs").writeFileSync(${JSON.stringify(told)}, JSON.stringify(${facts})))`,
  );
  const env = { HOOKPROOF_SECRET: "s", NODE_OPTIONS: `--require=${JSON.stringify(tell)}` };
  const loads = (): { readonly files: readonly string[]; readonly modules: readonly string[] } =>
    JSON.parse(readFileSync(told, "utf8"));

  const signed = await runChild(["sign", "payload.json", "-p", "10x"], { cwd: folder, env });
  const inSign = loads();
  writeFileSync(
    join(folder, "request.http"),
    `POST / HTTP/1.1\n${signed.stdout}\n{"id":"evt_1","type":"link.clicked"}`,
  );
  const verified = await runChild(["verify", "request.http", "-p", "10x"], { cwd: folder, env });
  expect(verified).toMatchObject({ exit: 0, stdout: expect.stringContaining("valid 10x") });
  for (const { files, modules } of [inSign, loads()]) {
    expect(files.map((file) => basename(file))).toEqual(["tell.cjs", "hookproof.js", "main.cjs", "quick.cjs"]);
    expect(modules).not.toContain("NativeModule crypto");
    // What a standard stream is made of.
    expect(modules).not.toContain("NativeModule internal/fs/streams");
  }
});
