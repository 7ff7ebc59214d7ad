import type { ForwardEvent } from "../listener/events.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Place } from "../storage/journal.ts";
import type { Row } from "./types.ts";

/** Where a request's bytes are: in the capture file, in memory, or in a queue under its id. */
export type Origin = { readonly place: Place } | { readonly request: WebhookRequest } | { readonly entry: string };

/** A row of the list, with data that the list doesn't show. */
export interface Entry {
  row: Row;
  /** Positions in the stream of changes. */
  readonly created: number;
  changed: number;
  /** Undefined where the bytes are gone. */
  origin: Origin | undefined;
  /** The response of each target, or its place in the capture file. */
  readonly forwards: (Place | ForwardEvent)[];
  /** False if the sender disconnected before the response was sent. */
  sent: boolean;
}

/** How many requests the list holds; rows without bodies take about 100 MB. */
const capacity = 100_000;
/** How many bytes of requests are kept in memory if there is no file. */
const keptBytes = 64 * 1024 * 1024;

/** The requests of a run in order of arrival; the oldest are dropped beyond the capacity. */
export class Store {
  readonly #capacity: number;
  readonly #keptBytes: number;
  readonly #byId = new Map<string, Entry>();
  #entries: Entry[] = [];
  /** Entries whose bytes are in memory, oldest first. */
  readonly #inMemory: Entry[] = [];
  #bytes = 0;
  #number = 0;
  #sequence = 0;
  #watcher: ((entry: Entry) => void) | undefined;
  #onForgotten: ((before: number) => void) | undefined;

  /** @param kept bytes of requests that are held in memory */
  constructor({ rows = capacity, kept = keptBytes } = {}) {
    this.#capacity = rows;
    this.#keptBytes = kept;
  }

  /** Sets the callbacks for changed and dropped entries. */
  watch(onChange: (entry: Entry) => void, onForgotten: (before: number) => void): void {
    this.#watcher = onChange;
    this.#onForgotten = onForgotten;
  }

  /** The position of the latest change. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** How many requests have been dropped. */
  get forgotten(): number {
    return this.#number - this.#entries.length;
  }

  get(id: string): Entry | undefined {
    return this.#byId.get(id);
  }

  add(row: Omit<Row, "number">, origin: Origin | undefined): Entry {
    const at = ++this.#sequence;
    const entry: Entry = {
      row: { ...row, number: ++this.#number },
      created: at,
      changed: at,
      origin,
      forwards: [],
      sent: true,
    };
    this.#entries.push(entry);
    this.#byId.set(row.id, entry);
    if (origin !== undefined && "request" in origin) this.#keepInMemory(entry, origin.request);
    // Drop many at once: shifting the array costs the same for one.
    if (this.#entries.length > this.#capacity) this.#forget(Math.max(1, this.#capacity >> 6));
    this.#watcher?.(entry);
    return entry;
  }

  update(entry: Entry, change: Partial<Row>): void {
    entry.row = { ...entry.row, ...change };
    entry.changed = ++this.#sequence;
    this.#watcher?.(entry);
  }

  /** Entries added or changed after a position, ordered by their latest change. */
  changedSince(position: number): readonly Entry[] {
    return this.#entries.filter(({ changed }) => changed > position).toSorted((a, b) => a.changed - b.changed);
  }

  #keepInMemory(entry: Entry, { body }: WebhookRequest): void {
    this.#inMemory.push(entry);
    this.#bytes += body.length;
    while (this.#bytes > this.#keptBytes && this.#inMemory.length > 1) {
      const oldest = this.#inMemory.shift();
      if (oldest?.origin === undefined || !("request" in oldest.origin)) continue;
      this.#bytes -= oldest.origin.request.body.length;
      oldest.origin = undefined;
    }
  }

  #forget(count: number): void {
    for (const { row } of this.#entries.slice(0, count)) this.#byId.delete(row.id);
    this.#entries = this.#entries.slice(count);
    this.#onForgotten?.(this.#entries[0]?.row.number ?? 0);
  }
}
