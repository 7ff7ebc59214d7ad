import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { HookproofError, fileError } from "../../errors.ts";
import { makeFolder } from "../../values/folder.ts";
import { openJournal } from "../../storage/journal.ts";
import type { Journal } from "../../storage/journal.ts";
import { locked } from "../../storage/lock.ts";
import { ownerOf } from "../../storage/owner.ts";
import type { Owner, Self } from "../../storage/owner.ts";
import { compact, enter } from "./compact.ts";
import { departedOf } from "./departed.ts";
import type { Claim, Departure, Dlq, DlqEntry, DlqFilter, DlqStats, DlqSummary } from "../dlq.ts";
import { FileClaim } from "./claim.ts";
import type { Settling } from "./claim.ts";
import { Ledger, inodeOf } from "./ledger.ts";
import { changeLine, entryLine } from "../record.ts";
import { Selection, isNamed } from "../selection.ts";

export interface FileDlqOptions {
  readonly path: string;
  readonly self: Self;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  /** Make each record outlive a power cut too. */
  readonly fsync?: boolean;
}

/** A claim of another machine's is trusted for this long without a sign of life. */
const leaseMs = 5 * 60_000;
/** Compacted when it is closed with at least so many lines to drop, and those the larger part. */
const worthCompacting = 1000;

/**
 * The dead-letter queue as an append-only file: entries and what became of them, a line each. The
 * state is what folding all lines gives; nothing is changed in place. Archive: `<path>.archive`.
 * Processes of one machine may share it: claims are taken under a lock, and those of a dead process
 * are free at once. Opening touches nothing.
 * @throws HookproofError `no-permission`, `disk-full`, `dlq-locked`, `io` when used
 */
export const fileDlq = (options: FileDlqOptions): Dlq => new FileDlq(options);

interface Writing {
  readonly journal: Journal;
  readonly leave: () => void;
}

class FileDlq implements Dlq {
  readonly name: string;
  readonly listNote = null;
  readonly #options: FileDlqOptions;
  readonly #me: Owner;
  readonly #ledger: Ledger;
  readonly #selection: Selection;
  #writing: Promise<Writing> | undefined;
  /** What this process holds. */
  readonly #held = new Set<string>();
  #settling: { readonly written: Promise<void>; readonly ids: string[] } | undefined;
  #beating: NodeJS.Timeout | undefined;
  /** Claimed by ids: the same command, given again, is to find what became of each. */
  #isNamed = false;

  constructor(options: FileDlqOptions) {
    this.#options = options;
    this.name = options.path;
    this.#me = ownerOf(options.self, options.randomBytes(6).toString("hex"));
    this.#ledger = new Ledger(options.path, options.randomBytes(4).readUInt32LE(0));
    this.#selection = new Selection({ ledger: this.#ledger, me: this.#me, self: options.self, now: options.now });
  }

  get problems(): readonly string[] {
    return this.#ledger.problems;
  }

  async add(entry: Omit<DlqEntry, "id">): Promise<string> {
    const id = `dlq_${this.#options.randomBytes(8).toString("hex")}`;
    await this.#append(entryLine({ ...entry, id }));
    return id;
  }

  async *list(filter: DlqFilter, limit = Number.POSITIVE_INFINITY): AsyncGenerator<DlqSummary> {
    await this.#ledger.refresh();
    let listed = 0;
    for (const summary of this.#selection.summaries(filter)) {
      if (listed >= limit) return;
      listed++;
      yield summary;
    }
  }

  async get(id: string): Promise<DlqEntry | undefined> {
    await this.#ledger.refresh();
    const row = this.#ledger.index.rowOf(id);
    return row === undefined ? undefined : this.#ledger.entry(row);
  }

  async stats(filter: DlqFilter): Promise<DlqStats> {
    await this.#ledger.refresh();
    return this.#selection.stats(filter);
  }

  async departed(ids: readonly string[]): Promise<ReadonlyMap<string, Departure>> {
    await this.#ledger.refresh();
    return departedOf(this.#ledger, ids);
  }

  async claim(filter: DlqFilter, max: number): Promise<readonly Claim[]> {
    const { journal } = await this.#writer();
    this.#isNamed ||= isNamed(filter);
    // A long file is read before the lock is taken, so that nobody waits for that.
    await this.#ledger.refresh();
    const entries = await this.#locked(async () => {
      await this.#ledger.refresh();
      const found = this.#selection.free(filter, max);
      if (found.length === 0) return [];
      await journal.append(this.#claimLine(found.map(({ id }) => id)));
      return found;
    });
    for (const { id } of entries) this.#held.add(id);
    if (entries.length > 0) this.#beat(journal);
    const queue: Settling = { settle: (id, line) => this.#settle(journal, id, line) };
    return entries.map((entry) => new FileClaim(entry, queue));
  }

  async discard(ids: readonly string[], reason: string): Promise<number> {
    const { journal } = await this.#writer();
    return this.#locked(async () => {
      await this.#ledger.refresh();
      const entries = [...new Set(ids)].flatMap((id) => {
        const row = this.#ledger.index.rowOf(id);
        return (row === undefined ? undefined : this.#ledger.entry(row)) ?? [];
      });
      if (entries.length === 0) return 0;
      // On disk in the archive before it leaves the queue: a crash in between leaves it in both.
      const archive = openJournal(`${this.#options.path}.archive`, { fsync: true });
      try {
        await Promise.all(entries.map((entry) => archive.append(entryLine(entry))));
      } finally {
        await archive.close();
      }
      await journal.append(changeLine({ type: "discarded", ids: entries.map(({ id }) => id), reason }));
      return entries.length;
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#beating);
    const writing = await this.#writing?.catch(() => undefined);
    this.#writing = undefined;
    try {
      if (writing === undefined) return;
      if (this.#held.size > 0) {
        const ids = [...this.#held];
        this.#held.clear();
        // Where even this cannot be written, the claims end with the process.
        await writing.journal.append(changeLine({ type: "released", ids })).catch(() => undefined);
      }
      await writing.journal.close();
      // A queue that cannot be compacted now is whole all the same.
      await this.#tidy().catch((error: unknown) => {
        if (!(error instanceof HookproofError)) throw error;
      });
      writing.leave();
    } finally {
      this.#ledger.close();
    }
  }

  /** Rewrites the file without what is gone, where that is most of it and nobody else writes to it. */
  async #tidy(): Promise<void> {
    if (this.#isNamed) return;
    await this.#ledger.refresh();
    const { dead, live } = this.#ledger.index;
    if (dead < worthCompacting || dead < live) return;
    await this.#locked(async () => {
      await this.#ledger.refresh();
      const temporary = `${this.#options.path}.compact-${this.#options.randomBytes(4).toString("hex")}`;
      compact(this.#options.path, this.#me, this.#options.self, temporary, () => this.#ledger.keptLines());
    });
  }

  async #append(line: string): Promise<void> {
    await (await this.#writer()).journal.append(line);
  }

  /** Opens the file for writing, once; a failure is told to every caller and tried again by the next. */
  #writer(): Promise<Writing> {
    return (this.#writing ??= this.#openForWriting().catch((error: unknown) => {
      this.#writing = undefined;
      throw error;
    }));
  }

  async #openForWriting(): Promise<Writing> {
    const { path, self, fsync } = this.#options;
    try {
      inodeOf(path);
      makeFolder(dirname(path));
      closeSync(openSync(path, "a", 0o600));
    } catch (error) {
      throw error instanceof HookproofError ? error : fileError(error, "open the DLQ", path);
    }
    // Under the lock, so that no compaction replaces the file between the name and the mark.
    return this.#locked(async () => {
      const leave = enter(path, this.#me, self);
      return { leave, journal: openJournal(path, { shared: true, ...(fsync === undefined ? {} : { fsync }) }) };
    });
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return locked(this.#options.path, { owner: this.#me, self: this.#options.self }, work);
  }

  /** The lines of a turn are written together, and what they settle is let go of together. */
  #settle(journal: Journal, id: string, line: string): Promise<void> {
    const written = journal.append(line);
    if (this.#settling?.written === written) this.#settling.ids.push(id);
    else {
      const ids = [id];
      this.#settling = { written, ids };
      written.then(
        () => ids.forEach((one) => this.#held.delete(one)),
        // Whoever settles is told; what could not be written stays held.
        () => undefined,
      );
    }
    return written;
  }

  #claimLine(ids: readonly string[]): string {
    return changeLine({ type: "claim", ids, owner: this.#me, until: this.#options.now() + leaseMs });
  }

  /** Says from time to time that this process lives, for those that cannot see it. */
  #beat(journal: Journal): void {
    this.#beating ??= setInterval(() => {
      // A failed write shows where an outcome is recorded.
      if (this.#held.size > 0) journal.append(this.#claimLine([])).catch(() => undefined);
    }, leaseMs / 4).unref();
  }
}
