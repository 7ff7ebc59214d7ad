import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import {
  dlqDiscardOutput,
  dlqImportOutput,
  dlqListLine,
  dlqShowOutput,
  dlqStatsOutput,
} from "../../src/cli/json/dlq.ts";
import { replayLine, replaySummaryLine } from "../../src/cli/json/replay.ts";
import { entryLine } from "../../src/dlq/record.ts";
import { sampleEntry } from "../dlq/contract.ts";
import { run, temporaryFolder } from "../support/run.ts";
import { receiver } from "./receiver.ts";

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
  const list = await run(["dlq", "list", "--from", path, "--type", "link.clicked", "--json"]);
  expect(list.exit).toBe(0);
  expect(jsonLines(list.stdout).map((line) => dlqListLine.parse(line).eventId)).toEqual(["evt_0", "evt_2"]);
  const id = "dlq_0000000000000001";
  const show = await run(["dlq", "show", id, "--from", path, "--json"]);
  expect(dlqShowOutput.parse(JSON.parse(show.stdout))).toMatchObject({
    id,
    request: { headers: sampleEntry(1).request.headers },
  });
  expect((await run(["dlq", "show", "nope", "--from", path])).exit).toBe(2);
  const discard = await run(["dlq", "discard", id, "nope", "--from", path, "--json"]);
  expect([discard.exit, dlqDiscardOutput.parse(JSON.parse(discard.stdout))]).toEqual([1, { discarded: 1, missing: 1 }]);
  expect(readFileSync(`${path}.archive`, "utf8")).toContain(id);
  const stats = await run(["dlq", "stats", "--from", path, "--json"]);
  expect(dlqStatsOutput.parse(JSON.parse(stats.stdout))).toMatchObject({ total: 2, byType: { "link.clicked": 2 } });
});

test("what export prints, import reads back byte for byte; what was delivered stays away", async ({ expect }) => {
  const path = queueFile(3);
  const exported = await run(["dlq", "export", "--from", path]);
  const copy = join(temporaryFolder(), "copy.ndjson");
  const imported = await run(["dlq", "import", "-", "--from", copy, "--json"], { stdin: exported.bytes });
  expect(dlqImportOutput.parse(JSON.parse(imported.stdout))).toEqual({ imported: 3, unreadable: 0 });
  const again = await run(["dlq", "export", "--from", copy]);
  const bodies = (text: string): unknown => jsonLines(text).map((line) => Object(line).request);
  expect(bodies(again.stdout)).toEqual(bodies(exported.stdout));
  const settled = `${exported.stdout}{"type":"done","id":"dlq_0000000000000001","kept":false,"attempts":[],"v":1}\n`;
  const other = join(temporaryFolder(), "other.ndjson");
  const second = await run(["dlq", "import", "-", "--from", other, "--json"], { stdin: settled });
  expect(JSON.parse(second.stdout)).toEqual({ imported: 2, unreadable: 0 });
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
    const { exit, stderr } = await run(["dlq", "import", source, "-p", "10x", "--from", "q.ndjson"], { cwd: folder });
    expect([exit, stderr]).toEqual([0, ""]);
  }
  const list = await run(["dlq", "list", "--from", "q.ndjson", "--json"], { cwd: folder });
  expect(jsonLines(list.stdout)).toMatchObject([{ eventId: "evt_a" }, { eventId: "evt_b" }, { eventId: "evt_c" }]);
});

test("replay delivers, prints a line an event and a summary, and ends with 1 while something is left", async ({
  expect,
}) => {
  const path = queueFile(5);
  const to = await receiver((id) => (id === "evt_3" ? 500 : 204));
  try {
    const argv = ["replay", "--from", path, "--to", to.url, "--secret", "s", "--json"];
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

test("--dry-run tells what would go and sends nothing", async ({ expect }) => {
  const to = await receiver();
  try {
    const { exit, stdout } = await run(["replay", "--from", queueFile(2), "--to", to.url, "--dry-run", "--json"]);
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
    "--from",
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

test.each([
  [["replay"], "--to"],
  [["replay", "--to", "3000", "--stop-at-failures", "20"], "share"],
  [["replay", "--to", "3000", "--concurrency", "0"], "whole number"],
  [["replay", "--to", "3000", "--from", "ftp://x"], "ftp"],
  [["dlq", "list", "--since", "yesterday"], "point in time"],
] as const)("%j is asked wrongly", async (argv, part) => {
  const { expect } = await import("vitest");
  const { exit, stderr } = await run(argv);
  expect([exit, stderr.includes(part)]).toEqual([2, true]);
});

test("a device in the queue's place is refused, not read without end", async ({ expect }) => {
  const { exit, stdout } = await run(["dlq", "list", "--from", "/dev/zero", "--json"]);
  expect([exit, JSON.parse(stdout).error.code]).toEqual([2, "input-unreadable"]);
});
