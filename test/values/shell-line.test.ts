import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellLine } from "../../src/values/shell-line.ts";

test("bash reads the words back as they were", () => {
  const words = [
    "redis://h/0?stream=a&b",
    "it's",
    "$HOME",
    "`id`",
    "=x",
    "~",
    "a b",
    "!",
    "*",
    "",
    "\n",
    "--to=3000",
    "a,b",
    "-x.y",
    "@a",
    "it's $5",
  ];
  const line = shellLine(["printf", "%s\\0", ...words]);
  const read = execFileSync("bash", ["-c", line], { encoding: "utf8" });
  expect(read.split("\0").slice(0, -1)).toEqual(words);
});

test("plain words stay plain", () => {
  expect(shellLine(["hookproof", "replay", "--dlq", "q.ndjson", "--to", "http://localhost:3000/a"])).toBe(
    "hookproof replay --dlq q.ndjson --to http://localhost:3000/a",
  );
});

test.each([
  ["/Users/Ada Lovelace/x.ndjson", "'/Users/Ada Lovelace/x.ndjson'"],
  ["a,b", "'a,b'"],
  ["@file", "'@file'"],
  ["-a.b", "'-a.b'"],
  ["--to=3000", "--to=3000"],
  ["it's", `"it's"`],
])("%s is quoted so that bash, zsh and PowerShell agree: %s", (word, quoted) => {
  expect(shellLine([word])).toBe(quoted);
});
