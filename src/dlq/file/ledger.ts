import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import type { Attempt } from "../../request/attempt.ts";
import { HookproofError, fileError } from "../../errors.ts";
import type { DlqEntry, DlqSummary } from "../dlq.ts";
import { Problems } from "../problems.ts";
import { changeOf, entryLine, entryOf, indexedOf, leftId, looksLikeEntry, summaryOf } from "../record.ts";
import { QueueIndex } from "./queue-index.ts";
import { LineReader } from "./scan.ts";

const breathAfter = 16 << 20;

interface OpenFile {
  readonly fd: number;
  readonly inode: number;
  /** Windows of their own: what is folded, handed out and changed lies in different places. */
  readonly all: LineReader;
  readonly entries: LineReader;
  readonly changes: LineReader;
}

interface AttemptsChange {
  readonly attempts: readonly Attempt[];
  /** Why the last of them failed; undefined where it did not. */
  readonly reason: string | undefined;
}

/**
 * The number of the file behind a queue's name; undefined where there is none.
 * @throws HookproofError `input-unreadable` for a folder, a device or a pipe, which would never end or block
 */
export const inodeOf = (path: string): number | undefined => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isFile()) return stat?.ino;
  throw new HookproofError("input-unreadable", `${path} is not a file`, { hint: "give a file for the DLQ" });
};

/** What the file of a queue says, folded up to a point: reads only, and never changes the file. */
export class Ledger {
  readonly #path: string;
  readonly #problems: Problems;
  #torn = false;
  #refreshing: Promise<void> | undefined;
  #file: OpenFile | undefined;
  readonly #seed: number;
  #index: QueueIndex;
  /** Byte offset before which everything is in the index. */
  #folded = 0;

  /** @param seed for the table's buckets: 32 bits of chance */
  constructor(path: string, seed: number) {
    this.#path = path;
    this.#problems = new Problems((count) => `${path}: ${count} more lines cannot be read`);
    this.#seed = seed;
    this.#index = new QueueIndex(seed);
  }

  /** What is known of the rows; another one after the file was replaced. */
  get index(): QueueIndex {
    return this.#index;
  }

  get problems(): readonly string[] {
    return [
      ...this.#problems.all,
      ...(this.#torn ? [`${this.#path}: the last line is torn and is left as it is`] : []),
    ];
  }

  /** Reads what has come since the last time. A file that took the name's place is read anew. */
  async refresh(): Promise<void> {
    while (this.#refreshing !== undefined) await this.#refreshing;
    this.#refreshing = this.#fold().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #fold(): Promise<void> {
    const file = this.#open();
    if (file === undefined) return;
    let sinceBreath = 0;
    for (const { bytes, offset, end } of file.all.lines(this.#folded)) {
      if (!this.#index.take(bytes, offset))
        this.#problems.note(`${this.#path}: the line at byte ${offset} cannot be read and is left as it is`);
      this.#folded = end;
      sinceBreath += bytes.length;
      if (sinceBreath < breathAfter) continue;
      sinceBreath = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#torn = file.all.size() > this.#folded;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file.fd);
    this.#file = undefined;
  }

  /** The entry's summary with what the last change of it says. */
  summary(row: number): DlqSummary | undefined {
    const line = this.#file?.entries.line(this.#index.offset(row));
    const summary = line === undefined ? undefined : summaryOf(line);
    const change = summary === undefined ? undefined : this.#change(row);
    if (summary === undefined || change === undefined) return summary;
    return {
      ...summary,
      attempts: change.attempts.length,
      status: change.attempts.at(-1)?.status ?? null,
      reason: change.reason ?? summary.reason,
    };
  }

  /** The whole entry with what the last change of it says. */
  entry(row: number): DlqEntry | undefined {
    const line = this.#file?.entries.line(this.#index.offset(row));
    const entry = line === undefined ? undefined : entryOf(line);
    const change = entry === undefined ? undefined : this.#change(row);
    if (entry === undefined || change === undefined) return entry;
    return { ...entry, attempts: change.attempts, reason: change.reason ?? entry.reason };
  }

  /** The lines that a compaction keeps: entries in the queue, and what could not be read as it is. */
  *keptLines(): Generator<Buffer | string> {
    const file = this.#file;
    if (file === undefined) return;
    for (const { bytes, offset, end } of file.all.lines(0)) {
      if (end > this.#folded) return;
      if (bytes.length === 0) continue;
      if (leftId(bytes) !== undefined) continue;
      const indexed = looksLikeEntry(bytes) ? indexedOf(bytes) : undefined;
      const row = indexed === undefined ? undefined : this.#index.rowOf(indexed.id);
      if (row !== undefined && this.#index.offset(row) === offset) {
        const entry = this.#index.changedAt(row) === undefined ? undefined : this.entry(row);
        yield entry === undefined ? bytes : entryLine(entry);
      } else if (indexed === undefined && changeOf(bytes) === undefined) yield bytes;
    }
  }

  #open(): OpenFile | undefined {
    try {
      const inode = inodeOf(this.#path);
      if (this.#file !== undefined && this.#file.inode === inode) return this.#file;
      if (this.#file !== undefined) this.#forget();
      if (inode === undefined) return undefined;
      const fd = openSync(this.#path, "r");
      this.#file = {
        fd,
        inode: fstatSync(fd).ino,
        all: new LineReader(fd),
        entries: new LineReader(fd),
        changes: new LineReader(fd),
      };
      return this.#file;
    } catch (error) {
      throw error instanceof HookproofError ? error : fileError(error, "read the DLQ", this.#path);
    }
  }

  #forget(): void {
    this.close();
    this.#index = new QueueIndex(this.#seed);
    this.#folded = 0;
  }

  /** The last line that changed the row's attempts. */
  #change(row: number): AttemptsChange | undefined {
    const at = this.#index.changedAt(row);
    const line = at === undefined ? undefined : this.#file?.changes.line(at);
    const change = line === undefined ? undefined : changeOf(line);
    if (change?.type === "attempts") return change;
    return change?.type === "done" ? { attempts: change.attempts, reason: undefined } : undefined;
  }
}
