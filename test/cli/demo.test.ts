import { readdirSync } from "node:fs";
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
