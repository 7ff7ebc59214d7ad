import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { fileError } from "../errors.ts";

export interface JournalOptions {
  /** Make each write outlive a power cut too; costs a disk flush a turn. */
  readonly fsync?: boolean;
  /** Several processes append: look before each write whether one of them died inside a line. */
  readonly shared?: boolean;
}

/** An append-only file of lines. */
export interface Journal {
  readonly path: string;
  /** True where the file, when opened, ended in the middle of a line; that line stays as it is. */
  readonly torn: boolean;
  /**
   * Adds a line (its line feed is added). Resolves when it is in the file.
   * @throws HookproofError `disk-full`, `no-permission`, `io` when the write failed
   */
  append(line: string | Uint8Array): Promise<void>;
  /**
   * Adds one or more lines (with line feeds between them) at once, for a caller that gathers a
   * turn's lines itself. They are in the file when it returns.
   * @throws HookproofError as `append`
   */
  writeNow(lines: string): void;
  /** Waits for what is under way and closes the file. */
  close(): Promise<void>;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

const lineFeed = 0x0a;

/**
 * Opens a journal for appending, making file (0600) and folder (0700) where they are missing.
 *
 * Group commit: the lines of one turn of the event loop go out in one write, and each append
 * resolves after it. A torn last line, left by a crash, is never cut or completed: the next record
 * starts on a line of its own.
 * @throws HookproofError `no-permission`, `disk-full`, `io`
 */
export const openJournal = (path: string, options: JournalOptions = {}): Journal => {
  const fd = openFile(path);
  const torn = endsInsideLine(fd);
  let waiting: Waiting[] = [];
  let scheduled = false;
  let closed = false;
  // After a torn start or a failed write the next record must not continue somebody's half line.
  let freshLine = torn;

  const flush = (): void => {
    scheduled = false;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      writeAll(fd, batch, freshLine || (options.shared === true && endsInsideLine(fd)));
      if (options.fsync === true) fsyncSync(fd);
      freshLine = false;
    } catch (error) {
      freshLine = true;
      const failure = fileError(error, "write to", path);
      for (const { failed } of batch) failed(failure);
      return;
    }
    for (const { done } of batch) done();
  };

  const writeNow = (lines: string): void => {
    if (closed) throw fileError(new Error("closed"), "write to", path);
    flush();
    try {
      writeAll(fd, [{ bytes: Buffer.from(lines, "utf8") }], freshLine);
      if (options.fsync === true) fsyncSync(fd);
      freshLine = false;
    } catch (error) {
      freshLine = true;
      throw fileError(error, "write to", path);
    }
  };

  return {
    path,
    torn,
    writeNow,
    append: (line) =>
      new Promise((done, failed) => {
        if (closed) {
          failed(fileError(new Error("closed"), "write to", path));
          return;
        }
        waiting.push({ bytes: typeof line === "string" ? Buffer.from(line, "utf8") : line, done, failed });
        if (scheduled) return;
        scheduled = true;
        setImmediate(flush);
      }),
    close: async () => {
      if (closed) return;
      flush();
      closed = true;
      closeSync(fd);
    },
  };
};

const openFile = (path: string): number => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, "a+", 0o600);
  } catch (error) {
    throw fileError(error, "open", path);
  }
};

const endsInsideLine = (fd: number): boolean => {
  const stat = fstatSync(fd);
  if (!stat.isFile() || stat.size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, stat.size - 1);
  return last[0] !== lineFeed;
};

/** One write for all lines; what a short write leaves is written on, so that no line is interleaved. */
const writeAll = (fd: number, batch: readonly Pick<Waiting, "bytes">[], freshLine: boolean): void => {
  const size = batch.reduce((sum, { bytes }) => sum + bytes.length + 1, freshLine ? 1 : 0);
  const block = Buffer.allocUnsafe(size);
  let at = 0;
  if (freshLine) block[at++] = lineFeed;
  for (const { bytes } of batch) {
    block.set(bytes, at);
    at += bytes.length;
    block[at++] = lineFeed;
  }
  for (let written = 0; written < size;) written += writeSync(fd, block, written, size - written);
};
