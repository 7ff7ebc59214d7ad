import { closeSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { HookproofError, errnoOf, fileError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { ownerStatus } from "./owner.ts";
import type { Owner, ProcessInfo } from "./owner.ts";

interface Locking {
  readonly owner: Owner;
  readonly processInfo: ProcessInfo;
  /** The error code if the lock can't be acquired in time; `dlq-locked` by default. */
  readonly code?: ErrorCode;
  /** How long to wait for the lock, in milliseconds. */
  readonly maxWaitMs?: number;
}

/** A lock without an owner for this long was left by a crash. */
const maxNamelessMs = 3_000;

/**
 * Runs `work` while holding the lock of `path` (the file `<path>.lock`). The lock names its holder, so that one left by
 * a dead process of this machine is taken over at once.
 * @throws HookproofError `dlq-locked` if it can't be acquired in time; `no-permission`, `disk-full`, `io`
 */
export const locked = async <T>(path: string, locking: Locking, work: () => Promise<T>): Promise<T> => {
  const file = `${path}.lock`;
  await take(path, file, locking);
  try {
    return await work();
  } finally {
    remove(file);
  }
};

const take = async (path: string, file: string, locking: Locking): Promise<void> => {
  const began = performance.now();
  let namelessSince: number | undefined;
  for (let wait = 1; ; wait = Math.min(20, wait * 2)) {
    if (create(file, JSON.stringify(locking.owner))) return;
    const holder = holderOf(file);
    const now = performance.now();
    // A holder writes its name right after creating the file; only a crash leaves a lock nameless.
    namelessSince = holder === "nameless" ? (namelessSince ?? now) : undefined;
    if (
      isAbandoned(holder, locking.processInfo) ||
      (namelessSince !== undefined && now - namelessSince > maxNamelessMs)
    ) {
      await removeAbandoned(file, holder, locking);
    } else if (now - began > (locking.maxWaitMs ?? 30_000)) {
      throw new HookproofError(locking.code ?? "dlq-locked", `${path} is locked by ${nameOf(holder)}`, {
        hint: `if it is no longer running, remove ${file}`,
      });
    } else await delay(wait);
  }
};

type Holder = Owner | "nameless" | "gone";

const isAbandoned = (holder: Holder, processInfo: ProcessInfo): boolean =>
  typeof holder === "object" && ownerStatus(holder, processInfo) === "dead";

/**
 * Removes a dead holder's lock. Only one process at a time may do so, or the second would remove the lock that the
 * first has just acquired.
 */
const removeAbandoned = async (file: string, left: Holder, { owner }: Locking): Promise<void> => {
  const guard = `${file}.take`;
  if (!create(guard, owner.token)) {
    // It is only held for microseconds; one this old was left by a crash.
    const made = inodeOf(guard);
    await delay(500);
    if (made !== undefined && inodeOf(guard) === made) remove(guard);
    return;
  }
  try {
    const holder = holderOf(file);
    const same = typeof holder === "object" && typeof left === "object" ? holder.token === left.token : holder === left;
    if (same) remove(file);
  } finally {
    remove(guard);
  }
};

const create = (file: string, text: string): boolean => {
  try {
    const fd = openSync(file, "wx", 0o600);
    try {
      writeSync(fd, text);
    } catch (error) {
      remove(file);
      throw error;
    } finally {
      closeSync(fd);
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw fileError(error, "lock", file);
  }
};

const remove = (file: string): void => {
  try {
    unlinkSync(file);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw fileError(error, "unlock", file);
  }
};

const inodeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino;

const holderOf = (file: string): Holder => {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "gone";
    throw fileError(error, "read", file);
  }
  const [, host, pid, token] = /^\{"host":"([^"]*)","pid":(\d+),"token":"([^"]*)"\}$/.exec(text) ?? [];
  return host === undefined || token === undefined ? "nameless" : { host, pid: Number(pid), token };
};

const nameOf = (holder: Holder): string =>
  typeof holder === "object" ? `process ${holder.pid} on ${holder.host}` : "another process";
