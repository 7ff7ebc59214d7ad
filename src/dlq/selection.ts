import { lifeOf } from "../storage/owner.ts";
import type { Owner, Self } from "../storage/owner.ts";
import type { DlqEntry, DlqFilter, DlqStats, DlqSummary } from "./dlq.ts";
import { matchesFilter, statsOf } from "./filter.ts";
import type { Ledger } from "./file/ledger.ts";

export interface SelectionOptions {
  readonly ledger: Ledger;
  /** Who asks. */
  readonly me: Owner;
  readonly self: Self;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Whether a filter goes by ids. */
export const isNamed = ({ ids = [] }: DlqFilter): boolean => ids.length > 0;

const goesByColumns = (filter: DlqFilter): boolean => filter.reason === undefined && !isNamed(filter);

/** Which entries of a ledger a filter wants, and which of them are free. Goes by what the ledger has read. */
export class Selection {
  readonly #options: SelectionOptions;
  readonly #ledger: Ledger;
  /** Rows before it were handed out or were not to be had. */
  #cursor = 0;

  constructor(options: SelectionOptions) {
    this.#options = options;
    this.#ledger = options.ledger;
  }

  *summaries(filter: DlqFilter): Generator<DlqSummary> {
    for (const row of this.#matching(filter)) {
      const summary = this.#ledger.summary(row);
      if (summary !== undefined && matchesFilter(summary, filter)) yield summary;
    }
  }

  stats(filter: DlqFilter): DlqStats {
    const stats = statsOf();
    const alive = this.#aliveOwners();
    const byColumns = goesByColumns(filter);
    for (const row of this.#matching(filter)) {
      const summary = byColumns ? undefined : this.#ledger.summary(row);
      if (!byColumns && (summary === undefined || !matchesFilter(summary, filter))) continue;
      stats.add(summary ?? this.#ledger.index.counted(row), this.#isHeld(row, alive));
    }
    return stats.result();
  }

  /** The next entries that nobody holds; none is handed out twice. */
  free(filter: DlqFilter, max: number): readonly DlqEntry[] {
    const found = this.#free(filter, max, this.#cursor);
    // What somebody held when the cursor passed may be free by now.
    return found.length === 0 && this.#cursor > 0 ? this.#free(filter, max, 0) : found;
  }

  /** Rows that a filter wants; by id where the ids are entries'. */
  #matching(filter: DlqFilter, from = 0): Iterable<number> {
    const ids = filter.ids ?? [];
    const rows = ids.map((id) => this.#ledger.index.rowOf(id));
    if (ids.length === 0 || rows.includes(undefined)) return this.#ledger.index.matching(filter, from);
    return [...new Set(rows)].filter((row) => row !== undefined).toSorted((a, b) => a - b);
  }

  /** Whether each owner still runs: here by looking, elsewhere by the time of its claims. */
  #aliveOwners(): readonly boolean[] {
    const now = this.#options.now();
    return this.#ledger.index.owners.map(({ owner, until }) => {
      if (owner.token === this.#options.me.token) return true;
      const life = lifeOf(owner, this.#options.self);
      return life === "unknown" ? now < until : life === "alive";
    });
  }

  #isHeld(row: number, alive: readonly boolean[]): boolean {
    const holder = this.#ledger.index.holder(row);
    return holder !== undefined && alive[holder] === true;
  }

  #free(filter: DlqFilter, max: number, from: number): readonly DlqEntry[] {
    const found: DlqEntry[] = [];
    const alive = this.#aliveOwners();
    let next = this.#ledger.index.rows;
    for (const row of this.#matching(filter, from)) {
      if (found.length >= max) {
        next = row;
        break;
      }
      if (this.#ledger.index.isHanded(row) || this.#isHeld(row, alive)) continue;
      const entry = this.#wanted(row, filter);
      if (entry === undefined) continue;
      this.#ledger.index.setHanded(row);
      found.push(entry);
    }
    this.#cursor = next;
    return found;
  }

  #wanted(row: number, filter: DlqFilter): DlqEntry | undefined {
    const entry = this.#ledger.entry(row);
    if (entry === undefined || goesByColumns(filter)) return entry;
    const summary = this.#ledger.summary(row);
    return summary !== undefined && matchesFilter(summary, filter) ? entry : undefined;
  }
}
