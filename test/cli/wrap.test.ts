import { expect, test } from "vitest";
import { sideBySide, clip, columns, foldLine, padded, pasteable, wrapMessage } from "../../src/cli/wrap.ts";

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

test("indented text stays indented", () => {
  expect(foldLine("  to http://a.test  attempt 1", 20)).toBe("  to http://a.test\n  attempt 1");
});

test("two parts stand side by side where they fit, else one under the other", () => {
  expect(sideBySide("POST /", green("valid"), 13)).toBe(`POST /  ${green("valid")}`);
  expect(sideBySide("POST /", green("valid"), 12)).toBe(`POST /\n  ${green("valid")}`);
});

test("wide characters take two columns, and combining marks take none", () => {
  expect([columns("日本"), columns("🎉"), columns("e\u0301"), columns(green("ab"))]).toEqual([4, 2, 1, 2]);
  expect(padded("日本", 6)).toBe("日本  ");
});

test("truncated text is marked, and no character is split", () => {
  expect(clip("Acme", 4)).toBe("Acme");
  expect(clip("Acme Corp", 6)).toBe("Acme …");
  expect(clip("🎉🎉🎉", 5)).toBe("🎉🎉…");
  expect(clip("Acme", 0)).toBe("");
});

test("a message is broken between words, and a command in it is not", () => {
  expect(wrapMessage("set it once, or run `hookproof init` here", 30, 2)).toBe(
    "set it once, or run\n  `hookproof init` here",
  );
  expect(wrapMessage("store it: hookproof secret set 10x --from env:NAME", 30)).toBe(
    "store it:\nhookproof secret set 10x --from env:NAME",
  );
  expect(wrapMessage("a bug in hookproof and nothing else", 20)).toBe("a bug in hookproof\nand nothing else");
});

test("a long command goes on after a backslash, and no option is parted from its value", () => {
  expect(pasteable("hookproof listen --port 0 --respond '500, 503' &", 30)).toEqual([
    "hookproof listen --port 0 \\",
    "--respond '500, 503' &",
  ]);
});
