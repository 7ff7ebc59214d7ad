import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellLine } from "../../src/cli/shell-line.ts";

test("bash reads the words back as they were", () => {
  const words = ["redis://h/0?stream=a&b", "it's", "$HOME", "`id`", "=x", "~", "a b", "!", "*", "", "\n", "--to=3000"];
  const line = shellLine(["printf", "%s\\0", ...words]);
  const read = execFileSync("bash", ["-c", line], { encoding: "utf8" });
  expect(read.split("\0").slice(0, -1)).toEqual(words);
});

test("plain words stay plain", () => {
  expect(shellLine(["hookproof", "replay", "--dlq", "q.ndjson", "--to", "http://localhost:3000/a"])).toBe(
    "hookproof replay --dlq q.ndjson --to http://localhost:3000/a",
  );
});
