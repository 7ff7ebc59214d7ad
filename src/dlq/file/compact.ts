import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errnoOf, fileError } from "../../errors.ts";
import { makeFolder } from "../../values/folder.ts";
import { ownerStatus } from "../../storage/owner.ts";
import type { Owner, ProcessInfo } from "../../storage/owner.ts";

const usersOf = (path: string): string => `${path}.users`;

/**
 * Registers a writer, so that no other process replaces the file while it is open. Call it under the queue's lock.
 * @returns a function that unregisters it
 */
export const registerWriter = (path: string, owner: Owner, processInfo: ProcessInfo): (() => void) => {
  const mark = join(usersOf(path), `${owner.pid}.${owner.token}`);
  makeFolder(usersOf(path));
  try {
    writeFileSync(mark, owner.host, { mode: 0o600 });
    if (!othersWrite(path, owner, processInfo)) removeHalfWritten(path);
  } catch (error) {
    throw fileError(error, "write", mark);
  }
  return () => rmSync(mark, { force: true });
};

/**
 * Replaces the file with the given lines if no other process writes to it. Call it under the queue's lock. Crash-safe:
 * the new file is on disk before it is renamed, and the next writer removes leftovers.
 * @returns whether the file was replaced
 */
export const compact = async (
  path: string,
  owner: Owner,
  processInfo: ProcessInfo,
  temporary: string,
  lines: AsyncIterable<Buffer>,
): Promise<boolean> => {
  if (othersWrite(path, owner, processInfo)) return false;
  try {
    await writeLines(temporary, lines);
    renameSync(temporary, path);
    sync(dirname(path));
    return true;
  } catch (error) {
    // The old file is intact: a failed compaction only costs disk space.
    rmSync(temporary, { force: true });
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
};

const blockSize = 1 << 20;

const writeLines = async (path: string, lines: AsyncIterable<Buffer>): Promise<void> => {
  const fd = openSync(path, "wx", 0o600);
  try {
    let block: Buffer[] = [];
    let size = 0;
    for await (const line of lines) {
      // Copied, because the reader reuses the line's buffer.
      block.push(Buffer.from(line), lineFeed);
      size += line.length;
      if (size < blockSize) continue;
      writeFileSync(fd, Buffer.concat(block));
      block = [];
      size = 0;
    }
    writeFileSync(fd, Buffer.concat(block));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

const lineFeed = Buffer.from("\n");

const sync = (folder: string): void => {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

const removeHalfWritten = (path: string): void => {
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(`${basename(path)}.compact-`)) rmSync(join(dirname(path), name), { force: true });
  }
};

/** Whether another process may be writing to the queue; removes marks of dead processes. */
const othersWrite = (path: string, owner: Owner, processInfo: ProcessInfo): boolean => {
  const folder = usersOf(path);
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((name) => {
    const token = name.slice(name.indexOf(".") + 1);
    if (token === owner.token) return false;
    const mark = join(folder, name);
    // An empty mark is either still being written or left by a crash. Under the lock it can only be from a crash.
    const host = readFileSync(mark, "utf8") || processInfo.host;
    // Processes of other machines can't be checked: they count as alive until someone removes the mark.
    const gone = ownerStatus({ host, pid: Number.parseInt(name, 10), token }, processInfo) === "dead";
    if (gone) rmSync(mark, { force: true });
    return !gone;
  });
};
