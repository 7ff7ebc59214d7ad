import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runChild, temporaryFolder } from "../support/run.ts";

test("demo tells the whole story with the built program, and leaves nothing behind", async () => {
  const temporary = temporaryFolder();
  const { exit, stdout, stderr } = await runChild(["demo"], { env: { TMPDIR: temporary } });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
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
