import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { run, temporaryFolder } from "../support/run.ts";

test.each(["200", "401"])("demo is not misled by event ids that end in %s", async (digits) => {
  const { exit, stdout } = await run(["demo"], {
    env: { HOOKPROOF_HOME: temporaryFolder() },
    randomBytes: (size) => {
      const bytes = randomBytes(size);
      if (size >= 8) Buffer.from(`0${digits}`, "hex").copy(bytes, size - 2);
      return bytes;
    },
  });
  expect(stdout).toMatch(new RegExp(`evt_[0-9a-f]{21}${digits}\\b`));
  expect(stdout).toContain("✓ complete");
  expect(stdout).toMatch(/all as expected\n$/);
  expect(exit).toBe(0);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("a demo that %s ends exits %i", async (signal, code) => {
  const stop = new AbortController();
  const onStdout = (text: string): void => {
    if (text.includes("hookproof listen")) stop.abort(signal);
  };
  const env = { HOOKPROOF_HOME: temporaryFolder() };
  expect((await run(["demo"], { env, signal: stop.signal, onStdout })).exit).toBe(code);
});
