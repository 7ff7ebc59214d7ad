import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson } from "../../src/values/parse-json.ts";

test.each([
  ['{"a":\n x}', ": unexpected text at line 2, column 2"],
  ['{"a":1,}', ": unexpected text at line 1, column 8"],
  ['{"a" 1}', ": unexpected text at line 1, column 6"],
  ['["a\\q"]', ": unexpected text at line 1, column 4"],
  ["[1] 2", ": unexpected text at line 1, column 5"],
  ["[1}", ": unexpected text at line 1, column 3"],
  ["[01]", ": unexpected text at line 1, column 3"],
  ['{"a', ": it ends too early"],
  ["", ": it ends too early"],
])("%j is refused with its place", (text, place) => {
  expect(() => parseJson(text, "f")).toThrow(`f is not JSON${place}`);
});

test("a byte order mark is passed over", () => {
  expect(parseJson("\ufeff[1]", "f")).toEqual([1]);
});

test("the place is within the text, whatever is wrong", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom(...Array.from('{}[],:"\\x1 \n')), (json, where, char) => {
      const at = where % (json.length + 1);
      const text = json.slice(0, at) + char + json.slice(at + 1);
      try {
        expect(parseJson(text, "f")).toEqual(JSON.parse(text));
      } catch (error) {
        expect(error).toMatchObject({
          message: expect.stringMatching(
            /^f is not JSON: (?:it ends too early|unexpected text at line \d+, column \d+)$/,
          ),
        });
      }
    }),
    { numRuns: 3000 },
  );
});
