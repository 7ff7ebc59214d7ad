import { expect, test } from "vitest";
import { runHostile } from "./hostile-run.ts";

test.each([
  [11, ["-p", "auto", "--json"]],
  [12, ["-p", "auto", "--verbose"]],
  [13, ["-p", "10x", "--quiet"]],
  [14, ["-p", "stripe"]],
])("listen lives through 500 connections of hostile webhooks (seed %d, %j), its memory flat", async (seed, argv) => {
  const sizes = await runHostile({ seed, connections: 500, largeShare: 0.02, argv });
  // Bodies of 9 MB come and go; what leaks grows with every tenth of them.
  const [first, second] = [Math.max(...sizes.slice(1, 5)), Math.max(...sizes.slice(6))];
  expect(second, sizes.join(" ")).toBeLessThan(first + 300);
});
