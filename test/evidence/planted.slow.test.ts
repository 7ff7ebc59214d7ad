import { expect, test } from "vitest";
import { plant, plantIds } from "./planted.ts";

test.each([11, 12])("no planted secret survives 3000 plantings of seed %i", (seed) => {
  const { planted, survived } = plant(seed, 3000);
  expect(survived.slice(0, 5)).toEqual([]);
  expect(Math.min(...planted.values())).toBeGreaterThan(10);
});

test("ids, times, sizes and addresses stay, whatever their digits", () => {
  expect(plantIds(21, 1500).slice(0, 5)).toEqual([]);
});
