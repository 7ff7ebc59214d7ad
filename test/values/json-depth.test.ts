import { expect, test } from "vitest";
import { payloadOf } from "../../src/providers/payload.ts";
import { isTooDeep } from "../../src/values/json-depth.ts";

test.each([
  ["millions of arrays", "[".repeat(9_000_000), true],
  ["millions of objects", '{"a":'.repeat(1_000_000), true],
  ["many that are closed again", "[]".repeat(1_000_000), false],
  ["brackets in a string, behind escaped quotes", `["${'\\"['.repeat(100_000)}"]`, false],
  ["a string that does not end", `"${"[".repeat(100_000)}`, false],
  ["a short text", "[".repeat(60_000), false],
])("%s", (_title, text, expected) => {
  expect(isTooDeep(text)).toBe(expected);
});

// V8 takes 11 s for the first of these; a test that takes so long is one that has failed.
test.each(["", "\ufeff", '{"id":"evt_1","x":'])("such a body has no event id, and is not read for it (%j)", (start) => {
  expect(payloadOf(Buffer.from(start + "[".repeat(9_000_000))).json("id")).toBeUndefined();
});
