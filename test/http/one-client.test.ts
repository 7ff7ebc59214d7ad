import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../../src/", import.meta.url));
const imports = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) =>
    readFileSync(join(src, file), "utf8")
      .split("\n")
      .filter((line) => /^import (?!type).* from "/.test(line))
      .map((line) => ({ file, line })),
  );

test("undici is used in src/http alone", () => {
  const users = imports.filter(({ line }) => line.includes('from "undici"')).map(({ file }) => file);
  expect(users.filter((file) => !file.startsWith("http/"))).toEqual([]);
  expect(users.length).toBeGreaterThan(0);
});

test("every module that uses Node's sockets says why", () => {
  const untold = imports.filter(({ line }) => /from "node:(?:net|tls)";$/.test(line)).map(({ file }) => file);
  expect(untold).toEqual([]);
});

test("no module makes requests with Node's own clients", () => {
  const made = imports.filter(({ line }) => /\b(?:request|get|Agent)\b.* from "node:https?"/.test(line));
  expect(made).toEqual([]);
});
