import { expect, test } from "vitest";
import { timeline } from "../../src/dlq/timeline.ts";

const minute = 60_000;

test.each([
  ["ten minutes", minute, 11, minute],
  ["a day", 60 * minute, 24, 60 * minute],
  ["a month", 24 * 60 * minute, 30, 7 * 24 * 60 * minute],
])("failures over %s are at most 24 steps that lose none", (_name, gap, count, step) => {
  const times = timeline();
  for (let at = 0; at < count; at++) times.add(Date.UTC(2026, 0, 1) + at * gap);
  const result = times.result();
  expect(result.length).toBeLessThanOrEqual(24);
  expect(result.reduce((sum, one) => sum + one.count, 0)).toBe(count);
  expect(result.every(({ from, to }) => to - from === step)).toBe(true);
  expect(result).toEqual(result.toSorted((a, b) => a.from - b.from));
});

test("times far apart, as of a clock that was wrong, are held in bounded room", () => {
  const times = timeline();
  for (let at = 0; at < 20_000; at++) times.add(at * 86_400_000 * 3);
  expect(times.result().length).toBeLessThanOrEqual(24);
  expect(timeline().result()).toEqual([]);
});
