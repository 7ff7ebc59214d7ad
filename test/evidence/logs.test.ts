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

  test("colours are removed: they hide the time, the status, and what a key's value is", async () => {
    const line =
      "\u001b[2m2026-06-19T12:00:00Z\u001b[0m \u001b[31;1mERROR\u001b[m evt_1 pass\u001b[1mword\u001b[0m=hunter2 status=\u001b[33m401\u001b[0m";
    const { lines: kept } = await selectLines(file(`${line}\n`), "a.log", query, signal);
    expect(kept[0]?.text).toBe("2026-06-19T12:00:00Z ERROR evt_1 password=hunter2 status=401");
    expect(kept[0]?.facts).toMatchObject({ time: noon, status: 401 });
  });

  test("a missing file is reported by name", async () => {
    await expect(selectLines("/nonexistent/x.log", "x.log", query, signal)).rejects.toMatchObject({
      code: "input-unreadable",
    });
  });

  test("a log without a single newline does not fill the memory", async () => {
    const { lines: kept } = await selectLines(file("y".repeat(8 * 1024 * 1024)), "a.log", query, signal);
    expect(kept).toEqual([]);
  });
});

describe("deploys of a file", () => {
  const window = { since: noon - 86_400_000, until: noon + 3_600_000 };
  test.each([
    ["lines", "# releases\n2026-06-19T11:46:00Z v1.4.2 express 5\n2026-06-01T00:00:00Z v1.0.0 old\n"],
    ["lines that say deploy", "2026-06-19T11:46:00Z deploy v1.4.2 express 5\n"],
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

describe("lines of one request are joined", () => {
  const told = async (lines: readonly string[], over: Partial<LogQuery> = {}) => {
    const { lines: kept, ...rest } = await selectLines(
      file(lines.join("\n")),
      "app.log",
      { ...query, ...over },
      signal,
    );
    const hits = kept.filter(({ why, facts }) => why !== "around" && facts.status !== null);
    return { hits: hits.map(({ number, why, facts }) => `${number} ${why} ${facts.status}`), kept, ...rest };
  };
  const fastify = (id: string, more: object): string => JSON.stringify({ level: 30, time: noon, reqId: id, ...more });
  const post = { req: { method: "POST", url: "/hooks" } };
  const done = (statusCode: number) => ({ res: { statusCode }, msg: "request completed" });

  test("by the id that each carries, whatever stands between", async () => {
    const { hits } = await told([
      fastify("req-1", post),
      fastify("req-2", { req: { method: "POST", url: "/other" } }),
      fastify("req-2", done(200)),
      fastify("req-12", done(204)),
      fastify("req-1", done(401)),
    ]);
    expect(hits).toEqual(["5 time 401"]);
  });

  test("where another line of the request names the event, before or after the status", async () => {
    const before = await told([fastify("r1", { msg: "got evt_1" }), fastify("r1", post), fastify("r1", done(500))]);
    expect(before.hits).toEqual(["3 id 500"]);
    const after = await told([fastify("r1", post), fastify("r1", done(500)), fastify("r1", { msg: "failed evt_1" })], {
      times: [],
    });
    expect(after.hits).toEqual(["2 id 500"]);
  });

  test("across the blocks that are read at once", async () => {
    const filler = Array.from(
      { length: 20_000 },
      () => "2026-06-19T12:00:00Z info nothing of note here, and a bit more of it",
    );
    const { hits } = await told([fastify("req-77", post), ...filler, fastify("req-77", done(503))]);
    expect(hits).toEqual([`${filler.length + 2} time 503`]);
  });

  const started = (path: string) => `Started POST "${path}" for 127.0.0.1 at 2026-06-19 12:00:00 +0000`;
  const rails = [
    "Processing by HooksController#create as JSON",
    '  Parameters: {"id"=>"evt_1", "status"=>200}',
    "Completed 401 Unauthorized in 3ms (Views: 0.1ms)",
  ];

  test("by their order, in Rails without tags", async () => {
    const { hits } = await told([started("/hooks"), ...rails]);
    expect(hits).toEqual(["4 id 401"]);
  });

  test("by Rails' tag", async () => {
    const tag = (text: string, id = "0a1b2c3d-0000-4000-8000-000000000001"): string =>
      `I, [2026-06-19T12:00:00.000000 #7]  INFO -- : [${id}] ${text}`;
    const other = "0a1b2c3d-0000-4000-8000-000000000002";
    const { hits } = await told([
      tag(started("/hooks")),
      tag(started("/x"), other),
      tag("Completed 200 OK in 1ms", other),
      tag("Completed 401 Unauthorized in 3ms"),
    ]);
    expect(hits).toEqual(["4 time 401"]);
  });

  test("but not by their order where two requests run at once", async () => {
    const { hits } = await told([
      started("/hooks"),
      started("/x"),
      "Completed 200 OK in 1ms",
      "Completed 401 Unauthorized in 3ms",
    ]);
    expect(hits).toEqual([]);
  });

  test("but not because they are indented alike", async () => {
    const indented = await told([
      "  12:00 POST /other 200",
      "  12:01 evt_1 failed",
      "Starting",
      "  evt_1 queued",
      "  POST /x returned 500",
    ]);
    expect(indented.hits).toEqual([]);
  });

  test("a stack trace stays with its line, and its numbers are no status", async () => {
    const { hits, kept } = await told([
      "2026-06-19T12:00:00.740Z ERROR 200 --- [nio-8080-exec-101] c.a.Hooks : evt_1 failed",
      "",
      "java.lang.IllegalStateException: no",
      "\tat c.a.Hooks.post(Hooks.java:200)",
      "Caused by: java.net.ConnectException: HTTP 404 from upstream",
      "\t... 12 more",
      "2026-06-19T12:00:00.741Z  INFO 200 --- [main] c.a.Hooks : next",
    ]);
    expect(hits).toEqual([]);
    expect(kept.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe("documents and columns", () => {
  const hitsOf = async (text: string): Promise<readonly unknown[]> => {
    const { lines: kept } = await selectLines(file(text), "a.log", query, signal);
    return kept
      .filter(({ why, facts }) => why !== "around" && facts.status !== null)
      .map(({ facts, why }) => [why, facts.status]);
  };
  const gcp = [
    {
      httpRequest: { requestMethod: "POST", requestUrl: "https://a.example/other", status: 200 },
      timestamp: "2026-06-19T12:00:00Z",
    },
    {
      httpRequest: { requestMethod: "POST", requestUrl: "https://a.example/hooks", status: 401 },
      timestamp: "2026-06-19T12:00:00Z",
    },
  ];
  const cloudwatch = { events: [{ message: "POST /hooks 401 evt_1\n", ingestionTime: noon, timestamp: noon }] };

  test.each([
    ["an indented list", JSON.stringify(gcp, null, 2)],
    ["a list in one line", JSON.stringify(gcp)],
    ["an indented object that holds the list", JSON.stringify(cloudwatch, null, 4)],
    ["such an object in one line", JSON.stringify(cloudwatch)],
    ["an object, indented", JSON.stringify(gcp[1], null, 2)],
  ])("%s", async (_name, text) => {
    expect((await hitsOf(`${text}\n`)).map((hit) => String(hit).split(",")[1])).toEqual(["401"]);
  });

  test("the columns that the file itself names, the last time it does", async () => {
    const filler = "2026-06-18 00:00:00 10.0.0.1 GET /x - 200\n".repeat(60_000);
    const text = `#Software: IIS\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query sc-status\n${filler}#Fields: date time cs-method cs-uri-stem time-taken sc-status\n${filler}2026-06-19 12:00:00 POST /hooks 200 401\n`;
    expect(await hitsOf(text)).toEqual([["time", 401]]);
  });

  test("journald's export", async () => {
    const block = (message: string): string =>
      `__CURSOR=s=1\n__REALTIME_TIMESTAMP=${noon * 1000}\n_PID=404\nMESSAGE=${message}\n\n`;
    expect(await hitsOf(block("hello 200") + block("POST /hooks 401 evt_1"))).toEqual([["id", 401]]);
  });

  test("a path that PHP's JSON escapes", async () => {
    const line = String.raw`[2026-06-19 12:00:00] production.WARNING: no {"path":"\/hooks","status":401}`;
    expect(await hitsOf(line)).toEqual([["time", 401]]);
  });
});
