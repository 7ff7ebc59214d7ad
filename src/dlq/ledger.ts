import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import type { Attempt } from "../request/attempt.ts";
import { HookproofError, fileError } from "../errors.ts";
import type { Owner } from "../journal/owner.ts";
import type { Departure, DlqEntry, DlqFilter, DlqSummary } from "./dlq.ts";
import type { Counted } from "./filter.ts";
import { Problems } from "./problems.ts";
import { changeOf, entryLine, entryOf, indexedOf, leftId, looksLikeEntry, summaryOf } from "./record.ts";
import type { Change, Indexed } from "./record.ts";
import { LineReader } from "./scan.ts";
import { EntryTable, Names, State } from "./table.ts";

const breathAfter = 16 << 20;
/** In the place of a status. */
const untried = 1;

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
  readonly #names = new Names();
  readonly #problems: Problems;
  #torn = false;
  #refreshing: Promise<void> | undefined;
  #file: OpenFile | undefined;
  readonly #seed: number;
  #table: EntryTable;
  /** Byte offset before which everything is in the table. */
  #folded = 0;
  #lines = 0;
  #live = 0;
  /** By their number. */
  readonly owners: { readonly owner: Owner; until: number }[] = [];

  /** @param seed for the table's buckets: 32 bits of chance */
  constructor(path: string, seed: number) {
    this.#path = path;
    this.#problems = new Problems((count) => `${path}: ${count} more lines cannot be read`);
    this.#seed = seed;
    this.#table = new EntryTable(seed);
  }

  get rows(): number {
    return this.#table.rows;
  }

  /** Lines that a compaction would drop. */
  get dead(): number {
    return this.#lines - this.#live;
  }

  get live(): number {
    return this.#live;
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
      this.#take(bytes, offset);
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

  /** Rows of entries in the queue, as far as the columns can tell whether a filter wants them. */
  *matching(filter: DlqFilter, from = 0): Generator<number> {
    const table = this.#table;
    const type = filter.type === undefined ? undefined : this.#names.number(filter.type);
    const provider = filter.provider === undefined ? undefined : this.#names.number(filter.provider);
    const none = this.#names.number(null);
    for (let row = from; row < table.rows; row++) {
      if (table.get("state", row) !== State.live) continue;
      if (type !== undefined && table.get("type", row) !== type) continue;
      if (provider !== undefined && table.get("provider", row) !== provider) {
        if (filter.orNoProvider !== true || table.get("provider", row) !== none) continue;
      }
      if (filter.status !== undefined && table.get("status", row) !== filter.status) continue;
      if (filter.since !== undefined && table.get("failedAt", row) < filter.since) continue;
      if (filter.until !== undefined && table.get("failedAt", row) > filter.until) continue;
      yield row;
    }
  }

  /** What stats count of a row, without reading its line. */
  counted(row: number): Counted {
    const status = this.#table.get("status", row);
    return {
      failedAt: this.#table.get("failedAt", row),
      bytes: this.#table.get("bytes", row),
      eventType: this.#names.text(this.#table.get("type", row)),
      provider: this.#names.text(this.#table.get("provider", row)),
      status: status <= untried ? null : status,
      // That there are any is all that counts.
      attempts: status === untried ? 0 : 1,
    };
  }

  /** The row of an entry in the queue. */
  rowOf(id: string): number | undefined {
    const row = this.#table.find(id);
    return row !== undefined && this.#table.get("state", row) === State.live ? row : undefined;
  }

  /** The row of an entry that is or was in the queue. */
  anyRowOf(id: string): number | undefined {
    return this.#table.find(id);
  }

  /** How a row's entry left the queue; undefined where it is in it, or never was. */
  departure(row: number | undefined): Departure | undefined {
    const state = row === undefined ? State.absent : this.#table.get("state", row);
    if (state === State.delivered) return "delivered";
    return state === State.discarded ? "discarded" : undefined;
  }

  /** The claim's holder: a number of `owners`; undefined where nobody has it. */
  holder(row: number): number | undefined {
    const number = this.#table.get("owner", row);
    return number === 0 ? undefined : number - 1;
  }

  /** Whether this process has had it. */
  isHanded(row: number): boolean {
    return this.#table.get("handed", row) === 1;
  }
  setHanded(row: number): void {
    this.#table.set("handed", row, 1);
  }

  /** The entry's summary with what the last change of it says. */
  summary(row: number): DlqSummary | undefined {
    const line = this.#file?.entries.line(this.#table.get("offset", row));
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
    const line = this.#file?.entries.line(this.#table.get("offset", row));
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
      const row = indexed === undefined ? undefined : this.rowOf(indexed.id);
      if (row !== undefined && this.#table.get("offset", row) === offset) {
        const entry = this.#table.get("changed", row) === 0 ? undefined : this.entry(row);
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
    this.#table = new EntryTable(this.#seed);
    this.#folded = this.#lines = this.#live = 0;
    this.owners.length = 0;
  }

  #take(line: Buffer, offset: number): void {
    if (line.length === 0) return;
    this.#lines++;
    const left = leftId(line);
    if (left !== undefined) {
      this.#bury(this.#table.row(left), State.delivered);
      return;
    }
    const indexed = looksLikeEntry(line) ? indexedOf(line) : undefined;
    if (indexed !== undefined) {
      this.#enter(indexed, offset);
      return;
    }
    const change = changeOf(line);
    if (change !== undefined) this.#apply(change, offset);
    else this.#problems.note(`${this.#path}: the line at byte ${offset} cannot be read and is left as it is`);
  }

  #enter(summary: Indexed, offset: number): void {
    const table = this.#table;
    const row = table.row(summary.id);
    // The first line of an id is the entry; a second could only be from a copied file.
    if (table.get("state", row) !== State.absent) return;
    this.#live++;
    table.set("state", row, State.live);
    table.set("offset", row, offset);
    table.set("failedAt", row, summary.failedAt);
    table.set("type", row, this.#names.number(summary.eventType));
    table.set("provider", row, this.#names.number(summary.provider));
    table.set("bytes", row, summary.bytes);
    if (table.get("changed", row) === 0)
      table.set("status", row, summary.attempts === 0 ? untried : (summary.status ?? 0));
  }

  #apply(change: Change, offset: number): void {
    const table = this.#table;
    switch (change.type) {
      case "claim": {
        const owner = this.#ownerNumber(change.owner, change.until);
        for (const id of change.ids) table.set("owner", table.row(id), owner);
        return;
      }
      case "released":
        for (const id of change.ids) table.set("owner", table.row(id), 0);
        return;
      case "discarded":
        for (const id of change.ids) this.#bury(table.row(id), State.discarded);
        return;
      case "attempts":
      case "done": {
        const row = table.row(change.id);
        if (change.type === "done" && !change.kept) {
          this.#bury(row, State.delivered);
          return;
        }
        table.set("changed", row, offset + 1);
        table.set("status", row, change.attempts.length === 0 ? untried : (change.attempts.at(-1)?.status ?? 0));
        table.set("owner", row, 0);
      }
    }
  }

  #bury(row: number, state: typeof State.delivered | typeof State.discarded): void {
    if (this.#table.get("state", row) === State.live) this.#live--;
    this.#table.set("state", row, state);
  }

  #ownerNumber(owner: Owner, until: number): number {
    const at = this.owners.findIndex((one) => one.owner.token === owner.token);
    const known = this.owners[at];
    if (known === undefined) return this.owners.push({ owner, until });
    known.until = Math.max(known.until, until);
    return at + 1;
  }

  /** The last line that changed the row's attempts. */
  #change(row: number): AttemptsChange | undefined {
    const at = this.#table.get("changed", row);
    const line = at === 0 ? undefined : this.#file?.changes.line(at - 1);
    const change = line === undefined ? undefined : changeOf(line);
    if (change?.type === "attempts") return change;
    return change?.type === "done" ? { attempts: change.attempts, reason: undefined } : undefined;
  }
}
