import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { library } from "./scripts/library.mjs";
import LongestFirst from "./test/support/order.ts";

export default defineConfig({
  plugins: [library({ isBuild: false })],
  test: {
    globalSetup: ["test/support/build.ts"],
    // What must not take for ever is held by this limit: no test measures time, since machines are busy at times.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Many tests wait, for a child, a server or a clock: more workers than cores use that time.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    // vitest sets these for itself; a program under test must not see them.
    env: { NO_COLOR: "", FORCE_COLOR: "" },
    reporters: ["default", "test/support/left-out.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.slow.test.ts"],
          // A worker goes from file to file: the program is loaded and compiled once. No test may leave anything behind.
          isolate: false,
        },
      },
      // Real time limits, kills, a million entries, every pair of accidents: minutes. Run by `.ci/run`.
      {
        extends: true,
        test: { name: "slow", include: ["test/**/*.slow.test.ts"], testTimeout: 900_000, hookTimeout: 900_000 },
      },
    ],
  },
});
