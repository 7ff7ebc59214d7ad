import { defineConfig } from "vitest/config";
import { library } from "./scripts/library.mjs";

export default defineConfig({
  plugins: [library({ isBuild: false })],
  test: {
    globalSetup: ["test/support/build.ts"],
    // What must not take for ever is held by this limit: no test measures time, since machines are busy at times.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Children are started by many tests; more workers than cores only make them wait for each other.
    maxWorkers: "100%",
    // vitest sets these for itself; a program under test must not see them.
    env: { NO_COLOR: "", FORCE_COLOR: "" },
    reporters: ["default", "test/support/left-out.ts"],
    projects: [
      { extends: true, test: { name: "fast", include: ["test/**/*.test.ts"], exclude: ["test/**/*.slow.test.ts"] } },
      // Real time limits, kills, a million entries, every pair of accidents: minutes. Run by `.ci/run`.
      {
        extends: true,
        test: { name: "slow", include: ["test/**/*.slow.test.ts"], testTimeout: 900_000, hookTimeout: 900_000 },
      },
    ],
  },
});
