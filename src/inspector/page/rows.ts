import { parseFilter } from "../filter.ts";
import type { Row } from "../types.ts";

/**
 * The page's requests, oldest first, and the filtered ones. Independent of the UI: callers notify the page of changes.
 */
export class Rows {
  #all: Row[] = [];
  #shown: Row[] = [];
  #matches = parseFilter("");
  #filter = "";
  /** The number of the last row shown while paused; null if not paused. */
  #pausedAt: number | null = null;

  get all(): readonly Row[] {
    return this.#all;
  }

  get visible(): readonly Row[] {
    return this.#shown;
  }

  get filter(): string {
    return this.#filter;
  }

  get paused(): boolean {
    return this.#pausedAt !== null;
  }

  /** How many rows arrived during the pause. */
  get waiting(): number {
    const last = this.#pausedAt;
    return last === null ? 0 : this.#all.slice(indexOf(this.#all, last + 1)).filter(this.#matches).length;
  }

  byId(id: string): Row | undefined {
    return this.#all.findLast((row) => row.id === id);
  }

  /** Adds rows that were read from the API; rows already here stay, as the stream may have sent a newer version. */
  fill(rows: readonly Row[]): void {
    this.put(rows.filter(({ number }) => this.#all[indexOf(this.#all, number)]?.number !== number));
  }

  /** Adds rows in any order; a row replaces the one with the same number. */
  put(rows: readonly Row[]): void {
    const sorted = rows.toSorted((a, b) => a.number - b.number);
    this.#all = merged(this.#all, sorted);
    const last = this.#pausedAt;
    const visible = sorted.filter((row) => (last === null || row.number <= last) && this.#belongs(row));
    this.#shown = this.#filter === "" && last === null ? this.#all : merged(this.#shown, visible);
  }

  /** The selected row stays, even if it no longer matches. */
  #belongs(row: Row): boolean {
    return this.#matches(row) || this.#shown[indexOf(this.#shown, row.number)]?.number === row.number;
  }

  /** Drops rows with lower numbers. */
  forget(before: number): void {
    this.#all = this.#all.slice(indexOf(this.#all, before));
    this.#shown = this.#shown.slice(indexOf(this.#shown, before));
  }

  clear(): void {
    this.#all = [];
    this.#shown = [];
    if (this.#pausedAt !== null) this.#pausedAt = Number.POSITIVE_INFINITY;
  }

  filterBy(text: string): void {
    this.#filter = text.trim();
    this.#matches = parseFilter(text);
    this.#select();
  }

  pause(on: boolean): void {
    this.#pausedAt = on ? (this.#all.at(-1)?.number ?? 0) : null;
    this.#select();
  }

  #select(): void {
    const last = this.#pausedAt;
    const all = last === null ? this.#all : this.#all.slice(0, indexOf(this.#all, last + 1));
    this.#shown = this.#filter === "" ? all : all.filter(this.#matches);
  }
}

/** The index of a number, or where it would be inserted, in rows sorted by number. */
export const indexOf = (rows: readonly Row[], number: number): number => {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.number ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Merges two sorted lists; for equal numbers, the added row wins. */
const merged = (old: Row[], added: readonly Row[]): Row[] => {
  const first = added[0];
  if (first === undefined) return old;
  const from = indexOf(old, first.number);
  if (from === old.length) {
    for (const row of added) old.push(row);
    return old;
  }
  const last = added.at(-1) ?? first;
  const to = indexOf(old, last.number + 1);
  const numbers = new Map<number, Row>();
  for (const row of [...old.slice(from, to), ...added]) numbers.set(row.number, row);
  const between = [...numbers.values()].toSorted((a, b) => a.number - b.number);
  return [...old.slice(0, from), ...between, ...old.slice(to)];
};
