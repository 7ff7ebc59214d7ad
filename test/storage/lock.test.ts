import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { locked } from "../../src/storage/lock.ts";
import { ownerOf } from "../../src/storage/owner.ts";
import type { ProcessInfo } from "../../src/storage/owner.ts";
import { temporaryFolder } from "../support/run.ts";

const processInfo: ProcessInfo = { host: "here", pid: process.pid, exists: (pid) => pid === process.pid };
const locking = (chance: string) => ({ owner: ownerOf(processInfo, chance), processInfo });

test("only one at a time holds a lock", async ({ expect }) => {
  const path = join(temporaryFolder(), "q");
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      locked(path, locking(`t${n}`), async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
      }),
    ),
  );
  expect(most).toBe(1);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test("a dead holder's lock is taken over, by one of many", async ({ expect }) => {
  const path = join(temporaryFolder(), "q");
  writeFileSync(`${path}.lock`, '{"host":"here","pid":999999,"token":"1-gone"}');
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      locked(path, locking(`t${n}`), async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
      }),
    ),
  );
  expect(most).toBe(1);
});

test("a number that came back is not the holder", async ({ expect }) => {
  const path = join(temporaryFolder(), "q");
  writeFileSync(`${path}.lock`, `{"host":"here","pid":${process.pid},"token":"1-before"}`);
  expect(await locked(path, locking("a"), async () => "in")).toBe("in");
});

test("a living holder's lock is waited for, then named", async ({ expect }) => {
  const path = join(temporaryFolder(), "q");
  writeFileSync(`${path}.lock`, '{"host":"elsewhere","pid":7,"token":"1-x"}');
  await expect(locked(path, { ...locking("a"), maxWaitMs: 50 }, async () => "in")).rejects.toMatchObject({
    code: "dlq-locked",
    message: `${path} is locked by process 7 on elsewhere`,
  });
});

test("work that fails leaves no lock behind", async ({ expect }) => {
  const path = join(temporaryFolder(), "q");
  await expect(locked(path, locking("a"), () => Promise.reject(new Error("inside")))).rejects.toThrow("inside");
  expect(existsSync(`${path}.lock`)).toBe(false);
});
