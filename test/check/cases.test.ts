import { expect, test } from "vitest";
import { cases } from "../../src/check/cases.ts";
import { findProfile } from "../../src/providers/index.ts";
import { caseIds } from "../../src/check/types.ts";

test("a forgery is to get any 4xx where the platform retries every one, else one that it does not retry", () => {
  const expected = (id: string): string | undefined => {
    const one = cases.find((it) => it.id === "rejects-tampered-body");
    return one?.expectedOf?.(findProfile(id)) ?? one?.expected;
  };
  expect(expected("stripe")).toBe("a 4xx");
  expect(expected("10ex")).toBe("a 4xx that the platform does not retry");
});

test("every id that --only and the docs know has its case, and every case its id", () => {
  expect(cases.map(({ id }) => id)).toEqual(caseIds);
});
