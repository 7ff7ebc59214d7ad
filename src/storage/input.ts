import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { Stats } from "node:fs";
import { Socket } from "node:net"; // reads a FIFO by the event loop, as no file stream does
import { setTimeout as delay } from "node:timers/promises";
import { HookproofError, errnoOf, fileError } from "../errors.ts";
import { formatSize } from "../values/size.ts";

const megabyte = 1024 * 1024;

/** The maximum size of an input in bytes, by its kind, unless `--max-input` is given. */
export const inputLimits = {
  /** Requests, captures, payloads and imports, which are read completely into memory. */
  requests: 100 * megabyte,
  /** The project file, rules, certificates, a baseline, a list of deploys. */
  settings: 16 * megabyte,
  secret: megabyte,
  /** A bundle, packed and unpacked. */
  bundle: 512 * megabyte,
  /** One line of a queue's file, which is read line by line. */
  line: 256 * megabyte,
  /** A receiver's log, unpacked; it is streamed. */
  log: 10 * 1024 * megabyte,
} as const;

/** What kind of input a file is, for its limit. */
export type InputKind = keyof typeof inputLimits;

export interface Reading {
  /** The path as the user typed it, for errors. */
  readonly displayName: string;
  /** The maximum size in bytes. */
  readonly limit: number;
  /** Cancels the read, even while waiting for data. */
  readonly signal?: AbortSignal | undefined;
}

type Source = Omit<Reading, "limit">;

/** The error for an input larger than its limit. */
export const tooLarge = (displayName: string, limit: number): HookproofError =>
  new HookproofError("input-too-large", `${displayName} has more than ${formatSize(limit)}`, {
    hint: "--max-input SIZE raises the limit",
  });

/** The error for a read that was cancelled. */
export const stopped = (displayName: string): HookproofError =>
  new HookproofError("interrupted", `stopped while reading ${displayName}`);

/**
 * Reads all of a file, pipe or device, within a limit.
 * @throws HookproofError `input-unreadable`, `input-too-large`, `no-permission`, `io`, `interrupted`
 */
export const readWhole = async (path: string, reading: Reading): Promise<Buffer> => {
  const opened = openInput(path, reading);
  if (!opened.stat.isFile()) return concatenate(chunksOfInput(opened, reading), reading);
  const { fd, stat } = opened;
  try {
    if (stat.size > reading.limit) throw tooLarge(reading.displayName, reading.limit);
    // One byte more, to detect a growing file, or one in /proc that claims to be empty, and read it to its end.
    let bytes = Buffer.allocUnsafe(stat.size + 1);
    for (let length = 0; ;) {
      const size = readSync(fd, bytes, length, bytes.length - length, null);
      if (size === 0) return bytes.subarray(0, length);
      length += size;
      if (length > reading.limit) throw tooLarge(reading.displayName, reading.limit);
      if (length === bytes.length)
        bytes = Buffer.concat([bytes], Math.min(2 * length + smallestChunk, reading.limit + 1));
    }
  } catch (error) {
    throw inputError(error, reading);
  } finally {
    closeSync(fd);
  }
};

/**
 * Streams the bytes of a file, pipe or device, without a limit.
 * @throws HookproofError `input-unreadable`, `no-permission`, `io`, `interrupted`
 */
export async function* readChunks(path: string, reading: Source): AsyncGenerator<Buffer> {
  yield* chunksOfInput(openInput(path, reading), reading);
}

/** Concatenates all chunks. @throws HookproofError `input-too-large` */
export const concatenate = async (chunks: AsyncIterable<Buffer>, { displayName, limit }: Reading): Promise<Buffer> => {
  const chunksRead: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) throw tooLarge(displayName, limit);
    chunksRead.push(chunk);
  }
  return Buffer.concat(chunksRead, length);
};

const smallestChunk = 65_536;

interface Opened {
  readonly fd: number;
  readonly stat: Stats;
}

/** Opens without blocking: a FIFO without a writer would block a thread, and then the process couldn't even exit. */
const openInput = (path: string, reading: Source): Opened => {
  let fd: number | undefined;
  try {
    // Undefined on Windows.
    const nonBlocking: number | undefined = constants.O_NONBLOCK;
    fd = openSync(path, constants.O_RDONLY | (nonBlocking ?? 0));
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw Object.assign(new Error("it is a folder"), { code: "EISDIR" });
    return { fd, stat };
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw inputError(error, reading);
  }
};

async function* chunksOfInput({ fd, stat }: Opened, reading: Source): AsyncGenerator<Buffer> {
  const { displayName, signal } = reading;
  if (stat.isFIFO()) {
    yield* chunksOfPipe(fd, reading);
    return;
  }
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(megabyte);
      const size = readNow(fd, chunk);
      if (size === 0) return;
      if (size === undefined) await delay(20, undefined, signal === undefined ? {} : { signal });
      else yield chunk.subarray(0, size);
      await yieldToEventLoop(reading);
    }
  } catch (error) {
    if (signal?.aborted === true) throw stopped(displayName);
    throw inputError(error, reading);
  } finally {
    closeSync(fd);
  }
}

/** @returns undefined if there is no data yet, as on a terminal */
const readNow = (fd: number, into: Buffer): number | undefined => {
  try {
    return readSync(fd, into, 0, into.length, null);
  } catch (error) {
    if (errnoOf(error) === "EAGAIN") return undefined;
    throw error;
  }
};

/**
 * Reads on the event loop instead of a thread, so that it can wait for a writer, distinguish end of file from no data
 * yet, and be cancelled.
 */
async function* chunksOfPipe(fd: number, reading: Source): AsyncGenerator<Buffer> {
  const { displayName, signal } = reading;
  const pipe = new Socket({ fd, readable: true, writable: false, ...(signal === undefined ? {} : { signal }) });
  try {
    for await (const chunk of pipe) yield Buffer.from(chunk);
  } catch (error) {
    if (signal?.aborted === true) throw stopped(displayName);
    throw inputError(error, reading);
  } finally {
    pipe.destroy();
  }
}

/** Lets signals and timers run, and throws if asked to stop. */
const yieldToEventLoop = async ({ displayName, signal }: Source): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted === true) throw stopped(displayName);
};

const inputError = (error: unknown, { displayName }: Source): HookproofError =>
  error instanceof HookproofError ? error : fileError(error, "read", displayName);
