import { test } from "vitest";
import { runHostile } from "./hostile-run.ts";

// A sample; hostile.slow.test.ts has 2,000 of them.
test("listen lives through hostile webhooks of every kind", async () => {
  await runHostile({ seed: 1, connections: 100, largeShare: 0.01, argv: ["-p", "auto", "--json"] });
});
