import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { run } from "../support/run.ts";

const cwd = fileURLToPath(new URL("../fixtures/requests/", import.meta.url));
const text = readFileSync(new URL("../../docs/requests.md", import.meta.url), "utf8");

const examples = Array.from(
  text.matchAll(/```console\n\$ hookproof (.*)\n([\s\S]*?)```/g),
  ([, line = "", output = ""]) => ({
    line,
    argv: Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, word]) => quoted ?? word ?? ""),
    output,
  }),
);

test("docs/requests.md has an example of every form", () => {
  expect(examples.length).toBeGreaterThan(10);
});

test.each(examples)("docs/requests.md shows what $line prints", async ({ argv, output }) => {
  const { stdout, stderr } = await run(argv, { cwd, env: { HOOKPROOF_SECRET: "correct-horse" } });
  expect(stdout + stderr).toBe(output);
});
