import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import type { Dlq } from "../../src/dlq/dlq.ts";
import { fileDlq } from "../../src/dlq/file/file.ts";
import { entryLine } from "../../src/dlq/record.ts";
import type { ProcessInfo } from "../../src/storage/owner.ts";
import { temporaryFolder } from "../support/run.ts";
import { dlqContract, eventIdsIn, sampleEntry } from "./contract.ts";

const dead = 999_999;
const processInfo: ProcessInfo = { host: hostname(), pid: process.pid, exists: (pid) => pid === process.pid };
const open = (path: string, as: ProcessInfo = processInfo): Dlq =>
  fileDlq({ path, processInfo: as, now: () => Date.now(), randomBytes });

dlqContract({
  name: "a file",
  skip: null,
  keeps: { attempts: true, order: true, ids: true, listsClaimed: true },
  make: async () => {
    const folder = temporaryFolder();
    const path = join(folder, "dlq.ndjson");
    return {
      open: async () => open(path),
      claimAndDie: async (max) => {
        const claims = await open(path, { ...processInfo, pid: dead, exists: () => true }).claim({}, max);
        return claims.map(({ entry }) => entry.id);
      },
      expire: async () => undefined,
      archived: async () => eventIdsIn(`${path}.archive`),
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
});

const listed = async (dlq: Dlq): Promise<readonly (string | null)[]> => {
  const found = [];
  for await (const { eventId } of dlq.list({})) found.push(eventId);
  return found;
};

const filled = async (path: string, count: number): Promise<Dlq> => {
  const dlq = open(path);
  await Promise.all(Array.from({ length: count }, (_, at) => dlq.add(sampleEntry(at))));
  return dlq;
};

test("opening and reading a queue that is not there makes no file", async ({ expect }) => {
  const path = join(temporaryFolder(), "none", "dlq.ndjson");
  const dlq = open(path);
  expect(await listed(dlq)).toEqual([]);
  await dlq.close();
  expect(existsSync(join(path, ".."))).toBe(false);
});

test("the queue's file is for its owner alone", async ({ expect }) => {
  const path = join(temporaryFolder(), "made", "dlq.ndjson");
  await (await filled(path, 1)).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
});

test.each([0.1, 0.3, 0.5, 0.9, 0.999])(
  "an entry torn at %d of its line is reported, and all others are there",
  async (share) => {
    const { expect } = await import("vitest");
    const path = join(temporaryFolder(), "dlq.ndjson");
    await (await filled(path, 2)).close();
    const line = entryLine({ ...sampleEntry(7), id: "dlq_00000000000000aa" });
    const torn = line.slice(0, Math.floor(line.length * share));
    appendFileSync(path, torn);
    const reader = open(path);
    expect(await listed(reader)).toEqual(["evt_0", "evt_1"]);
    expect(reader.problems).toEqual([`${path}: the last line is cut off and is left as it is`]);
    const writer = open(path);
    await writer.add(sampleEntry(3));
    expect(await listed(writer)).toEqual(["evt_0", "evt_1", "evt_3"]);
    expect(writer.problems).toHaveLength(1);
    await writer.close();
    expect(readFileSync(path, "utf8")).toContain(`\n${torn}\n`);
  },
);

test("a line written by hand, keys in another order, is an entry too", async ({ expect }) => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  const { type, id, ...rest } = JSON.parse(entryLine({ ...sampleEntry(1), id: "mine" }));
  delete rest.bytes;
  writeFileSync(path, `${JSON.stringify({ ...rest, id, type })}\n\n`);
  const dlq = open(path);
  expect(await listed(dlq)).toEqual(["evt_1"]);
  expect((await dlq.get("mine"))?.request.body.equals(sampleEntry(1).request.body)).toBe(true);
});

test("an entry whose line is in the file twice is handed out once", async ({ expect }) => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  const line = entryLine({ ...sampleEntry(1), id: "dlq_1" });
  writeFileSync(path, `${line}\n${entryLine({ ...sampleEntry(2), id: "dlq_2" })}\n${line}\n`);
  const dlq = open(path);
  const claims = await dlq.claim({}, 5);
  expect(claims.map(({ entry }) => entry.id)).toEqual(["dlq_1", "dlq_2"]);
  await claims[0]?.requeue(sampleEntry(1).attempts);
  await claims[1]?.acknowledge([]);
  expect(await dlq.claim({}, 5)).toEqual([]);
  await dlq.close();
});

test("a half-written compaction is ignored, and removed by the next writer", async ({ expect }) => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  await (await filled(path, 3)).close();
  writeFileSync(`${path}.compact-0badc0de`, readFileSync(path).subarray(0, 700));
  const dlq = open(path);
  expect(await listed(dlq)).toEqual(["evt_0", "evt_1", "evt_2"]);
  await dlq.add(sampleEntry(3));
  expect(readdirSync(join(path, "..")).filter((name) => name.includes("compact"))).toEqual([]);
  await dlq.close();
});

test("compaction keeps what waits, its attempts, and what cannot be read", async ({ expect }) => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  writeFileSync(path, '{"type":"entry","id":"dlq_torn\n');
  const dlq = await filled(path, 1200);
  for (;;) {
    const claims = await dlq.claim({}, 400);
    if (claims.length === 0) break;
    await Promise.all(
      claims.map((claim) =>
        claim.entry.eventId === "evt_5" || claim.entry.eventId === "evt_900"
          ? claim.requeue(sampleEntry(0, {}).attempts)
          : claim.acknowledge([]),
      ),
    );
  }
  const before = statSync(path).size;
  await dlq.close();
  expect(statSync(path).size).toBeLessThan(before / 100);
  expect(readFileSync(path, "utf8").split("\n")[0]).toBe('{"type":"entry","id":"dlq_torn');
  const after = open(path);
  expect(await listed(after)).toEqual(["evt_5", "evt_900"]);
  const [claim] = await after.claim({}, 1);
  expect(claim?.entry.attempts).toHaveLength(2);
  await after.close();
});

test("what was claimed by id stays told of in the file: nobody takes a delivered entry for one that never was", async ({
  expect,
}) => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  const dlq = await filled(path, 1200);
  const ids = Array.from({ length: 1100 }, (_, at) => `evt_${at}`);
  const claims = await dlq.claim({ ids }, 1100);
  await Promise.all(claims.map((claim) => claim.acknowledge([])));
  await dlq.discard([(await dlq.list({ ids: ["evt_1100"] }).next()).value?.id ?? ""], "test data");
  await dlq.close();
  const after = open(path);
  const removed = await after.removed?.([...ids, "evt_1100", "evt_1101", "nope", claims[0]?.entry.id ?? ""]);
  expect(removed?.size).toBe(1102);
  expect(["evt_7", "evt_1100", claims[0]?.entry.id ?? ""].map((id) => removed?.get(id))).toEqual([
    "delivered",
    "discarded",
    "delivered",
  ]);
  await after.close();
});

test("nobody compacts under another writer, and a reader follows the file to its new place", async ({ expect }) => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  const reader = await filled(path, 1500);
  expect(await listed(reader)).toHaveLength(1500);
  const drain = async (): Promise<void> => {
    const dlq = open(path);
    const claims = await dlq.claim({}, 1499);
    await Promise.all(claims.map((claim) => claim.acknowledge([])));
    await dlq.close();
  };
  const size = statSync(path).size;
  await drain();
  expect(statSync(path).size).toBeGreaterThan(size);
  await reader.close();
  expect(statSync(path).size).toBeLessThan(size / 10);
  const following = open(path);
  expect(await listed(following)).toHaveLength(1);
});

test.each([
  ["a folder in its place", (path: string) => mkdirSync(path, { recursive: true }), "input-unreadable"],
  ["a file in its folder's place", (path: string) => writeFileSync(join(path, ".."), ""), "io"],
] as const)("with %s, adding and claiming fail clearly", async (_name, prepare, code) => {
  const { expect } = await import("vitest");
  const path = join(temporaryFolder(), "f", "dlq.ndjson");
  prepare(path);
  const dlq = open(path);
  await expect(dlq.add(sampleEntry(1))).rejects.toMatchObject({ code });
  await expect(dlq.claim({}, 1)).rejects.toMatchObject({ code });
  await dlq.close();
});

test("claims of another machine's process hold until their time is over", async ({ expect }) => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  await (await filled(path, 2)).close();
  let now = Date.UTC(2026, 0, 1);
  const at = (host: string): Dlq =>
    fileDlq({ path, processInfo: { ...processInfo, host }, now: () => now, randomBytes });
  const far = at("far");
  expect(await far.claim({}, 1)).toHaveLength(1);
  expect(await at("near").claim({}, 5)).toHaveLength(1);
  now += 10 * 60_000;
  expect(await at("third").claim({}, 5)).toHaveLength(2);
});
