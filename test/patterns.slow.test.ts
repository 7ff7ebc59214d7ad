import { check } from "recheck";
import { expect, test } from "vitest";
import { accepted, patterns } from "./support/patterns.ts";
import type { Pattern } from "./support/patterns.ts";

interface Attack {
  readonly pumps: readonly { readonly prefix: string; readonly pump: string }[];
  readonly suffix: string;
}

/**
 * Whether an attack takes long, in processor time, once it is 100,000 characters. recheck's fuzzer also reports what is
 * linear with a large factor, as repetitions such as {0,300} have, and on a busy machine what it had no time to try.
 */
const isSlow = ({ source, flags }: Pattern, { pumps, suffix }: Attack): boolean => {
  const times = 100_000 / pumps.map(({ pump }) => pump).join("").length;
  const text = pumps.map(({ prefix, pump }) => prefix + pump.repeat(times)).join("") + suffix;
  const before = process.cpuUsage().user;
  new RegExp(source, flags).exec(text);
  return process.cpuUsage().user - before > 250_000;
};

test("recheck finds no pattern with more than linear time", async () => {
  const found: string[] = [];
  // One that stands in several places is looked at once.
  const distinct = new Map(patterns.map((pattern) => [`${pattern.source}/${pattern.flags}`, pattern]));
  for (const pattern of distinct.values()) {
    const { where, source, flags } = pattern;
    if (accepted.some((one) => one.source === source)) continue;
    const result = await check(source, flags.replace("d", ""), { timeout: 60_000 });
    if (result.status !== "vulnerable") continue;
    const { complexity, attack } = result;
    if (complexity.type === "exponential" || isSlow(pattern, attack))
      found.push(`${where}: /${source}/${flags}: ${complexity.summary}, by ${attack.pattern}`);
  }
  expect(found, "rewrite them, or put them into test/support/patterns.ts with a limit and a reason").toEqual([]);
});
