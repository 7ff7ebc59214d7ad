import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { HookproofError, fileError } from "../../errors.ts";
import { makeFolder } from "../../values/folder.ts";
import { openJournal } from "../../storage/journal.ts";
import type { Journal } from "../../storage/journal.ts";
import { locked } from "../../storage/lock.ts";
import { ownerOf } from "../../storage/owner.ts";
import type { Owner, ProcessInfo } from "../../storage/owner.ts";
import { archiveEntries } from "../shared/archive.ts";
import { matchesFilter, statsOf } from "../filter.ts";
import { changeLine, entryLine } from "../record.ts";
import type { Claim, Dlq, DlqEntry, DlqFilter, DlqStats, DlqSummary, RemovalReason } from "../dlq.ts";
import { FileClaims } from "./claims.ts";
import { compact, registerWriter } from "./compact.ts";
import { QueueLog, inodeOf, wanted } from "./queue-log.ts";
import { liveness } from "./entry-states.ts";
import type { Lease } from "./entry-states.ts";

export interface FileDlqOptions {
  readonly path: string;
  readonly processInfo: ProcessInfo;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  /** Fsync each record, so that it survives power loss. */
  readonly fsync?: boolean;
  /** The maximum length of a line in bytes. */
  readonly longestLine?: number;
}

/** Compact on close if at least this many lines can be dropped and they are the majority. */
const worthCompacting = 1000;

/**
 * The dead-letter queue as an append-only file with one line for each entry and each change. The state is the result of
 * reading all lines; nothing is changed in place. The archive is `<path>.archive`. Processes of one machine may share
 * the file: claims are made under a lock, and those of a dead process are released at once. Only `add` creates a
 * missing file.
 * @throws HookproofError `no-permission`, `disk-full`, `dlq-locked`, `io` when used
 */
export const fileDlq = (options: FileDlqOptions): Dlq => new FileDlq(options);

interface Writing {
  readonly journal: Journal;
  readonly claims: FileClaims;
  readonly leave: () => void;
}

class FileDlq implements Dlq {
  readonly name: string;
  readonly listNote = null;
  readonly #options: FileDlqOptions;
  readonly #me: Owner;
  readonly #log: QueueLog;
  #writing: Promise<Writing> | undefined;
  /**
   * Set once entries were claimed by id. The file is then not compacted, so that rerunning the command can find out
   * what became of each entry.
   */
  #isNamed = false;

  constructor(options: FileDlqOptions) {
    this.#options = options;
    this.name = options.path;
    this.#me = ownerOf(options.processInfo, options.randomBytes(6).toString("hex"));
    this.#log = new QueueLog(options.path, options.longestLine);
  }

  get problems(): readonly string[] {
    return this.#log.problems;
  }

  get unreadable(): number {
    return this.#log.unreadable;
  }

  async add(entry: Omit<DlqEntry, "id">): Promise<string> {
    const id = `dlq_${this.#options.randomBytes(8).toString("hex")}`;
    const { journal } = await this.#writer();
    await journal.append(entryLine({ ...entry, id }));
    return id;
  }

  async *list(filter: DlqFilter, limit = Number.POSITIVE_INFINITY): AsyncGenerator<DlqSummary> {
    await this.#log.refresh();
    let listed = 0;
    for await (const entry of this.#log.entries()) {
      if (listed >= limit) return;
      const summary = entry.summary();
      if (summary === undefined || !matchesFilter(summary, filter)) continue;
      listed++;
      yield summary;
    }
  }

  async *entries(filter: DlqFilter): AsyncGenerator<DlqEntry> {
    await this.#log.refresh();
    for await (const logged of this.#log.entries()) {
      const entry = wanted(logged, filter);
      if (entry !== undefined) yield entry;
    }
  }

  async get(id: string): Promise<DlqEntry | undefined> {
    await this.#log.refresh();
    for await (const entry of this.#log.entries()) if (entry.id === id) return entry.whole();
    return undefined;
  }

  async stats(filter: DlqFilter): Promise<DlqStats> {
    await this.#log.refresh();
    const stats = statsOf();
    const isLive = this.#liveness();
    for await (const { id, summary } of this.#log.entries()) {
      const found = summary();
      if (found !== undefined && matchesFilter(found, filter)) stats.add(found, isLive(this.#log.states.lease(id)));
    }
    return stats.result();
  }

  async removed(ids: readonly string[]): Promise<ReadonlyMap<string, RemovalReason>> {
    await this.#log.refresh();
    const names = new Set(ids);
    const found = new Map<string, RemovalReason>();
    for await (const { id, summary } of this.#log.entries(0, true)) {
      const reason = this.#log.states.removal(id);
      for (const name of [id, summary()?.eventId ?? null])
        if (reason !== undefined && name !== null && names.has(name)) found.set(name, reason);
    }
    return found;
  }

  async claim(filter: DlqFilter, max: number): Promise<readonly Claim[]> {
    if (inodeOf(this.#options.path) === undefined) return [];
    const { claims } = await this.#writer();
    this.#isNamed ||= (filter.ids ?? []).length > 0;
    return claims.take(filter, max);
  }

  async discard(ids: readonly string[], reason: string): Promise<number> {
    if (inodeOf(this.#options.path) === undefined) return 0;
    const { journal } = await this.#writer();
    return this.#locked(async () => {
      const entries = new Map<string, DlqEntry>();
      // By entry ids: an event id would match every entry of the event.
      const named = new Set(ids);
      for await (const entry of this.entries({ ids })) if (named.has(entry.id)) entries.set(entry.id, entry);
      if (entries.size === 0) return 0;
      // Write to the archive before removing from the queue: a crash in between leaves the entry in both.
      await archiveEntries(`${this.#options.path}.archive`, [...entries.values()]);
      await journal.append(changeLine({ type: "discarded", ids: [...entries.keys()], reason }));
      return entries.size;
    });
  }

  async close(): Promise<void> {
    const writing = await this.#writing?.catch(() => undefined);
    this.#writing = undefined;
    try {
      if (writing === undefined) return;
      await writing.claims.release();
      await writing.journal.close();
      // A queue that can't be compacted is still intact.
      await this.#compact().catch((error: unknown) => {
        if (!(error instanceof HookproofError)) throw error;
      });
      writing.leave();
    } finally {
      this.#log.close();
    }
  }

  /** Compacts the file if most of it is obsolete and nobody else is writing to it. */
  async #compact(): Promise<void> {
    if (this.#isNamed) return;
    await this.#log.refresh();
    const { kept, dropped } = this.#log.size;
    if (dropped < worthCompacting || dropped < kept) return;
    await this.#locked(async () => {
      await this.#log.refresh();
      const temporary = `${this.#options.path}.compact-${this.#options.randomBytes(4).toString("hex")}`;
      await compact(this.#options.path, this.#me, this.#options.processInfo, temporary, this.#log.keptLines());
    });
  }

  /**
   * Opens the file for writing, once. If that fails, every waiting caller gets the error, and the next call tries
   * again.
   */
  #writer(): Promise<Writing> {
    return (this.#writing ??= this.#openForWriting().catch((error: unknown) => {
      this.#writing = undefined;
      throw error;
    }));
  }

  async #openForWriting(): Promise<Writing> {
    const { path, processInfo, fsync } = this.#options;
    try {
      inodeOf(path);
      makeFolder(dirname(path));
      closeSync(openSync(path, "a", 0o600));
    } catch (error) {
      throw error instanceof HookproofError ? error : fileError(error, "open the DLQ", path);
    }
    // Under the lock, so that no compaction replaces the file in between.
    return this.#locked(async () => {
      const leave = registerWriter(path, this.#me, processInfo);
      const journal = openJournal(path, { shared: true, ...(fsync === undefined ? {} : { fsync }) });
      const claims = new FileClaims({
        log: this.#log,
        journal,
        locked: (work) => this.#locked(work),
        me: this.#me,
        liveness: () => this.#liveness(),
        now: this.#options.now,
      });
      return { leave, journal, claims };
    });
  }

  #liveness(): (lease: Lease | undefined) => boolean {
    return liveness(this.#me, this.#options.processInfo, this.#options.now());
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return locked(this.#options.path, { owner: this.#me, processInfo: this.#options.processInfo }, work);
  }
}
