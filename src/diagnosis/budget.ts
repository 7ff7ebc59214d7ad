/** How much a search may cost. The first two make it deterministic; the clock only guards slow machines. */
export interface Budget {
  /** Work, as bytes hashed: what else is done is counted as so many bytes as take as long. */
  readonly bytes: number;
  /** Explanations tested. */
  readonly tries: number;
  /** Milliseconds of the passed clock. */
  readonly ms: number;
}

/** Well under a second on a machine of today; the clock is for those that take thrice as long. */
export const defaultBudget: Budget = { bytes: 650_000_000, tries: 150_000, ms: 3000 };

/** What a MAC costs besides its bytes: making and comparing it takes as long as hashing this many. */
const bytesPerTry = 5000;
/** The clock is read after this much work. */
const clockEvery = 2_000_000;

/** Where work is counted, in bytes hashed in the same time. */
export type WorkMeter = Pick<BudgetTracker, "spend" | "affords">;

/** For what is bounded already. */
export const unmetered: WorkMeter = { spend: () => true, affords: () => true };

/** What a search has spent of its budget. */
export class BudgetTracker {
  tried = 0;
  /** True once the budget ended the search before its end. */
  stopped = false;
  /** True once something was left out that alone would have cost more than what is left. */
  skipped = false;
  readonly #budget: Budget;
  readonly #now: (() => number) | undefined;
  readonly #started: number;
  #bytes = 0;
  #looked = 0;

  constructor(budget: Budget, now: (() => number) | undefined) {
    this.#budget = budget;
    this.#now = now;
    this.#started = now?.() ?? 0;
  }

  /** Counts a MAC over so many bytes. False once the budget is spent. */
  try(bytes: number): boolean {
    if (!this.spend(bytes + bytesPerTry)) return false;
    this.tried++;
    return true;
  }

  /** Counts work. False once the budget is spent. */
  spend(bytes: number): boolean {
    if (this.stopped) return false;
    this.#bytes += bytes;
    this.stopped = this.#bytes > this.#budget.bytes || this.tried >= this.#budget.tries || this.#isLate();
    return !this.stopped;
  }

  /**
   * Counts work where there is budget for all of it, before it is begun. False where there is not:
   * that work is left out, and the search goes on with what costs less.
   */
  affords(bytes: number): boolean {
    if (this.#bytes + bytes <= this.#budget.bytes) return this.spend(bytes);
    this.skipped = true;
    return false;
  }

  /** Whether less than this share of the work is done. */
  isWithin(share: number): boolean {
    return this.#bytes <= this.#budget.bytes * share;
  }

  #isLate(): boolean {
    if (this.#now === undefined || this.#bytes - this.#looked < clockEvery) return false;
    this.#looked = this.#bytes;
    return this.#now() - this.#started > this.#budget.ms;
  }
}
