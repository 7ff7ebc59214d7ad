import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { selectLines } from "../../src/evidence/logs/select.ts";
import type { LogQuery } from "../../src/evidence/logs/select.ts";
import { readDeploys } from "../../src/evidence/deploys.ts";
import { temporaryFolder } from "../support/run.ts";

const noon = Date.parse("2026-06-19T12:00:00Z");

const query: LogQuery = { eventId: "evt_1", path: "/hooks", hostname: null, times: [noon], windowMs: 5000 };
const signal = new AbortController().signal;
const file = (text: string | Buffer, name = "app.log"): string => {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
};

describe("the lines of an event", () => {
  test("are those that name it, with what stands around them and the stack trace that follows", async () => {
    const lines = [
      "a",
      "b",
      "c",
      "d",
      "2026-06-19T12:00:00Z evt_1 failed 500",
      "Error: boom",
      "    at f (x.js:1)",
      "2026-06-19T12:00:01Z next",
      "2026-06-19T12:00:02Z evt_12 other",
    ];
    const { lines: kept } = await selectLines(file(lines.join("\n")), "app.log", query, signal);
    expect(kept.map(({ number, why }) => `${number} ${why}`)).toEqual([
      "2 around",
      "3 around",
      "4 around",
      "5 id",
      "6 around",
      "7 around",
      "8 around",
      "9 around",
    ]);
  });

  test("are those of its path at its time, where the log does not name it", async () => {
    const line = (second: number, path: string) =>
      `1.2.3.4 - - [19/Jun/2026:12:00:${String(second).padStart(2, "0")} +0000] "POST ${path} HTTP/1.1" 401 1 "-" "-"`;
    const text = [line(0, "/other"), line(1, "/hooks"), line(40, "/hooks")].join("\n");
    const { lines: kept } = await selectLines(file(text), "access.log", query, signal);
    expect(kept.filter(({ why }) => why === "time").map(({ number }) => number)).toEqual([2]);
  });

  test("are found in gzip, and across the borders of what is read at once", async () => {
    const filler = `2026-06-18T00:00:00Z ${"x".repeat(150)}\n`.repeat(20_000);
    const text = `${filler}2026-06-19T12:00:00Z evt_1 status=401\n${filler}`;
    const { lines: kept, linesRead } = await selectLines(
      file(gzipSync(text), "app.log.gz"),
      "app.log.gz",
      query,
      signal,
    );
    expect(kept.find(({ why }) => why === "id")?.number).toBe(20_001);
    expect(linesRead).toBe(40_001);
    expect(kept.length).toBeLessThan(10);
  });

  test("a gzip that breaks off is told as one", async () => {
    const whole = gzipSync("evt_1\n".repeat(1000));
    await expect(selectLines(file(whole.subarray(0, 40)), "a.gz", query, signal)).rejects.toMatchObject({
      code: "input-malformed",
    });
  });

  test("colours are taken out: they hide the time, the status, and what a key's value is", async () => {
    const line =
      "\u001b[2m2026-06-19T12:00:00Z\u001b[0m \u001b[31;1mERROR\u001b[m evt_1 pass\u001b[1mword\u001b[0m=hunter2 status=\u001b[33m401\u001b[0m";
    const { lines: kept } = await selectLines(file(`${line}\n`), "a.log", query, signal);
    expect(kept[0]?.text).toBe("2026-06-19T12:00:00Z ERROR evt_1 password=hunter2 status=401");
    expect(kept[0]?.facts).toMatchObject({ time: noon, status: 401 });
  });

  test("a missing file is told by its name", async () => {
    await expect(selectLines("/nonexistent/x.log", "x.log", query, signal)).rejects.toMatchObject({
      code: "input-unreadable",
    });
  });

  test("a log without a single line feed does not fill the memory", async () => {
    const { lines: kept } = await selectLines(file("y".repeat(8 * 1024 * 1024)), "a.log", query, signal);
    expect(kept).toEqual([]);
  });
});

describe("deploys of a file", () => {
  const window = { since: noon - 86_400_000, until: noon + 3_600_000 };
  test.each([
    ["lines", "# releases\n2026-06-19T11:46:00Z v1.4.2 express 5\n2026-06-01T00:00:00Z v1.0.0 old\n"],
    ["objects", '{"at":"2026-06-19T11:46:00Z","version":"v1.4.2","message":"express 5"}\n'],
    ["an array", '[{"timestamp":1781869560,"name":"v1.4.2","title":"express 5"}]'],
  ])("as %s", (_form, text) => {
    expect(readDeploys(text, "d", window)).toEqual([
      { at: Date.parse("2026-06-19T11:46:00Z"), kind: "deploy", name: "v1.4.2", message: "express 5" },
    ]);
  });

  test("a line without a time is named", () => {
    expect(() => readDeploys("v1.4.2 yesterday\n", "d.txt", window)).toThrow("d.txt line 1 has no time");
  });
});
