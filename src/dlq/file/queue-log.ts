import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { HookproofError, errnoOf, fileError } from "../../errors.ts";
import { inputLimits } from "../../storage/input.ts";
import { linesOfFile } from "../../storage/lines.ts";
import type { Line } from "../../storage/lines.ts";
import { formatSize } from "../../values/size.ts";
import type { DlqEntry, DlqFilter, DlqSummary } from "../dlq.ts";
import { isNarrow, matchesFilter } from "../filter.ts";
import { changeOf, entryLine, entryOf, idOf, isCutChange, summarize, summaryOf, withChange } from "../record.ts";
import { Problems } from "../shared/problems.ts";
import { EntryStates } from "./entry-states.ts";
import type { LinePlace } from "./entry-states.ts";
import { Repeats } from "./repeats.ts";

/** An entry of the file. Parse it before requesting the next entry, because its line's buffer is reused. */
export interface LoggedEntry {
  readonly id: string;
  /** Byte offset after its line. */
  readonly end: number;
  /** The location of its attempts, if not in its own line. */
  readonly change: LinePlace | undefined;
  /** The summary with later changes applied; undefined if unreadable. */
  readonly summary: () => DlqSummary | undefined;
  /** The full entry with later changes applied; undefined if unreadable. */
  readonly whole: () => DlqEntry | undefined;
}

/** The part of the file read so far. */
interface Reading {
  readonly fd: number;
  readonly inode: number;
  readonly states: EntryStates;
  /** Byte offset up to which all lines are in `states`. */
  end: number;
  lines: number;
  entries: number;
  torn: boolean;
  /** Whether a line exceeds the length limit; if so, the file can't be rewritten. */
  cut: boolean;
  /** Byte offsets of lines that are neither an entry nor a change. */
  readonly unreadable: Set<number>;
  readonly repeats: Repeats;
}

/**
 * The inode of a queue's file; undefined if there is no file.
 * @throws HookproofError `input-unreadable` for a folder, device or pipe: reading one could block or never end
 */
export const inodeOf = (path: string): number | undefined => {
  try {
    const stat = statSync(path);
    if (stat.isFile()) return stat.ino;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw fileError(error, "read the DLQ", path);
  }
  throw new HookproofError("input-unreadable", `${path} is not a file`, { hint: "pass a file as the DLQ" });
};

/**
 * Reads a queue's file without changing it. Only the entries' states are kept in memory; entries are read from the file
 * each time, so their number doesn't matter.
 */
export class QueueLog {
  readonly #path: string;
  readonly #longest: number;
  readonly #problems: Problems;
  #reading: Reading | undefined;
  #refreshing: Promise<void> = Promise.resolve();
  /** Descriptors of files replaced by compaction: they may still be in use. */
  readonly #open: number[] = [];

  /** @param longest the maximum length of a line in bytes */
  constructor(path: string, longest: number = inputLimits.line) {
    this.#path = path;
    this.#longest = longest;
    this.#problems = new Problems((count) => `${path}: ${count} more lines cannot be read`);
  }

  get problems(): readonly string[] {
    const torn = this.#reading?.torn === true ? [`${this.#path}: the last line is cut off and is left as it is`] : [];
    return [...this.#problems.all, ...torn];
  }

  /** The number of unreadable lines, not counting a last line that was cut off. */
  get unreadable(): number {
    return this.#problems.unreadable;
  }

  /** The states of the entries, as far as the file has been read. */
  get states(): EntryStates {
    return this.#reading?.states ?? new EntryStates();
  }

  /** The number of lines that a compaction would keep, and the number it would drop. */
  get size(): { readonly kept: number; readonly dropped: number } {
    const { lines = 0, entries = 0, cut = false } = this.#reading ?? {};
    if (cut) return { kept: lines, dropped: 0 };
    const kept = Math.max(0, entries - this.states.removals);
    return { kept, dropped: lines - kept };
  }

  /** Reads new lines since the last call; a replaced file is read from the start. */
  refresh(): Promise<void> {
    return (this.#refreshing = this.#refreshing.catch(() => undefined).then(() => this.#readOn()));
  }

  async #readOn(): Promise<void> {
    try {
      const reading = (this.#reading = this.#current());
      if (reading === undefined) return;
      reading.torn = false;
      for await (const line of linesOfFile(reading.fd, reading.end, this.#longest)) {
        reading.torn = line.torn;
        if (line.torn) return;
        reading.end = line.end;
        if (line.bytes.length === 0) continue;
        reading.lines++;
        const id = line.cut ? undefined : idOf(line.bytes);
        if (line.cut) this.#leave(line, reading);
        else if (id !== undefined) {
          reading.entries++;
          reading.repeats.note(id);
        } else {
          const change = changeOf(line.bytes);
          // A truncated change loses nothing: its entry is still in the queue.
          if (change === undefined && isCutChange(line.bytes)) continue;
          if (change === undefined) this.#leave(line, reading);
          else reading.states.apply(change, { offset: line.offset, length: line.bytes.length });
        }
      }
    } catch (error) {
      throw error instanceof HookproofError ? error : fileError(error, "read the DLQ", this.#path);
    }
  }

  /**
   * The entries in file order, each id once.
   * @param from the byte offset of a line's start
   * @param gone if true, yields the removed entries whose lines are still in the file instead
   */
  async *entries(from = 0, gone = false): AsyncGenerator<LoggedEntry> {
    const reading = this.#reading;
    if (reading === undefined) return;
    const { end, states, repeats } = reading;
    const isFirst = repeats.filter();
    try {
      for await (const line of linesOfFile(reading.fd, from, this.#longest)) {
        if (line.end > end || line.torn) return;
        const id = line.cut ? undefined : idOf(line.bytes);
        if (id !== undefined && (states.removal(id) !== undefined) === gone && isFirst(id))
          yield this.#entry(line, id, reading);
      }
    } catch (error) {
      throw fileError(error, "read the DLQ", this.#path);
    }
  }

  /** The lines that a compaction keeps: entries still in the queue, and unreadable lines unchanged. */
  async *keptLines(): AsyncGenerator<Buffer> {
    const reading = this.#reading;
    if (reading === undefined) return;
    for await (const { bytes, offset, end } of linesOfFile(reading.fd)) {
      if (end > reading.end) return;
      const id = idOf(bytes);
      if (id === undefined ? !reading.unreadable.has(offset) : reading.states.removal(id) !== undefined) continue;
      const change = id === undefined ? undefined : reading.states.change(id);
      const entry = change === undefined ? undefined : entryOf(bytes);
      yield change === undefined || entry === undefined
        ? bytes
        : Buffer.from(entryLine(withChange(entry, changeAt(reading.fd, change))));
    }
  }

  close(): void {
    for (const fd of this.#open.splice(0)) closeSync(fd);
    this.#reading = undefined;
  }

  #entry(line: Line, id: string, { fd, states }: Reading): LoggedEntry {
    const change = states.change(id);
    const readable = <T>(found: T | undefined): T | undefined => {
      if (found === undefined) this.#unreadable(line);
      return found;
    };
    const whole = (): DlqEntry | undefined => {
      const entry = readable(entryOf(line.bytes));
      return entry === undefined || change === undefined ? entry : withChange(entry, changeAt(fd, change));
    };
    const summary = (): DlqSummary | undefined => {
      if (change === undefined) return readable(summaryOf(line.bytes));
      const entry = whole();
      return entry === undefined ? undefined : summarize(entry);
    };
    return { id, end: line.end, change, summary, whole };
  }

  #leave(line: Line, reading: Reading): void {
    reading.unreadable.add(line.offset);
    reading.cut ||= line.cut;
    this.#unreadable(line);
  }

  #unreadable({ offset, cut }: Line): void {
    const why = cut ? `has more than ${formatSize(this.#longest)} (--max-input raises the limit)` : "cannot be read";
    this.#problems.noteUnreadable(`${this.#path}: the line at byte ${offset} ${why} and is left as it is`);
  }

  #current(): Reading | undefined {
    const inode = inodeOf(this.#path);
    if (inode === undefined || inode === this.#reading?.inode) return inode === undefined ? undefined : this.#reading;
    const fd = openSync(this.#path, "r");
    this.#open.push(fd);
    const fresh = { states: new EntryStates(), unreadable: new Set<number>(), repeats: new Repeats() };
    return { fd, inode: fstatSync(fd).ino, end: 0, lines: 0, entries: 0, torn: false, cut: false, ...fresh };
  }
}

const changeAt = (fd: number, { offset, length }: LinePlace): ReturnType<typeof changeOf> => {
  const bytes = Buffer.alloc(length);
  return readSync(fd, bytes, 0, length, offset) === length ? changeOf(bytes) : undefined;
};

/** The full entry, if it matches the filter; filters only need the summary. */
export const wanted = (logged: LoggedEntry, filter: DlqFilter): DlqEntry | undefined => {
  if (filter.provider !== undefined || isNarrow(filter)) {
    const summary = logged.summary();
    if (summary === undefined || !matchesFilter(summary, filter)) return undefined;
  }
  return logged.whole();
};
