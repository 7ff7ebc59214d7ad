import type { Departure, DlqFilter } from "../dlq.ts";
import type { Counted } from "../filter.ts";
import type { Owner } from "../../storage/owner.ts";
import { changeOf, indexedOf, leftId, looksLikeEntry } from "../record.ts";
import type { Change, Indexed } from "../record.ts";
import { EntryTable, Names, State } from "./table.ts";

/** In the place of a status. */
const untried = 1;

/** What the lines of a queue's file say of its entries, folded in their order: numbers and names, none of their bytes. */
export class QueueIndex {
  readonly #names = new Names();
  readonly #table: EntryTable;
  #lines = 0;
  #live = 0;
  /** By their number. */
  readonly owners: { readonly owner: Owner; until: number }[] = [];

  /** @param seed for the table's buckets: 32 bits of chance */
  constructor(seed: number) {
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

  /**
   * Takes in the next line.
   * @returns whether it could be read
   */
  take(line: Buffer, offset: number): boolean {
    if (line.length === 0) return true;
    this.#lines++;
    const left = leftId(line);
    if (left !== undefined) {
      this.#bury(this.#table.row(left), State.delivered);
      return true;
    }
    const indexed = looksLikeEntry(line) ? indexedOf(line) : undefined;
    if (indexed !== undefined) {
      this.#enter(indexed, offset);
      return true;
    }
    const change = changeOf(line);
    if (change !== undefined) this.#apply(change, offset);
    return change !== undefined;
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

  /** Byte offset of the entry's line. */
  offset(row: number): number {
    return this.#table.get("offset", row);
  }

  /** Byte offset of the last line that changed the entry's attempts. */
  changedAt(row: number): number | undefined {
    const after = this.#table.get("changed", row);
    return after === 0 ? undefined : after - 1;
  }
}
