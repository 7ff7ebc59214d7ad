import { closeSync, fstatSync, fsyncSync, openSync, read, readSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { fileError } from "../errors.ts";
import { makeFolder } from "../values/folder.ts";
import { setAside } from "./rotated.ts";

interface JournalOptions {
  /** Fsync each write, so that it survives power loss; costs a disk flush per turn. */
  readonly fsync?: boolean;
  /** For shared files: before each write, check whether another process crashed in the middle of a line. */
  readonly shared?: boolean;
  /** Called after the file was moved or removed and a new one was created in its place; checked with each write. */
  readonly onReopened?: () => void;
  readonly rotate?: Rotation;
  /** Say where each line is, so that it can be read back. */
  readonly places?: boolean;
}

/** When a file is set aside under a number, and a new one begun. */
interface Rotation {
  /** From this size on, before the next write. */
  readonly bytes: number;
  readonly onRotated: () => void;
  /** Rotation failed and writing continues in the same file; called for the first of several failures. */
  readonly onFailed: (error: unknown) => void;
}

/** Where a line is in the file. */
export interface Place {
  /** Which of the files that had this name, from 0. */
  readonly file: number;
  readonly offset: number;
  readonly bytes: number;
}

/** An append-only file of lines. */
export interface Journal {
  readonly path: string;
  /** True where the file, when opened, ended in the middle of a line; that line stays as it is. */
  readonly torn: boolean;
  /**
   * Adds a line (its newline is added). Resolves when it is in the file.
   * @returns where, with `places` and in a regular file
   * @throws HookproofError `disk-full`, `no-permission`, `io` when the write failed
   */
  append(line: string): Promise<Place | undefined>;
  /**
   * Reads a line back. Another process may have written meanwhile: the caller checks whether it is the line it wants.
   * @returns undefined where the file is no longer open or ends before
   */
  read(place: Place): Promise<Buffer | undefined>;
  /** Waits for what is under way and closes the file. */
  close(): Promise<void>;
}

/** The lines of one turn, and the promise that all their writers wait for. */
interface Batch {
  readonly lines: string[];
  /** The length of its lines so far, with `places`. */
  length: number;
  /** Where all of them are, with `places`. */
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
  // After a torn start or a failed write the next record must not continue somebody's half line.
  let freshLine = torn;
  /** Files that had this name before, the latest last. */
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
      // Once more where it was moved during the write: what is written is in the file of that name.
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

  /** Where what was just written is; undefined in what is not a regular file. */
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

/** What one write may hold: lines of large bodies together are more than a string can hold. */
const blockLength = 64 * 1024 * 1024;

/** One write for all lines, several where they are long. */
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

/** Whether an open file is the one of this name. */
const isFileAt = (fd: number, path: string): boolean => {
  const named = statSync(path, { throwIfNoEntry: false });
  const open = fstatSync(fd);
  return named?.ino === open.ino && named.dev === open.dev;
};

/** What a short write leaves is written on, so that no line is interleaved. */
const writeAll = (fd: number, text: string): void => {
  const block = Buffer.from(text, "utf8");
  for (let written = 0; written < block.length;) written += writeSync(fd, block, written, block.length - written);
};
