import { appendFileSync, existsSync, lstatSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { entryLine } from "../../src/dlq/record.ts";
import { sampleEntry } from "../dlq/contract.ts";
import { run, temporaryFolder } from "../support/run.ts";

const replayTo = ["--to", "localhost:9", "--secret", "s"];

const line = (at: number): string => entryLine({ ...sampleEntry(at), id: `dlq_${String(at).padStart(16, "0")}` });

describe("a queue file that does not exist", () => {
  test.each([
    ["list", ["dlq", "list"]],
    ["show", ["dlq", "show", "dlq_1"]],
    ["stats", ["dlq", "stats"]],
    ["export", ["dlq", "export"]],
    ["discard", ["dlq", "discard", "dlq_1"]],
    ["replay", ["replay", ...replayTo]],
    ["replay --dry-run", ["replay", ...replayTo, "--dry-run"]],
  ])("is a usage error of %s, twice, and nothing is created", async (_name, argv) => {
    const { expect } = await import("vitest");
    const cwd = temporaryFolder();
    for (const from of ["typo.ndjson", "typo.ndjson", "file:typo.ndjson"]) {
      const { exit, stdout, stderr } = await run([...argv, "--dlq", from], { cwd });
      expect([exit, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(`queue file ${from} does not exist`);
    }
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("is made by an import", async ({ expect }) => {
    const cwd = temporaryFolder();
    const imported = await run(["dlq", "import", "-", "--dlq", "new.ndjson"], { cwd, stdin: `${line(1)}\n` });
    expect([imported.exit, existsSync(join(cwd, "new.ndjson"))]).toEqual([0, true]);
  });

  test("is an empty queue where it is the user's own, and stays uncreated", async ({ expect }) => {
    const home = temporaryFolder();
    const env = { HOOKPROOF_HOME: home };
    expect((await run(["dlq", "list"], { env })).exit).toBe(0);
    expect((await run(["replay", ...replayTo], { env })).exit).toBe(0);
    expect((await run(["dlq", "discard", "dlq_1"], { env })).exit).toBe(2);
    expect(readdirSync(home)).toEqual([]);
  });
});

describe("a line of a queue that cannot be read", () => {
  const damaged = [
    // A list reads no more of an entry than it shows.
    ["an odd time", 1, line(1).replace(/"failedAt":"[^"]+"/, '"failedAt":"2026-06-19T12:00:0l.000Z"')],
    ["a time of reception beyond all dates", 0, line(1).replace(/"httpVersion":"1.1"/, '"receivedAt":1e300')],
    ["a body that is no text", 0, line(1).replace(/"body":\{[^}]*\}/, '"body":{"encoding":"utf8","data":7}')],
    ["a cut in its middle", 1, line(1).slice(0, 400)],
  ] as const;

  test.each(damaged)("for %s: the others are listed, counted, exported and replayed", async (_name, listExit, text) => {
    const { expect } = await import("vitest");
    const path = join(temporaryFolder(), "q.ndjson");
    writeFileSync(path, `${line(0)}\n${text}\n${line(2)}\n`);
    const exported = await run(["dlq", "export", "--dlq", path]);
    expect(exported.exit).toBe(1);
    expect(exported.stdout).toBe(`${line(0)}\n${line(2)}\n`);
    expect(exported.stderr).toContain("cannot be read and is left as it is");
    const list = await run(["dlq", "list", "--dlq", path, "--json"]);
    expect([list.exit, list.stdout.includes("evt_0"), list.stdout.includes("evt_2")]).toEqual([listExit, true, true]);
    const stats = await run(["dlq", "stats", "--dlq", path, "--json"]);
    expect([stats.exit, JSON.parse(stats.stdout).total]).toEqual(listExit === 1 ? [1, 2] : [0, 3]);
    const plan = await run(["replay", ...replayTo, "--dlq", path, "--dry-run", "--json"]);
    expect(plan.exit).toBe(0);
  });

  test("a torn last line is reported and is not a failure of an export", async ({ expect }) => {
    const path = join(temporaryFolder(), "q.ndjson");
    writeFileSync(path, `${line(0)}\n`);
    appendFileSync(path, line(1).slice(0, 300));
    const { exit, stdout, stderr } = await run(["dlq", "export", "--dlq", path]);
    expect([exit, stdout]).toEqual([0, `${line(0)}\n`]);
    expect(stderr).toContain("the last line is cut off");
  });
});

test.each([
  [
    "SQS",
    '{"Messages":[{"Body":"{}","MessageId":"a","Attributes":{"SentTimestamp":"soon"}},{"Body":"{\\"id\\":\\"evt_good\\"}","MessageId":"b"}]}',
  ],
  [
    "RabbitMQ",
    '[{"payload":"{}","payload_encoding":"string","properties":{"timestamp":1e18}},{"payload":"{\\"id\\":\\"evt_good\\"}","payload_encoding":"string"}]',
  ],
])("an odd time in one message of %s is that message's problem", async (_name, text) => {
  const { expect } = await import("vitest");
  const cwd = temporaryFolder();
  const imported = await run(["dlq", "import", "-", "-p", "10x", "--dlq", "q"], { cwd, stdin: text });
  expect([imported.exit, imported.stderr]).toEqual([1, expect.stringContaining("its time is invalid")]);
  expect((await run(["dlq", "list", "--dlq", "q", "--json"], { cwd })).stdout).toContain('"eventId":"evt_good"');
});

test.skipIf(process.platform === "win32")(
  "a queue that a link names is the one behind it, and the link stays",
  async ({ expect }) => {
    const cwd = temporaryFolder();
    const ids = Array.from({ length: 1200 }, (_, at) => at);
    writeFileSync(join(cwd, "queue.ndjson"), ids.map((at) => `${line(at)}\n`).join(""));
    const gone = ids.slice(1).map((at) => `dlq_${String(at).padStart(16, "0")}`);
    appendFileSync(
      join(cwd, "queue.ndjson"),
      `${JSON.stringify({ type: "discarded", ids: gone, reason: "x", v: 1 })}\n`,
    );
    symlinkSync("queue.ndjson", join(cwd, "link.ndjson"));
    // One write, after which the queue is worth compacting.
    await run(["dlq", "import", "-", "--dlq", "link.ndjson"], { cwd, stdin: `${line(5000)}\n` });
    expect(lstatSync(join(cwd, "link.ndjson")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(cwd, "queue.ndjson"), "utf8").trim().split("\n")).toHaveLength(2);
  },
);
