import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { HookproofError, errnoOf, fileError } from "../../errors.ts";
import { linesOfFile } from "../../storage/lines.ts";
import type { Line } from "../../storage/lines.ts";
import type { DlqEntry, DlqSummary } from "../dlq.ts";
import {
  changeOf,
  entryLine,
  entryOf,
  isWholeEntry,
  looksLikeEntry,
  summarized,
  summaryOf,
  withChange,
} from "../record.ts";
import { Problems } from "../shared/problems.ts";
import { EntryStates } from "./entry-states.ts";
import type { LinePlace } from "./entry-states.ts";

/** An entry of the file's, with what later lines say of it. */
export interface LoggedEntry {
  readonly summary: DlqSummary;
  /** Byte offset behind its line. */
  readonly end: number;
  /** Where its attempts are, if not in its own line. */
  readonly change: LinePlace | undefined;
  /** The whole entry; undefined where it cannot be read. To be called before the next entry is asked for. */
  readonly whole: () => DlqEntry | undefined;
}

/** The file as far as it has been read. */
interface Reading {
  readonly fd: number;
  readonly inode: number;
  readonly states: EntryStates;
  /** Byte offset before which every line is in `states`. */
  end: number;
  lines: number;
  entries: number;
  torn: boolean;
}

/**
 * The inode of the file of a queue; undefined where there is none.
 * @throws HookproofError `input-unreadable` for a folder, a device or a pipe, which would never end or block
 */
export const inodeOf = (path: string): number | undefined => {
  try {
    const stat = statSync(path);
    if (stat.isFile()) return stat.ino;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw fileError(error, "read the DLQ", path);
  }
  throw new HookproofError("input-unreadable", `${path} is not a file`, { hint: "give a file for the DLQ" });
};

/**
 * Reads the file of a queue and never changes it. What became of entries is kept in memory; the entries themselves are
 * read from the file each time, so that their number does not matter.
 */
export class QueueLog {
  readonly #path: string;
  readonly #problems: Problems;
  #reading: Reading | undefined;
  #refreshing: Promise<void> = Promise.resolve();
  /** Of files that compaction has replaced: somebody may still be reading them. */
  readonly #open: number[] = [];

  constructor(path: string) {
    this.#path = path;
    this.#problems = new Problems((count) => `${path}: ${count} more lines cannot be read`);
  }

  get problems(): readonly string[] {
    const torn = this.#reading?.torn === true ? [`${this.#path}: the last line is torn and is left as it is`] : [];
    return [...this.#problems.all, ...torn];
  }

  /** How many lines cannot be read, apart from a torn last one. */
  get unreadable(): number {
    return this.#problems.unreadable;
  }

  /** What became of the entries, as far as the file has been read. */
  get states(): EntryStates {
    return this.#reading?.states ?? new EntryStates();
  }

  /** Lines in the file that a compaction would keep, and those that it would drop. */
  get size(): { readonly kept: number; readonly dropped: number } {
    const { lines = 0, entries = 0 } = this.#reading ?? {};
    const kept = Math.max(0, entries - this.states.removals);
    return { kept, dropped: lines - kept };
  }

  /** Reads what has been added since the last time. A file that replaced it is read from its start. */
  refresh(): Promise<void> {
    return (this.#refreshing = this.#refreshing.catch(() => undefined).then(() => this.#readOn()));
  }

  async #readOn(): Promise<void> {
    try {
      const reading = (this.#reading = this.#current());
      if (reading === undefined) return;
      reading.torn = false;
      for await (const line of linesOfFile(reading.fd, reading.end)) {
        reading.torn = line.torn;
        if (line.torn) return;
        reading.end = line.end;
        if (line.bytes.length === 0) continue;
        reading.lines++;
        if (isWholeEntry(line.bytes) || (looksLikeEntry(line.bytes) && summaryOf(line.bytes) !== undefined))
          reading.entries++;
        else {
          const change = changeOf(line.bytes);
          if (change === undefined) this.#unreadable(line);
          else reading.states.apply(change, { offset: line.offset, length: line.bytes.length });
        }
      }
    } catch (error) {
      throw error instanceof HookproofError ? error : fileError(error, "read the DLQ", this.#path);
    }
  }

  /** The entries in the queue, in the file's order, from a line's byte offset on. */
  async *entries(from = 0): AsyncGenerator<LoggedEntry> {
    for await (const { line, summary, reading } of this.#summaries(from)) {
      if (reading.states.removal(summary.id) !== undefined) continue;
      const change = reading.states.change(summary.id);
      const whole = (): DlqEntry | undefined => {
        const entry = entryOf(line.bytes);
        if (entry === undefined) this.#unreadable(line);
        return entry === undefined || change === undefined ? entry : withChange(entry, changeAt(reading.fd, change));
      };
      const changed = change === undefined ? undefined : whole();
      yield { summary: changed === undefined ? summary : summarized(changed), end: line.end, change, whole };
    }
  }

  /** Entries that have left and whose lines are still in the file. */
  async *removed(): AsyncGenerator<DlqSummary> {
    for await (const { summary, reading } of this.#summaries(0))
      if (reading.states.removal(summary.id) !== undefined) yield summary;
  }

  /** The lines that a compaction keeps: entries in the queue, and those it cannot read as they are. */
  async *keptLines(): AsyncGenerator<Buffer> {
    const reading = this.#reading;
    if (reading === undefined) return;
    for await (const { bytes, end } of linesOfFile(reading.fd)) {
      if (end > reading.end) return;
      const summary = looksLikeEntry(bytes) ? summaryOf(bytes) : undefined;
      if (summary === undefined) {
        if (bytes.length > 0 && changeOf(bytes) === undefined) yield bytes;
      } else if (reading.states.removal(summary.id) === undefined) {
        const change = reading.states.change(summary.id);
        const entry = change === undefined ? undefined : entryOf(bytes);
        yield change === undefined || entry === undefined
          ? bytes
          : Buffer.from(entryLine(withChange(entry, changeAt(reading.fd, change))));
      }
    }
  }

  close(): void {
    for (const fd of this.#open.splice(0)) closeSync(fd);
    this.#reading = undefined;
  }

  async *#summaries(
    from: number,
  ): AsyncGenerator<{ readonly line: Line; readonly summary: DlqSummary; readonly reading: Reading }> {
    const reading = this.#reading;
    if (reading === undefined) return;
    const { end } = reading;
    try {
      for await (const line of linesOfFile(reading.fd, from)) {
        if (line.end > end || line.torn) return;
        if (!looksLikeEntry(line.bytes)) continue;
        const summary = summaryOf(line.bytes);
        if (summary === undefined) this.#unreadable(line);
        else yield { line, summary, reading };
      }
    } catch (error) {
      throw fileError(error, "read the DLQ", this.#path);
    }
  }

  #unreadable({ offset }: Line): void {
    this.#problems.noteUnreadable(`${this.#path}: the line at byte ${offset} cannot be read and is left as it is`);
  }

  #current(): Reading | undefined {
    const inode = inodeOf(this.#path);
    if (inode === undefined || inode === this.#reading?.inode) return inode === undefined ? undefined : this.#reading;
    const fd = openSync(this.#path, "r");
    this.#open.push(fd);
    const states = new EntryStates();
    return { fd, inode: fstatSync(fd).ino, states, end: 0, lines: 0, entries: 0, torn: false };
  }
}

const changeAt = (fd: number, { offset, length }: LinePlace): ReturnType<typeof changeOf> => {
  const bytes = Buffer.alloc(length);
  return readSync(fd, bytes, 0, length, offset) === length ? changeOf(bytes) : undefined;
};
