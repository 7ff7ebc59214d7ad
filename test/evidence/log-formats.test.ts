import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { accessFormats, messageFormats, pairFormats, prefixes, w3cFields } from "../../src/evidence/logs/formats.ts";
import { jsonFormats, jsonWrappers } from "../../src/evidence/logs/json-formats.ts";
import { entriesOf, parseLogLine } from "../../src/evidence/logs/parse.ts";
import { formats, withoutStatus } from "./log-lines.ts";

const noon = Date.parse("2026-06-19T12:00:00Z");

describe("a log line", () => {
  test("the table has 45 formats of two lines and more, and 30 lines without a status", () => {
    expect(formats.length).toBeGreaterThanOrEqual(45);
    expect(formats.filter(({ lines }) => lines.length < 2)).toEqual([]);
    expect(withoutStatus.length).toBeGreaterThanOrEqual(30);
  });

  test.each(
    formats.flatMap(({ format, lines, columns }) =>
      lines.map(([line, expected]) => ({ format, line, expected, columns })),
    ),
  )("of $format: $line", ({ line, expected, columns }) => {
    const facts = parseLogLine(line, noon, columns?.slice("#Fields: ".length).split(" "));
    const second = facts.time === null ? null : Math.floor(facts.time / 1000) * 1000;
    expect({ time: second, status: facts.status, method: facts.method, path: facts.path }).toEqual({
      time: expected.time === false ? null : noon,
      status: expected.status ?? null,
      method: expected.method ?? null,
      path: expected.path ?? null,
    });
    expect(facts.form).not.toBe(expected.status === undefined ? "" : "text");
  });

  test.each(withoutStatus)("without a status: %s", (line) => {
    expect(parseLogLine(line, noon).status).toBe(null);
  });

  test("a format is documented, and the page names it", () => {
    const page = readFileSync(new URL("../../docs/evidence.md", import.meta.url), "utf8");
    const all = [
      ...prefixes,
      ...accessFormats,
      ...messageFormats,
      ...pairFormats,
      ...jsonFormats,
      ...jsonWrappers,
      w3cFields,
    ];
    expect(all.filter(({ source }) => source.length < 10)).toEqual([]);
    expect(all.map(({ name }) => name).filter((name) => !page.includes(name))).toEqual([]);
  });
});

describe("a hostile line is read in time that grows with its length", () => {
  test.each([
    ["quotes", 'a="'.repeat(40_000)],
    ["escapes", `a="${"\\\\".repeat(60_000)}`],
    ["requests", 'POST /a "'.repeat(20_000)],
    ["brackets", "[".repeat(100_000)],
    ["nested JSON", `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`],
    ["JSON nested deeper than the stack", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
    ["spaces", `status${" ".repeat(100_000)}200`],
    ["statuses", "status status code HTTP response ".repeat(4000)],
    ["verbs", "returned with a http status code ".repeat(4000)],
    ["arrows", "1 -> 2".repeat(20_000)],
    ["times", "2026-06-19T12:00:0".repeat(8000)],
    [
      "wrapped",
      Array.from({ length: 12 }).reduce<string>((line) => JSON.stringify({ log: line, stream: "x" }), "POST /a 401"),
    ],
    ["prefixes", "2026-06-19T12:00:00.000000000Z ".repeat(4000)],
  ])("%s", (_what, line) => {
    expect(entriesOf(`{"events":[${line}]}`, { near: noon })).toEqual([expect.anything()]);
    // Backtracking would take longer than the test may.
    expect(parseLogLine(line, noon).form).toEqual(expect.any(String));
  });
});
