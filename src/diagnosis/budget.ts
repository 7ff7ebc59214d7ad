/** The budget of a search. `bytes` and `tries` make it deterministic; `ms` only protects slow machines. */
export interface Budget {
  /** Work in hashed bytes; other work is converted to bytes that take as long. */
  readonly bytes: number;
  /** Combinations tested. */
  readonly tries: number;
  /** Milliseconds by the given clock. */
  readonly ms: number;
}

/** Well under a second on current machines; the clock limits slow ones. */
export const defaultBudget: Budget = { bytes: 650_000_000, tries: 150_000, ms: 3000 };

/** The fixed cost of a MAC, in hashed bytes. */
const bytesPerTry = 5000;
/** The clock is read after this much work. */
const clockEvery = 2_000_000;

/** Accounts for work, in hashed bytes. */
export type WorkMeter = Pick<BudgetTracker, "spend" | "affords">;

/** For work that has its own limit. */
export const unmetered: WorkMeter = { spend: () => true, affords: () => true };

/** What a search has spent of its budget. */
export class BudgetTracker {
  tried = 0;
  /** True if the budget ended the search early. */
  stopped = false;
  /** True if something was skipped because it alone exceeded the remaining budget. */
  skipped = false;
  readonly #budget: Budget;
  readonly #now: (() => number) | undefined;
  readonly #started: number;
  #bytes = 0;
  #bytesAtLastCheck = 0;

  constructor(budget: Budget, now: (() => number) | undefined) {
    this.#budget = budget;
    this.#now = now;
    this.#started = now?.() ?? 0;
  }

  /** Accounts for a MAC over `bytes`. False if the budget is spent. */
  try(bytes: number): boolean {
    if (!this.spend(bytes + bytesPerTry)) return false;
    this.tried++;
    return true;
  }

  /** Accounts for work. False if the budget is spent. */
  spend(bytes: number): boolean {
    if (this.stopped) return false;
    this.#bytes += bytes;
    this.stopped = this.#bytes > this.#budget.bytes || this.tried >= this.#budget.tries || this.#isLate();
    return !this.stopped;
  }

  /** Accounts for work only if the budget covers all of it. False means: skip this work; cheaper work may go on. */
  affords(bytes: number): boolean {
    if (this.#bytes + bytes <= this.#budget.bytes) return this.spend(bytes);
    this.skipped = true;
    return false;
  }

  /** Whether at most this share of the byte budget is used. */
  isWithin(share: number): boolean {
    return this.#bytes <= this.#budget.bytes * share;
  }

  #isLate(): boolean {
    if (this.#now === undefined || this.#bytes - this.#bytesAtLastCheck < clockEvery) return false;
    this.#bytesAtLastCheck = this.#bytes;
    return this.#now() - this.#started > this.#budget.ms;
  }
}
