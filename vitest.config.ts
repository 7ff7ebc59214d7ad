import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Children are started by many tests; more workers than cores only make them wait for each other.
    maxWorkers: "100%",
    // vitest sets these for itself; a program under test must not see them.
    env: { NO_COLOR: "", FORCE_COLOR: "" },
  },
});
