import { expect, test } from "vitest";
import { cases } from "../../src/check/cases.ts";
import { caseIds } from "../../src/check/types.ts";

test("every id that --only and the docs know has its case, and every case its id", () => {
  expect(cases.map(({ id }) => id)).toEqual(caseIds);
});
