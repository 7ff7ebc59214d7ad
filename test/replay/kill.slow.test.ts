import { spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import { onTestFinished, test } from "vitest";
import { fileDlq } from "../../src/dlq/file/file.ts";
import type { Dlq } from "../../src/dlq/dlq.ts";
import { bin, temporaryFolder } from "../support/run.ts";
import { sampleEntry } from "../dlq/contract.ts";
import { receiver } from "./receiver.ts";
import type { Receiver } from "./receiver.ts";

const kills = 50;
const events = 2000;
const concurrency = 8;

const open = (path: string): Dlq =>
  fileDlq({
    path,
    processInfo: { host: hostname(), pid: process.pid, exists: () => true },
    now: () => Date.now(),
    randomBytes,
  });

const filled = async (path: string, count: number): Promise<void> => {
  const dlq = open(path);
  await Promise.all(Array.from({ length: count }, (_, at) => dlq.add(sampleEntry(at))));
  await dlq.close();
};

const replaying = (path: string, to: Receiver) => {
  const argv = [
    bin,
    "replay",
    "--dlq",
    path,
    "--to",
    to.url,
    "--secret",
    "s",
    "--concurrency",
    String(concurrency),
    "--json",
  ];
  const child = spawn(process.execPath, argv, {
    env: { PATH: process.env["PATH"], HOOKPROOF_HOME: temporaryFolder() },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const out: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  const ended = new Promise<{ readonly exit: number | null; readonly lines: readonly string[] }>((resolve) => {
    child.on("close", (exit) => resolve({ exit, lines: Buffer.concat(out).toString("utf8").trimEnd().split("\n") }));
  });
  return { child, ended };
};

const duplicates = (seen: ReadonlyMap<string, number>): number =>
  [...seen.values()].reduce((sum, times) => sum + times - 1, 0);

test("killed at any moment, replay loses nothing and sends again only what was in flight", async ({ expect }) => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  await filled(path, events);
  const to = await receiver(
    () => 204,
    () => randomInt(0, 12),
  );
  try {
    let killed = 0;
    while (killed < kills && to.seen.size < events) {
      const before = duplicates(to.seen);
      const { child, ended } = replaying(path, to);
      const aim = to.requests.length + randomInt(1, Math.max(2, Math.floor((2 * events) / kills)));
      let done = false;
      void ended.then(() => (done = true));
      // Somewhere between two requests, or in the middle of writing down one.
      while (!done && to.requests.length < aim) await new Promise((resolve) => setImmediate(resolve));
      child.kill("SIGKILL");
      await ended;
      // What it had sent may lie in sockets still, and would be counted for the next.
      await to.drained();
      killed++;
      expect(duplicates(to.seen) - before).toBeLessThanOrEqual(concurrency);
    }
    const before = duplicates(to.seen);
    const { exit, lines } = await replaying(path, to).ended;
    expect(exit).toBe(0);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ type: "summary", failed: 0, left: 0 });
    expect(to.seen.size).toBe(events);
    expect(duplicates(to.seen) - before).toBeLessThanOrEqual(concurrency);
    expect(duplicates(to.seen)).toBeLessThanOrEqual(concurrency * killed);
    expect(killed).toBeGreaterThan(2);
  } finally {
    await to.close();
  }
});

test("two concurrent replays send nothing twice", async ({ expect }) => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  await filled(path, events);
  const to = await receiver(
    () => 204,
    () => randomInt(0, 4),
  );
  try {
    const ends = await Promise.all([replaying(path, to).ended, replaying(path, to).ended]);
    expect(ends.map(({ exit }) => exit)).toEqual([0, 0]);
    const counts = ends.map(({ lines }) => Number(JSON.parse(lines.at(-1) ?? "{}").delivered));
    expect(counts.reduce((a, b) => a + b)).toBe(events);
    expect(to.seen.size).toBe(events);
    expect(duplicates(to.seen)).toBe(0);
    expect((await open(path).stats({})).total).toBe(0);
  } finally {
    await to.close();
  }
});
