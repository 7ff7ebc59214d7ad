import { closeSync, fstatSync, fsyncSync, openSync, read, readSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { fileError } from "../errors.ts";
import { makeFolder } from "../values/folder.ts";
import { setAside } from "./rotated.ts";

interface JournalOptions {
  /** Whether to fsync each write, so that it survives power loss; costs a disk flush per event loop turn. */
  readonly fsync?: boolean;
  /** For shared files: before each write, check whether another process crashed in the middle of a line. */
  readonly shared?: boolean;
  /** Called after the file was moved or removed and a new one was created in its place; checked with each write. */
  readonly onReopened?: () => void;
  readonly rotate?: Rotation;
  /** Whether to return each line's place, so that it can be read back. */
  readonly places?: boolean;
}

/** When to rotate: rename the file with a number, and start a new one. */
interface Rotation {
  /** Rotate before the next write once the file has this size. */
  readonly bytes: number;
  readonly onRotated: () => void;
  /** Rotation failed and writing continues in the same file; called for the first of several failures. */
  readonly onFailed: (error: unknown) => void;
}

/** Where a line is in the file. */
export interface Place {
  /** Which of the files with this name, counted from 0. */
  readonly file: number;
  readonly offset: number;
  readonly bytes: number;
}

/** An append-only file of lines. */
export interface Journal {
  readonly path: string;
  /** Whether the file, when opened, ended in the middle of a line; that line is left unchanged. */
  readonly torn: boolean;
  /**
   * Appends a line (adding a newline). Resolves when it is in the file.
   * @returns its place, with `places` and if it is a regular file
   * @throws HookproofError `disk-full`, `no-permission`, `io` if the write fails
   */
  append(line: string): Promise<Place | undefined>;
  /**
   * Reads a line back. If another process writes to the file, places can be off: the caller must check that it is the
   * right line.
   * @returns undefined if the file is no longer open or is too short
   */
  read(place: Place): Promise<Buffer | undefined>;
  /** Waits for pending writes and closes the file. */
  close(): Promise<void>;
}

/** The lines of one event loop turn, and the promise that all their writers wait for. */
interface Batch {
  readonly lines: string[];
  /** The total length of its lines so far, with `places`. */
  length: number;
  /** The place of the whole batch, with `places`. */
  readonly written: Promise<Place | undefined>;
  readonly done: (place?: Place) => void;
  readonly failed: (error: unknown) => void;
}

const lineFeed = 0x0a;

/** Files that were moved away and can still be read back from. */
const keptFiles = 8;

/**
 * Opens a journal for appending; creates the file (0600) and folder (0700) if missing. Group commit: the lines of one
 * event loop turn are written at once, and each append resolves afterwards. A torn last line, left by a crash, is never
 * removed or completed: the next record starts on a new line.
 * @throws HookproofError `no-permission`, `disk-full`, `io`
 */
export const openJournal = (path: string, options: JournalOptions = {}): Journal => {
  let fd = openFile(path);
  const torn = endsInsideLine(fd);
  let batch: Batch | undefined;
  let closed = false;
  // After a torn line or a failed write, the next record must not continue a partial line.
  let freshLine = torn;
  /** File descriptors of previous files with this name, the latest last. */
  const previousFiles: number[] = [];
  let generation = 0;

  let isStuck = false;
  const isMoved = (): boolean => options.onReopened !== undefined && !isFileAt(fd, path);
  const openAgain = (): void => {
    const next = openFile(path);
    if (options.places === true) previousFiles.push(fd);
    else closeSync(fd);
    if (previousFiles.length > keptFiles) closeSync(previousFiles.shift() ?? fd);
    fd = next;
    generation++;
    freshLine = endsInsideLine(fd);
  };
  const reopen = (): void => {
    openAgain();
    options.onReopened?.();
  };
  /** Acknowledged lines are in one of the two files at any time. */
  const rotate = ({ bytes, onRotated, onFailed }: Rotation): void => {
    if (fstatSync(fd).size < bytes || isMoved()) return;
    try {
      setAside(path);
    } catch (error) {
      if (!isStuck) onFailed(error);
      isStuck = true;
      return;
    }
    isStuck = false;
    openAgain();
    onRotated();
  };

  const flush = (): void => {
    if (batch === undefined) return;
    const { lines, length, done, failed } = batch;
    batch = undefined;
    try {
      if (options.rotate !== undefined) rotate(options.rotate);
      // Write again if the file was moved during the write, so that the lines are in the file with this name.
      for (let isThere = false; !isThere; isThere = !isMoved()) {
        if (isMoved()) reopen();
        const isTorn = freshLine || (options.shared === true && endsInsideLine(fd));
        writeLines(fd, lines, isTorn);
        if (options.fsync === true) fsyncSync(fd);
        freshLine = false;
      }
    } catch (error) {
      freshLine = true;
      failed(fileError(error, "write to", path));
      return;
    }
    done(options.places === true ? placeOf(length) : undefined);
  };

  /** The place of what was just written; undefined if it isn't a regular file. */
  const placeOf = (bytes: number): Place | undefined => {
    const stat = fstatSync(fd);
    return stat.isFile() ? { file: generation, offset: stat.size - bytes, bytes } : undefined;
  };

  return {
    path,
    torn,
    append: (line) => {
      if (closed) return Promise.reject(fileError(new Error("closed"), "write to", path));
      if (batch === undefined) {
        batch = newBatch();
        setImmediate(flush);
      }
      batch.lines.push(line);
      if (options.places !== true) return batch.written;
      const [before, bytes] = [batch.length, Buffer.byteLength(line)];
      batch.length += bytes + 1;
      return batch.written.then((all) => all && { file: all.file, offset: all.offset + before, bytes });
    },
    read: async ({ file, offset, bytes }) => {
      const from = file === generation ? fd : previousFiles.at(file - generation);
      if (closed || from === undefined) return undefined;
      const line = Buffer.alloc(bytes);
      const { bytesRead } = await readAt(from, line, 0, bytes, offset);
      return bytesRead === bytes ? line : undefined;
    },
    close: async () => {
      if (closed) return;
      flush();
      closed = true;
      for (const one of [...previousFiles, fd]) closeSync(one);
    },
  };
};

const newBatch = (): Batch => {
  let done: Batch["done"] = () => undefined;
  let failed: (error: unknown) => void = () => undefined;
  const written: Batch["written"] = new Promise((resolve, reject) => {
    done = resolve;
    failed = reject;
  });
  return { lines: [], length: 0, written, done, failed };
};

const readAt = promisify(read);

const openFile = (path: string): number => {
  makeFolder(dirname(path));
  try {
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

/** The maximum size of one write: many large lines together could exceed the maximum length of a string. */
const blockLength = 64 * 1024 * 1024;

/** Writes all lines at once, or in several writes if they are long. */
const writeLines = (fd: number, lines: readonly string[], isTorn: boolean): void => {
  let block = isTorn ? "\n" : "";
  for (const line of lines) {
    if (block.length > 1 && block.length + line.length > blockLength) {
      writeAll(fd, block);
      block = "";
    }
    block += `${line}\n`;
  }
  writeAll(fd, block);
};

/** Whether an open file is the one at this path. */
const isFileAt = (fd: number, path: string): boolean => {
  const named = statSync(path, { throwIfNoEntry: false });
  const open = fstatSync(fd);
  return named?.ino === open.ino && named.dev === open.dev;
};

/** Writes everything, continuing after short writes. */
const writeAll = (fd: number, text: string): void => {
  const block = Buffer.from(text, "utf8");
  for (let written = 0; written < block.length;) written += writeSync(fd, block, written, block.length - written);
};
