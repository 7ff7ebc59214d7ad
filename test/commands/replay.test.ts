import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import {
  dlqDiscardOutput,
  dlqImportOutput,
  dlqListLine,
  dlqShowOutput,
  dlqStatsOutput,
} from "../../src/commands/dlq/schema.ts";
import { replayLine, replaySummaryLine } from "../../src/commands/replay/schema.ts";
import type { DlqEntry } from "../../src/dlq/dlq.ts";
import { entryLine } from "../../src/dlq/record.ts";
import { sampleEntry } from "../dlq/contract.ts";
import { openQueue } from "../support/engines.ts";
import { run, temporaryFolder } from "../support/run.ts";
import { receiver } from "../replay/receiver.ts";

/** A queue's file with so many entries. */
const queueFile = (count: number): string => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  const lines = Array.from({ length: count }, (_, at) =>
    entryLine({ ...sampleEntry(at), id: `dlq_${String(at).padStart(16, "0")}` }),
  );
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return path;
};

const jsonLines = (text: string): readonly unknown[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));

test("list, show, stats and discard print what the contract says", async ({ expect }) => {
  const path = queueFile(3);
  const list = await run(["dlq", "list", "--dlq", path, "--type", "link.clicked", "--json"]);
  expect(list.exit).toBe(0);
  expect(jsonLines(list.stdout).map((line) => dlqListLine.parse(line).eventId)).toEqual(["evt_0", "evt_2"]);
  const id = "dlq_0000000000000001";
  const show = await run(["dlq", "show", id, "--dlq", path, "--json"]);
  expect(dlqShowOutput.parse(JSON.parse(show.stdout))).toMatchObject({
    id,
    request: { headers: sampleEntry(1).request.headers },
  });
  expect((await run(["dlq", "show", "nope", "--dlq", path])).exit).toBe(2);
  const discard = await run(["dlq", "discard", id, "nope", "--dlq", path, "--json"]);
  expect([discard.exit, dlqDiscardOutput.parse(JSON.parse(discard.stdout))]).toEqual([1, { discarded: 1, missing: 1 }]);
  expect(readFileSync(`${path}.archive`, "utf8")).toContain(id);
  const stats = await run(["dlq", "stats", "--dlq", path, "--json"]);
  expect(dlqStatsOutput.parse(JSON.parse(stats.stdout))).toMatchObject({ total: 2, byType: { "link.clicked": 2 } });
});

test("what export prints, import reads back byte for byte; what was delivered stays away", async ({ expect }) => {
  const path = queueFile(3);
  const exported = await run(["dlq", "export", "--dlq", path]);
  const copy = join(temporaryFolder(), "copy.ndjson");
  const imported = await run(["dlq", "import", "-", "--dlq", copy, "--json"], { stdin: exported.bytes });
  expect(dlqImportOutput.parse(JSON.parse(imported.stdout))).toEqual({ imported: 3, skipped: 0, unreadable: 0 });
  const again = await run(["dlq", "export", "--dlq", copy]);
  const bodies = (text: string): unknown => jsonLines(text).map((line) => Object(line).request);
  expect(bodies(again.stdout)).toEqual(bodies(exported.stdout));
  const settled = `${exported.stdout}{"type":"done","id":"dlq_0000000000000001","kept":false,"attempts":[],"v":1}\n`;
  const other = join(temporaryFolder(), "other.ndjson");
  const second = await run(["dlq", "import", "-", "--dlq", other, "--json"], { stdin: settled });
  expect(JSON.parse(second.stdout)).toEqual({ imported: 2, skipped: 0, unreadable: 0 });
});

test("events claimed by another replay are reported, so that the end does not look like success", async ({
  expect,
}) => {
  const path = queueFile(3);
  const other = await openQueue(path);
  const [held] = await other.claim({}, 1);
  const target = await receiver();
  try {
    const argv = ["replay", "--dlq", path, "--to", target.url, "--secret", "s"];
    const { stdout, stderr } = await run(argv);
    expect(stdout).toContain("2 delivered, 0 failed, 0 skipped, 1 left");
    expect(stderr).toContain("1 event left in the queue: another reader holds it");
    await held?.requeue([]);
    expect((await run(argv)).stderr).not.toContain("could not be taken");
  } finally {
    await other.close();
    await target.close();
  }
});

test("discard takes events' ids too, as show and replay do", async ({ expect }) => {
  const path = queueFile(4);
  const argv = ["dlq", "discard", "--dlq", path, "--json"];
  const both = await run([...argv, "evt_0", "dlq_0000000000000001"]);
  expect([both.exit, JSON.parse(both.stdout)]).toEqual([0, { discarded: 2, missing: 0 }]);
  const some = await run([...argv, "evt_2", "evt_0"]);
  expect([some.exit, JSON.parse(some.stdout)]).toEqual([1, { discarded: 1, missing: 1 }]);
  expect((await run([...argv, "evt_2"])).exit).toBe(2);
  const left = await run(["dlq", "list", "--dlq", path, "--json"]);
  expect(jsonLines(left.stdout).map((line) => dlqListLine.parse(line).eventId)).toEqual(["evt_3"]);
});

test.each([
  ["an empty file", "", "x is empty"],
  ["a log", "2026-06-19T12:00:00Z POST /hooks 401\n", "x is not JSON, but 10x events are"],
  ["a picture", "\x89PNG\r\n\x1a\n", "x is not JSON"],
])("import does not import %s", async (_name, text, told) => {
  const { expect } = await import("vitest");
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "x"), text, "latin1");
  const { exit, stderr } = await run(["dlq", "import", "x", "-p", "10x", "--dlq", "q.ndjson"], { cwd });
  expect(exit).toBe(2);
  expect(stderr).toContain(told);
  expect(stderr).not.toContain("pass -p ID");
});

test("import of a payload a line takes every whole one, and tells of one that is cut off", async ({ expect }) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "x.ndjson"), '{"id":"evt_1"}\n\n{"id":"evt_2"}\n{"id":"ev');
  const argv = ["dlq", "import", "x.ndjson", "-p", "10x", "--dlq", "q.ndjson", "--json"];
  const { exit, stdout, stderr } = await run(argv, { cwd });
  expect([exit, JSON.parse(stdout)]).toEqual([1, { imported: 2, skipped: 0, unreadable: 1 }]);
  expect(stderr).toContain("x.ndjson: line 4 is not a JSON object");
});

test("list and show keep to the terminal's width, but for the request itself", async ({ expect }) => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  const attempt = sampleEntry(0).attempts[0];
  const timings = { dnsMs: 12.3, connectMs: 13.4, tlsMs: 30.1, firstByteMs: 190.2, totalMs: 245.6 };
  const entry: DlqEntry = {
    ...sampleEntry(0),
    id: "d598938b-2764-4ffc-9fdc-b590620ad666",
    eventType: "webhook.delivery.terminal_failure",
    attempts: attempt === undefined ? [] : [{ ...attempt, timings }],
    request: { ...sampleEntry(0).request, body: Buffer.alloc(5000, "x") },
  };
  writeFileSync(path, `${entryLine(entry)}\n`);
  const list = await run(["dlq", "list", "--dlq", path], { columns: 80 });
  const show = await run(["dlq", "show", entry.id, "--dlq", path], { columns: 80 });
  const upToRequest = show.stdout.slice(0, show.stdout.indexOf("POST"));
  for (const line of `${list.stdout}${upToRequest}`.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  expect(list.stdout).toContain("webhook.delivery.terminal_failure");
  expect(upToRequest).toContain("total 246ms");
  expect(show.stdout).toContain("… 4,000 more characters");
});

test("replay's output fits the terminal's width, and an interruption does not look like success", async ({
  expect,
}) => {
  const path = queueFile(2);
  const argv = ["replay", "--dlq", path, "--to", "127.0.0.1:1", "--secret", "s"];
  const failed = await run(argv, { columns: 60 });
  expect(failed.stdout).toMatch(
    /^✗ dlq_0{16} {2}evt_0\n {4}no response \(nothing is listening on 127\.0\.0\.1:1\) is\s+retried\n/,
  );
  for (const line of failed.stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(60);
  const stopped = await run(argv, { signal: AbortSignal.abort("SIGINT") });
  expect(stopped).toMatchObject({ exit: 130, stdout: expect.stringMatching(/^⚠ 0 delivered, .* 2 left/) });
});

test.each([
  ["a payload", '{"id":"evt_1","type":"link.clicked"}'],
  ["a capture", '{"type":"request","id":"req_1","body":{"encoding":"utf8","data":"{\\"type\\":\\"entry\\"}"}}\n'],
  ["a log", "2026-06-19T12:00:00Z POST /hooks 401\n"],
])("%s is not a queue: neither an empty one nor one to write to", async (_name, text) => {
  const { expect } = await import("vitest");
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "x"), text);
  writeFileSync(join(cwd, "event.json"), '{"id":"evt_1"}');
  for (const argv of [
    ["dlq", "list", "--dlq", "x"],
    ["replay", "--dlq", "x", "--to", "127.0.0.1:1", "--secret", "s"],
    ["dlq", "import", "event.json", "-p", "10x", "--dlq", "x"],
  ]) {
    const { exit, stderr } = await run(argv, { cwd });
    expect([exit, stderr], argv.join(" ")).toEqual([2, expect.stringContaining("x is not a dead-letter queue")]);
  }
  expect(readFileSync(join(cwd, "x"), "utf8")).toBe(text);
});

test.each([
  ["nothing", "", 0],
  ["a few bytes", '{"ty', 0],
  ["a cut entry", '{"type":"entry","id":"dlq_torn', 0],
  ["a damaged line before a whole one", `damaged\n${entryLine({ ...sampleEntry(1), id: "dlq_1" })}\n`, 1],
] as const)("a file with %s is still a queue", async (_name, text, expected) => {
  const { expect } = await import("vitest");
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "x"), text);
  expect((await run(["dlq", "list", "--dlq", "x"], { cwd })).exit).toBe(expected);
});

test("import takes a folder of payloads, SQS and RabbitMQ output", async ({ expect }) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "in"));
  const payload = '{"id":"evt_a","type":"link.clicked","n":1.0}';
  writeFileSync(join(folder, "in", "a.json"), payload);
  const sqs = JSON.stringify({ Messages: [{ MessageId: "m", Body: '{"id":"evt_b","type":"link.clicked"}' }] });
  const rabbit = JSON.stringify([
    { payload: Buffer.from('{"id":"evt_c","type":"link.clicked"}').toString("base64"), payload_encoding: "base64" },
  ]);
  writeFileSync(join(folder, "sqs.json"), sqs);
  writeFileSync(join(folder, "rabbit.json"), rabbit);
  for (const source of ["in", "sqs.json", "rabbit.json"]) {
    const { exit, stderr } = await run(["dlq", "import", source, "-p", "10x", "--dlq", "q.ndjson"], { cwd: folder });
    expect([exit, stderr]).toEqual([0, ""]);
  }
  const list = await run(["dlq", "list", "--dlq", "q.ndjson", "--json"], { cwd: folder });
  expect(jsonLines(list.stdout)).toMatchObject([{ eventId: "evt_a" }, { eventId: "evt_b" }, { eventId: "evt_c" }]);
});

test("replay delivers, prints a line an event and a summary, and ends with 1 while something is left", async ({
  expect,
}) => {
  const path = queueFile(5);
  const to = await receiver((id) => (id === "evt_3" ? 500 : 204));
  try {
    const argv = ["replay", "--dlq", path, "--to", to.url, "--secret", "s", "--json"];
    const first = await run(argv);
    const lines = jsonLines(first.stdout);
    expect(first.exit).toBe(1);
    expect(
      lines
        .slice(0, -1)
        .map((line) => replayLine.parse(line).outcome)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(["delivered", "delivered", "delivered", "delivered", "failed"]);
    expect(replaySummaryLine.parse(lines.at(-1))).toMatchObject({ delivered: 4, failed: 1, skipped: 0, left: 1 });
    expect([...to.seen.values()]).toEqual([1, 1, 1, 1, 1]);
    expect((await run(argv)).stdout).toContain('"attempts":3');
  } finally {
    await to.close();
  }
});

test("--dry-run lists what would be sent and sends nothing", async ({ expect }) => {
  const to = await receiver();
  try {
    const { exit, stdout } = await run(["replay", "--dlq", queueFile(2), "--to", to.url, "--dry-run", "--json"]);
    expect(exit).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([
      { outcome: "planned" },
      { outcome: "planned" },
      { type: "summary", left: 2 },
    ]);
    expect(to.requests).toHaveLength(0);
  } finally {
    await to.close();
  }
});

test("more than one event to another machine needs a yes", async ({ expect }) => {
  const path = queueFile(2);
  const { exit, stdout } = await run([
    "replay",
    "--dlq",
    path,
    "--to",
    "https://api.example.invalid/x",
    "--secret",
    "s",
    "--json",
  ]);
  expect(exit).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "confirmation-needed" } });
  expect(readFileSync(path, "utf8")).not.toContain("claim");
});

test("localhost behind a proxy on another machine, or without an address, is another machine", async ({ expect }) => {
  const argv = ["replay", "--dlq", queueFile(2), "--secret", "s", "--json"];
  const proxied = await run([...argv, "--to", "localhost:1/x"], { env: { HTTP_PROXY: "http://192.0.2.1:3128" } });
  expect([proxied.exit, proxied.stdout]).toEqual([2, expect.stringContaining("confirmation-needed")]);
  const unknown = await run([...argv, "--to", "http://nowhere.localhost.:1/x"]);
  expect([unknown.exit, unknown.stdout]).toEqual([2, expect.stringContaining("confirmation-needed")]);
});

test.each([
  [["replay"], "--to"],
  [["replay", "--to", "3000", "--stop-at-failures", "20"], "percentage"],
  [["replay", "--to", "3000", "--concurrency", "0"], "whole number"],
  [["replay", "--to", "3000", "--dlq", "ftp://x"], "ftp"],
  [["dlq", "list", "--since", "yesterday"], "point in time"],
] as const)("%j is asked wrongly", async (argv, part) => {
  const { expect } = await import("vitest");
  const { exit, stderr } = await run(argv);
  expect([exit, stderr.includes(part)]).toEqual([2, true]);
});

test("a device in the queue's place is refused, not read without end", async ({ expect }) => {
  const { exit, stdout } = await run(["dlq", "list", "--dlq", "/dev/zero", "--json"]);
  expect([exit, JSON.parse(stdout).error.code]).toEqual([2, "input-unreadable"]);
});

test("of many lines that cannot be read a few are named, the others counted, and a torn end is told", async ({
  expect,
}) => {
  const path = queueFile(1);
  appendFileSync(path, `${"no entry\n".repeat(120)}{"type":"ent`);
  const { exit, stderr } = await run(["dlq", "list", "--dlq", path]);
  const told = stderr.trimEnd().split("\n");
  expect([exit, told]).toEqual([1, expect.arrayContaining([`warning: ${path}: 115 more lines cannot be read`])]);
  expect(told.at(-1)).toBe(`warning: ${path}: the last line is cut off and is left as it is`);
  expect(told).toHaveLength(7);
});

/** A queue's file with these entries. */
const queueOf = (...changes: readonly Partial<DlqEntry>[]): string => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  const lines = changes.map((change, at) => entryLine({ ...sampleEntry(at), id: `dlq_${at}`, ...change }));
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return path;
};

test("--provider is a filter: no event goes out signed as another platform's", async ({ expect }) => {
  const to = await receiver();
  try {
    const path = queueOf({}, { provider: "stripe" }, { provider: null });
    const argv = ["replay", "--dlq", path, "--to", to.url, "--secret", "s", "--provider", "10x.in", "--json"];
    const { exit, stdout } = await run(argv);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ delivered: 2, skipped: 0, left: 0 });
    expect([exit, [...to.seen.keys()].toSorted()]).toEqual([0, ["evt_0", "evt_2"]]);
    expect((await run(["dlq", "stats", "--dlq", path, "--provider", "stripe", "--json"])).stdout).toContain(
      '"total":1',
    );
    expect((await run(["dlq", "list", "--dlq", path, "--provider", "nope"])).exit).toBe(2);
  } finally {
    await to.close();
  }
});

test("an entry that no request can be made of is skipped, and the others go", async ({ expect }) => {
  const to = await receiver();
  try {
    const { request } = sampleEntry(0);
    const path = queueOf({ request: { ...request, headers: [["bad name", "x"]] } }, {}, {});
    const { exit, stdout } = await run(["replay", "--dlq", path, "--to", to.url, "--secret", "s", "--json"]);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ delivered: 2, skipped: 1, left: 1 });
    expect(stdout).toContain("'bad name' is not a header name");
    expect(exit).toBe(1);
  } finally {
    await to.close();
  }
});

test("the attempt number goes on from the stored request's own, where nothing else is recorded", async ({ expect }) => {
  const to = await receiver(() => 503);
  try {
    const { request } = sampleEntry(0);
    const headers = [["x-arjun-attempt", "5"]] as const;
    const path = queueOf({ attempts: [], request: { ...request, headers } });
    for (const number of ["6", "7"]) {
      await run(["replay", "--dlq", path, "--to", to.url, "--secret", "s"]);
      const sent = to.requests.at(-1)?.headers ?? [];
      expect(sent[sent.indexOf("x-arjun-attempt") + 1]).toBe(number);
    }
  } finally {
    await to.close();
  }
});

test("an event's id names its entry, in show too; a queue's file that is not there is an error", async ({ expect }) => {
  const path = queueOf({}, {});
  const argv = ["replay", "evt_1", "--dlq", path, "--to", "localhost:9", "--secret", "s", "--dry-run"];
  const { exit, stdout } = await run(argv);
  expect([exit, stdout]).toEqual([0, expect.stringContaining("1 would be delivered")]);
  expect((await run(["dlq", "show", "evt_1", "--dlq", path, "--json"])).stdout).toContain('"id":"dlq_1"');
  const absent = await run(["dlq", "list", "--dlq", "typo.ndjson"]);
  expect([absent.exit, absent.stderr]).toEqual([2, expect.stringContaining("queue file typo.ndjson does not exist")]);
});

test("list and stats show that an imported event has no recorded attempt, rather than no response", async ({
  expect,
}) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "a.json"), '{"id":"evt_a","type":"link.clicked"}');
  await run(["dlq", "import", "a.json", "-p", "10x", "--dlq", "q"], { cwd });
  const list = await run(["dlq", "list", "--dlq", "q"], { cwd });
  expect(list.stdout).toMatch(/^dlq_\w+ {2}\S+ \S+ {2}no attempt recorded {2}link\.clicked\n {2}evt_a, imported/);
  expect((await run(["dlq", "stats", "--dlq", "q"], { cwd })).stdout).toMatch(/no attempt recorded \S+ 1/);
});

test("without --to the hint is the project's endpoint", async ({ expect }) => {
  const cwd = temporaryFolder();
  const bare = await run(["replay"], { cwd });
  expect([bare.exit, bare.stderr]).toEqual([2, expect.stringContaining("hint: add --to <url> (a URL,")]);
  writeFileSync(join(cwd, "hookproof.config.json"), '{ "endpoint": "3105/10x" }');
  const { exit, stderr } = await run(["replay"], { cwd });
  expect([exit, stderr]).toEqual([
    2,
    expect.stringContaining("hint: add --to http://localhost:3105/10x (this project's endpoint)"),
  ]);
});

test("without --to, events that failed elsewhere than at the project's endpoint are to go back there", async ({
  expect,
}) => {
  const cwd = temporaryFolder();
  const path = queueFile(1);
  const entry = { ...(JSON.parse(readFileSync(path, "utf8")) as object), url: "http://localhost:3456/10x?token=t" };
  writeFileSync(path, `${JSON.stringify(entry)}\n`);
  writeFileSync(join(cwd, "hookproof.config.json"), '{ "provider": "stripe", "endpoint": "3456/stripe" }');
  const { exit, stderr } = await run(["replay", "--dlq", path], { cwd });
  expect([exit, stderr]).toEqual([
    2,
    expect.stringContaining(
      "hint: add --to recorded (where each event failed: http://localhost:3456/10x), or --to <url>",
    ),
  ]);
});

test("--dry-run skips what a replay would skip, and says who has claimed the others", async ({ expect }) => {
  const path = queueFile(2);
  const [first = "", second = ""] = readFileSync(path, "utf8").trim().split("\n");
  const other = { ...(JSON.parse(second) as object), provider: "zebra" };
  writeFileSync(path, `${first}\n${JSON.stringify(other)}\n`);
  const { stdout, stderr } = await run(["replay", "--dlq", path, "--to", "localhost:9", "--dry-run"]);
  expect(stderr).toContain("missing secret for 10x: a replay needs it");
  expect(stdout).toContain("no profile 'zebra'");
  expect(stdout).toMatch(/→ dlq_\S+ .*\n? *10x http/);
  expect(stdout).toContain("1 would be delivered");
});

test("--dry-run reports how many events the queue has beyond the limit", async ({ expect }) => {
  const argv = ["replay", "--dlq", queueFile(3), "--to", "localhost:9", "--limit", "1", "--dry-run", "--json"];
  expect(jsonLines((await run(argv)).stdout).at(-1)).toMatchObject({ skipped: 1, left: 3, stopped: "dry-run" });
});

test("a local name that --resolve leads elsewhere needs a yes like any other machine", async ({ expect }) => {
  const argv = ["replay", "--dlq", queueFile(2), "--to", "http://localhost:9/x", "--secret", "s"];
  const { exit, stderr } = await run([...argv, "--resolve", "localhost:9:192.0.2.1"]);
  expect([exit, stderr]).toEqual([2, expect.stringContaining("not this machine")]);
});

test("import takes a JSON payload a line, to the byte; an indented payload stays one", async ({ expect }) => {
  const folder = temporaryFolder();
  const payloads = ['{"id":"evt_1", "n":1.0}', '{"id":"evt_2","t":"\\/"}'];
  writeFileSync(join(folder, "lines.ndjson"), `${payloads.join("\r\n")}\n\n`);
  writeFileSync(join(folder, "one.json"), '{\n  "id": "evt_3"\n}\n');
  for (const source of ["lines.ndjson", "one.json"])
    expect((await run(["dlq", "import", source, "-p", "10x", "--dlq", "q"], { cwd: folder })).exit).toBe(0);
  const { stdout } = await run(["dlq", "export", "--dlq", "q"], { cwd: folder });
  const bodies = jsonLines(stdout).map((line) => Object(line).request.body.data);
  expect(bodies).toEqual([...payloads, '{\n  "id": "evt_3"\n}\n']);
});

test("import reads SQS and RabbitMQ output as the engines read their messages", async ({ expect }) => {
  const folder = temporaryFolder();
  const own = entryLine({ ...sampleEntry(7), id: "" });
  const proxied = {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/hooks",
    rawQueryString: "",
    headers: { "x-arjun-signature": "sha256=aa", "content-type": "application/json" },
    requestContext: { http: { method: "POST", path: "/hooks" } },
    body: Buffer.from('{"id":"evt_gw","type":"link.clicked"}').toString("base64"),
    isBase64Encoded: true,
  };
  const sqs = {
    Messages: [
      { MessageId: "m1", Body: own },
      {
        MessageId: "m2",
        Body: JSON.stringify(proxied),
        Attributes: { SentTimestamp: "1760000000000", ApproximateReceiveCount: "4" },
        MessageAttributes: { "bad name": { StringValue: "x", DataType: "String" } },
      },
    ],
  };
  const death = [{ count: 3, reason: "rejected", queue: "hooks", time: 1_760_000_000 }];
  const rabbit = [
    {
      payload: '{"id":"evt_r1","type":"link.clicked"}',
      payload_encoding: "string",
      properties: { headers: { "x-death": death, "x-arjun-signature": "sha256=bb" } },
    },
    { payload: '{"id":"evt_r2","type":"link.clicked"}', payload_encoding: "string", properties: [] },
  ];
  writeFileSync(join(folder, "sqs.json"), JSON.stringify(sqs));
  writeFileSync(join(folder, "rabbit.json"), JSON.stringify(rabbit));
  expect((await run(["dlq", "import", "sqs.json", "--dlq", "q.ndjson"], { cwd: folder })).exit).toBe(0);
  expect((await run(["dlq", "import", "rabbit.json", "-p", "10x", "--dlq", "q.ndjson"], { cwd: folder })).exit).toBe(0);
  const list = await run(["dlq", "list", "--dlq", "q.ndjson", "--json"], { cwd: folder });
  expect(jsonLines(list.stdout)).toMatchObject([
    { eventId: "evt_7", attempts: sampleEntry(7).attempts.length },
    { eventId: "evt_gw", provider: "10x", failedAt: "2025-10-09T08:53:20.000Z" },
    { eventId: "evt_r1", reason: "rejected in hooks", failedAt: "2025-10-09T08:53:20.000Z" },
    { eventId: "evt_r2", provider: "10x" },
  ]);
});
