import type { Journal } from "../../storage/journal.ts";
import type { Owner } from "../../storage/owner.ts";
import type { Claim, DlqEntry, DlqFilter } from "../dlq.ts";
import { changeLine } from "../record.ts";
import { FileClaim } from "./claim.ts";
import type { Lease, LinePlace } from "./entry-states.ts";
import { wanted } from "./queue-log.ts";
import type { QueueLog } from "./queue-log.ts";

/** How long another machine's claim is valid without renewal. */
const leaseMs = 5 * 60_000;

export interface ClaimsOptions {
  readonly log: QueueLog;
  readonly journal: Journal;
  /** Runs `work` under the queue's lock. */
  readonly locked: <T>(work: () => Promise<T>) => Promise<T>;
  /** The claiming process. */
  readonly me: Owner;
  /** Returns a function that checks whether a lease is still valid; use it for one scan of the file. */
  readonly liveness: () => (lease: Lease | undefined) => boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** An entry that was unclaimed when the file was last read. */
interface FreeEntry {
  readonly entry: DlqEntry;
  readonly change: LinePlace | undefined;
}

/** This process's claims on a queue file. */
export class FileClaims {
  readonly #options: ClaimsOptions;
  /** Claimed and not settled yet. */
  readonly #held = new Set<string>();
  /** Settled but still in the queue: not handed out to this process again. */
  readonly #returned = new Set<string>();
  /** Byte offset up to which all entries were scanned. */
  #cursor = 0;
  #renewal: NodeJS.Timeout | undefined;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** Claims the next unclaimed entries. */
  async take(filter: DlqFilter, max: number): Promise<readonly Claim[]> {
    let entries = await this.#claimAhead(filter, max);
    if (entries.length === 0 && this.#cursor > 0) {
      // Entries that were held when the cursor passed may be free now.
      this.#cursor = 0;
      entries = await this.#claimAhead(filter, max);
    }
    if (entries.length > 0) this.#keepLease();
    return entries.map((entry) => new FileClaim(entry, this));
  }

  /** Records an entry's outcome and releases it. */
  async settle(id: string, line: string, isRemoved: boolean): Promise<void> {
    await this.#options.journal.append(line);
    if (!isRemoved) this.#returned.add(id);
    this.#held.delete(id);
  }

  /** Releases the entries that are still claimed. */
  async release(): Promise<void> {
    clearInterval(this.#renewal);
    const ids = [...this.#held];
    this.#held.clear();
    // If this can't be written, the claims end with the process.
    if (ids.length > 0)
      await this.#options.journal.append(changeLine({ type: "released", ids })).catch(() => undefined);
  }

  /** Scans without the lock, so that other processes don't wait; takes the lock only to claim the few entries found. */
  async #claimAhead(filter: DlqFilter, max: number): Promise<readonly DlqEntry[]> {
    for (;;) {
      const found = await this.#nextFree(filter, max);
      if (found.length === 0) return [];
      const entries = await this.#options.locked(async () => {
        await this.#options.log.refresh();
        const { states } = this.#options.log;
        const isLive = this.#options.liveness();
        const free = found.filter(
          ({ entry: { id }, change }) =>
            // Another process may have claimed, removed or changed it since the scan.
            states.removal(id) === undefined && states.change(id) === change && !isLive(states.lease(id)),
        );
        if (free.length > 0) await this.#options.journal.append(this.#claimLine(free.map(({ entry }) => entry.id)));
        return free.map(({ entry }) => entry);
      });
      for (const { id } of entries) this.#held.add(id);
      if (entries.length > 0) return entries;
    }
  }

  /** The next unclaimed entries after the cursor. */
  async #nextFree(filter: DlqFilter, max: number): Promise<readonly FreeEntry[]> {
    await this.#options.log.refresh();
    // Keyed by id: a concatenated file may contain an entry twice.
    const found = new Map<string, FreeEntry>();
    const isLive = this.#options.liveness();
    for await (const logged of this.#options.log.entries(this.#cursor)) {
      this.#cursor = logged.end;
      const { id, change } = logged;
      if (this.#held.has(id) || this.#returned.has(id) || isLive(this.#options.log.states.lease(id))) continue;
      const entry = wanted(logged, filter);
      if (entry !== undefined && found.set(id, { entry, change }).size >= max) break;
    }
    return [...found.values()];
  }

  #claimLine(ids: readonly string[]): string {
    const { me, now } = this.#options;
    return changeLine({ type: "claim", ids, owner: me, until: now() + leaseMs });
  }

  /** Renews the lease periodically, for machines that can't see whether this process runs. */
  #keepLease(): void {
    this.#renewal ??= setInterval(() => {
      // A write failure surfaces when an outcome is recorded.
      if (this.#held.size > 0) this.#options.journal.append(this.#claimLine([])).catch(() => undefined);
    }, leaseMs / 4).unref();
  }
}
