import { test } from "vitest";
import { EntryTable } from "../../src/dlq/file/table.ts";

test("ids that somebody has chosen are found as quickly as any", { timeout: 5000 }, ({ expect }) => {
  const table = new EntryTable(0x5eed);
  // Halves that cancel each other out: a plain sum of the bits would put all of them into one bucket.
  const idOf = (at: number): string => `dlq_${at.toString(16).padStart(8, "0").repeat(2)}`;
  const amount = 200_000;
  for (let at = 0; at < amount; at++) table.row(idOf(at));
  let found = 0;
  for (let at = 0; at < amount; at++) if (table.find(idOf(at)) === at) found++;
  expect(found).toBe(amount);
  expect(table.find("dlq_ffffffff00000000")).toBeUndefined();
});
