import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { entryLine } from "../../src/dlq/record.ts";
import { sampleEntry } from "../dlq/contract.ts";
import { openQueue } from "../support/engines.ts";
import { queueMakers } from "../support/queues.ts";
import { run, temporaryFolder } from "../support/run.ts";
import { named } from "../support/skipped.ts";
import { receiver } from "../replay/receiver.ts";
import type { Receiver } from "../replay/receiver.ts";

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A queue's file with so many entries, `dlq_0` on, a receiver, and a replay of some of them. */
const world = async (count: number) => {
  const from = join(temporaryFolder(), "dlq.ndjson");
  const lines = Array.from({ length: count }, (_, at) => entryLine({ ...sampleEntry(at), id: `dlq_${at}` }));
  writeFileSync(from, lines.map((line) => `${line}\n`).join(""));
  const to = await receiver();
  opened.push(to);
  return { from, to, replay: (...argv: readonly string[]) => replayOf(from, to, argv) };
};

const replayOf = (from: string, to: Receiver, argv: readonly string[]) =>
  run(["replay", ...argv, "--dlq", from, "--to", to.url, "--secret", "env:S"], { env: { S: "s" } });

describe("a replay of entries by their ids", () => {
  test.each([
    ["alone", ["nope"], "'nope'"],
    ["beside one that is there", ["dlq_0", "nope"], "'nope'"],
    ["that is one of two", ["nope", "evt_1", "dlq_7"], "'nope', 'dlq_7'"],
    ["where nothing would be sent", ["dlq_0", "nope", "--dry-run"], "'nope'"],
  ])("rejects an id that was never in the queue %s, before anything is sent", async (_case, argv, named) => {
    const { to, from, replay } = await world(2);
    const { exit, stdout, stderr } = await replay(...argv);
    expect([exit, stdout, to.requests]).toEqual([2, "", []]);
    expect(stderr).toBe(
      `error: the DLQ has no entry ${named}\nhint: nothing was sent: hookproof dlq list --dlq ${from}\n`,
    );
    const shown = await run(["dlq", "show", "nope", "--dlq", from]);
    expect([shown.exit, shown.stderr]).toEqual([2, expect.stringContaining("error: the DLQ has no entry 'nope'\n")]);
  });

  test("goes on where it was interrupted: what was delivered already is told and no error", async () => {
    const { to, replay } = await world(3);
    expect((await replay("dlq_0", "evt_1")).exit).toBe(0);
    const again = await replay("dlq_0", "evt_1", "dlq_2");
    expect([again.exit, again.stderr]).toEqual([0, "warning: already delivered: 'dlq_0', 'evt_1'\n"]);
    expect(again.stdout).toContain("1 delivered");
    const third = await replay("dlq_0", "evt_1", "dlq_2");
    expect([third.exit, third.stdout]).toEqual([0, expect.stringContaining("nothing to replay: no matching event")]);
    expect([...to.seen]).toEqual([
      ["evt_0", 1],
      ["evt_1", 1],
      ["evt_2", 1],
    ]);
  });

  test("tells where one is that was discarded", async () => {
    const { from, to, replay } = await world(1);
    await run(["dlq", "discard", "dlq_0", "--dlq", from]);
    const { exit, stderr } = await replay("dlq_0");
    expect([exit, stderr]).toEqual([
      2,
      expect.stringContaining(`'dlq_0' is in the archive of discarded entries: add --dlq ${from}.archive`),
    ]);
    expect((await replayOf(`${from}.archive`, to, ["dlq_0"])).exit).toBe(0);
    expect([...to.seen]).toEqual([["evt_0", 1]]);
  });

  test("leaves an event to the process that claimed it, says so, and exits 1", async () => {
    const { from, to, replay } = await world(2);
    const other = await openQueue(from);
    opened.push(other);
    await other.claim({ ids: ["dlq_1"] }, 1);
    const { exit, stdout, stderr } = await replay("dlq_0", "evt_1");
    expect([exit, stderr]).toEqual([1, "warning: another process holds 'dlq_1': not sent\n"]);
    expect(stdout).toContain("1 delivered, 0 failed, 0 skipped, 1 left");
    expect([...to.seen.keys()]).toEqual(["evt_0"]);
  });

  test("says which of them its other options leave out", async () => {
    const { to, replay } = await world(3);
    const { exit, stderr } = await replay("dlq_0", "dlq_1", "--type", "link.clicked");
    expect([exit, stderr]).toEqual([0, "warning: the other filters exclude 'dlq_1'\n"]);
    expect([...to.seen.keys()]).toEqual(["evt_0"]);
  });
});

describe.each(await queueMakers())("by ids, on $name", (engine) => {
  test.skipIf(engine.skip !== null)(
    named("one not there is refused alone; beside another it may have been delivered, and the other goes", engine.skip),
    async () => {
      const queue = await engine.make();
      const to = await receiver();
      opened.push(to, { close: () => queue.remove() });
      await queue.fill([sampleEntry(0), sampleEntry(1)]);
      const alone = await replayOf(queue.url, to, ["nope"]);
      expect([alone.exit, alone.stdout, to.requests]).toEqual([2, "", []]);
      expect(alone.stderr).toContain("error: the DLQ has no entry 'nope'\n");
      expect((await replayOf(queue.url, to, ["evt_0"])).exit).toBe(0);
      const again = await replayOf(queue.url, to, ["evt_0", "evt_1"]);
      expect([again.exit, again.stderr]).toEqual([
        0,
        expect.stringContaining("warning: the DLQ has no entry 'evt_0': already delivered, held by another reader"),
      ]);
      expect(Object.fromEntries(to.seen)).toEqual({ evt_0: 1, evt_1: 1 });
    },
  );
});
