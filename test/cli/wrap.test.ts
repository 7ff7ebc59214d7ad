import { expect, test } from "vitest";
import { sideBySide, foldLine } from "../../src/cli/wrap.ts";

const green = (text: string): string => `\u001b[32m${text}\u001b[39m`;

test("a line that fits stays whole, its colours not counted", () => {
  const line = `POST /hooks  ${green("valid")}  200`;
  expect(foldLine(line, 23)).toBe(line);
});

test("a longer one is parted where two spaces stand, and never inside a part", () => {
  expect(foldLine(`POST /hooks  ${green("valid 10x")}  200 4ms`, 24)).toBe(
    `POST /hooks  ${green("valid 10x")}\n  200 4ms`,
  );
  expect(foldLine(`POST /hooks  ${green("valid 10x")}  200 4ms`, 10)).toBe(
    `POST /hooks\n  ${green("valid 10x")}\n  200 4ms`,
  );
});

test("what stands indented stays so", () => {
  expect(foldLine("  to http://a.test  attempt 1", 20)).toBe("  to http://a.test\n  attempt 1");
});

test("two parts stand side by side where they fit, else one under the other", () => {
  expect(sideBySide("POST /", green("valid"), 13)).toBe(`POST /  ${green("valid")}`);
  expect(sideBySide("POST /", green("valid"), 12)).toBe(`POST /\n  ${green("valid")}`);
});
