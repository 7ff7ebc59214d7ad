import { check } from "recheck";
import { expect, test } from "vitest";
import { accepted, patterns } from "./support/patterns.ts";

test("recheck finds no pattern that takes more than linear time", async () => {
  const found: string[] = [];
  for (const { where, source, flags } of patterns) {
    if (accepted.some((one) => one.source === source)) continue;
    const result = await check(source, flags.replace("d", ""), { timeout: 60_000 });
    if (result.status === "vulnerable")
      found.push(`${where}: /${source}/${flags}: ${result.complexity.summary}, by ${result.attack.pattern}`);
  }
  expect(found, "rewrite them, or put them into test/support/patterns.ts with a limit and a reason").toEqual([]);
});
