import type { Journal } from "../../storage/journal.ts";
import type { Owner } from "../../storage/owner.ts";
import type { Claim, DlqEntry, DlqFilter } from "../dlq.ts";
import { changeLine } from "../record.ts";
import { FileClaim } from "./claim.ts";
import type { Lease, LinePlace } from "./entry-states.ts";
import { wanted } from "./queue-log.ts";
import type { QueueLog } from "./queue-log.ts";

/** A claim of another machine's is trusted for this long without being renewed. */
const leaseMs = 5 * 60_000;

export interface ClaimsOptions {
  readonly log: QueueLog;
  readonly journal: Journal;
  /** Does something under the queue's lock. */
  readonly locked: <T>(work: () => Promise<T>) => Promise<T>;
  /** Who claims. */
  readonly me: Owner;
  /** Whether a lease still holds; for one look at the file. */
  readonly liveness: () => (lease: Lease | undefined) => boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** An entry that nobody held when the file was last read. */
interface FreeEntry {
  readonly entry: DlqEntry;
  readonly change: LinePlace | undefined;
}

/** What this process has claimed of a queue's file. */
export class FileClaims {
  readonly #options: ClaimsOptions;
  /** Claimed and not settled yet. */
  readonly #held = new Set<string>();
  /** Settled and still in the queue: not handed out to this process again. */
  readonly #returned = new Set<string>();
  /** Byte offset before which every entry was looked at. */
  #cursor = 0;
  #renewal: NodeJS.Timeout | undefined;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** Claims the next entries that nobody holds. */
  async take(filter: DlqFilter, max: number): Promise<readonly Claim[]> {
    let entries = await this.#claimAhead(filter, max);
    if (entries.length === 0 && this.#cursor > 0) {
      // What somebody held when the cursor passed may be free by now.
      this.#cursor = 0;
      entries = await this.#claimAhead(filter, max);
    }
    if (entries.length > 0) this.#keepLease();
    return entries.map((entry) => new FileClaim(entry, this));
  }

  /** Writes down what came of an entry, which is no longer held then. */
  async settle(id: string, line: string, isRemoved: boolean): Promise<void> {
    await this.#options.journal.append(line);
    if (!isRemoved) this.#returned.add(id);
    this.#held.delete(id);
  }

  /** Lets go of what is still held. */
  async release(): Promise<void> {
    clearInterval(this.#renewal);
    const ids = [...this.#held];
    this.#held.clear();
    // Where even this cannot be written, the claims end with the process.
    if (ids.length > 0)
      await this.#options.journal.append(changeLine({ type: "released", ids })).catch(() => undefined);
  }

  /** Entries are looked for without the lock, so that nobody waits for that; under it only the few found are. */
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
            // Another process may have claimed, delivered or tried it meanwhile.
            states.removal(id) === undefined && states.change(id) === change && !isLive(states.lease(id)),
        );
        if (free.length > 0) await this.#options.journal.append(this.#claimLine(free.map(({ entry }) => entry.id)));
        return free.map(({ entry }) => entry);
      });
      for (const { id } of entries) this.#held.add(id);
      if (entries.length > 0) return entries;
    }
  }

  /** The next entries after the cursor that nobody holds. */
  async #nextFree(filter: DlqFilter, max: number): Promise<readonly FreeEntry[]> {
    await this.#options.log.refresh();
    // By id: a file put together from several may have an entry twice.
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

  /** Renews the lease from time to time, for machines that cannot see whether this process runs. */
  #keepLease(): void {
    this.#renewal ??= setInterval(() => {
      // A failed write shows where an outcome is recorded.
      if (this.#held.size > 0) this.#options.journal.append(this.#claimLine([])).catch(() => undefined);
    }, leaseMs / 4).unref();
  }
}
