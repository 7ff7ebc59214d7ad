import { stripVTControlCharacters } from "node:util";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { bin, runChild, temporaryFolder } from "../support/run.ts";

test.each([
  ["plain", {}],
  ["coloured", { FORCE_COLOR: "1" }],
])("demo tells the whole story with the built program, %s, and leaves nothing behind", async (_, env) => {
  const temporary = temporaryFolder();
  const shown = await runChild(["demo"], { env: { TMPDIR: temporary, ...env } });
  const stdout = stripVTControlCharacters(shown.stdout);
  expect({ exit: shown.exit, stderr: shown.stderr }, stdout).toEqual({ exit: 0, stderr: "" });
  expect(stdout).toMatch(/9 commands in [\d.]+s, all as expected\n$/);
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

/** A text of each package that is loaded only when it is used. */
const marks = {
  zod: "ZodError",
  undici: "UND_ERR_CONNECT_TIMEOUT",
  ora: "dots12",
  conf: "onDidChange",
  server: "requireHostHeader",
};

test("a start loads neither zod nor undici, ora, conf or a server, and only the platform that it is about", async () => {
  const cwd = temporaryFolder();
  const told = join(cwd, "loaded.json");
  const tell = join(cwd, "tell.cjs");
  writeFileSync(
    tell,
    `const fs = require("fs");
    const { readFileSync, writeFileSync } = fs;
    const read = [];
    fs.readFileSync = (file, ...rest) => (read.push(String(file)), readFileSync(file, ...rest));
    process.on("exit", () =>
      writeFileSync(${JSON.stringify(told)}, JSON.stringify({ loaded: Object.keys(require.cache), read })));`,
  );
  const env = { HOOKPROOF_SECRET: "s", NODE_OPTIONS: `--require=${JSON.stringify(tell)}` };
  const start = async (argv: readonly string[], platforms?: readonly string[]): Promise<string> => {
    const { exit, stdout, stderr } = await runChild(argv, { cwd, env });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const facts: { readonly loaded: readonly string[]; readonly read: readonly string[] } = JSON.parse(
      readFileSync(told, "utf8"),
    );
    const profiles = facts.read.flatMap((file) => /\/providers\/([\w-]+)\.json$/.exec(file)?.[1] ?? []);
    if (platforms !== undefined) expect(profiles).toEqual(platforms);
    const ours = facts.loaded.filter((file) => basename(dirname(file)) === "dist");
    expect(ours.length).toBeGreaterThan(0);
    const code = ours.map((file) => readFileSync(file, "utf8")).join("\n");
    expect(Object.entries(marks).flatMap(([name, mark]) => (code.includes(mark) ? [name] : []))).toEqual([]);
    return stdout;
  };
  const body = '{"id":"evt_1","type":"link.clicked"}';
  writeFileSync(join(cwd, "payload.json"), body);
  writeFileSync(
    join(cwd, "request.http"),
    `POST / HTTP/1.1\n${await start(["sign", "payload.json", "-p", "10x"], ["10x"])}\n${body}`,
  );
  for (const id of ["10x", "10x.in", "auto"])
    expect(await start(["verify", "request.http", "-p", id], ["10x"])).toContain("valid 10x");
  for (const argv of [["--help"], ["send", "--help"], ["config"]]) await start(argv, []);
  await start(["explain", "401", "-p", "10x"], ["10x"]);
  await start(["providers"]);
});

test("each of them is in the bundle, and none of zod's languages but English", () => {
  const dist = join(dirname(bin), "../dist");
  const files = readdirSync(dist).filter((file) => file.endsWith(".cjs"));
  const code = files.map((file) => readFileSync(join(dist, file), "utf8"));
  for (const mark of Object.values(marks))
    expect(code.filter((text) => text.includes(mark)).length, mark).toBeGreaterThan(0);
  expect(code.filter((text) => text.includes("Invalid input: expected")).length).toBe(1);
  // "Invalid input" in French, German and Japanese, as zod's locales begin.
  expect(code.filter((text) => /Entrée invalide|Ungültige Eingabe|無効な入力/.test(text))).toEqual([]);
});
