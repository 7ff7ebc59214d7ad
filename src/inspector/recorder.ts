import type { ForwardEvent, RequestEvent, ResponseEvent } from "../listener/events.ts";
import type { Observer } from "../listener/observer.ts";
import { digestOf } from "../listener/recent.ts";
import { decodeBytes } from "../request/request.ts";
import type { Place } from "../storage/journal.ts";
import type { Mask } from "./mask.ts";
import { rowOf, rowVerdict } from "./rows.ts";
import type { Store } from "./store.ts";

/** How long a request that was resent to the listener itself may take to arrive. */
const arrivesWithinMs = 30_000;

/** Puts what the listener sees into the store. */
export class Recorder implements Observer {
  readonly #store: Store;
  readonly #mask: Mask;
  readonly #now: () => number;
  /** Requests that are being resent to the listener, by the digest of their bodies. */
  readonly #expected = new Map<string, { readonly id: string; readonly until: number }>();

  constructor(store: Store, mask: Mask, now: () => number) {
    this.#store = store;
    this.#mask = mask;
    this.#now = now;
  }

  /** Announces a resend: the next request with this body is a copy of request `id`. */
  expect(body: Buffer, id: string): void {
    this.#expected.set(digestOf(body), { id, until: this.#now() + arrivesWithinMs });
  }

  received(event: RequestEvent, place: Place | undefined): void {
    const bytes = Buffer.byteLength(event.body.data, event.body.encoding);
    const row = { ...rowOf(event, bytes, this.#mask), resentFrom: this.#resentFrom(event) };
    this.#store.add(row, place === undefined ? undefined : { place });
  }

  explained({ id, verdict, unverified }: RequestEvent): void {
    const entry = this.#store.get(id);
    if (entry !== undefined) this.#store.update(entry, { verdict: rowVerdict(verdict, unverified, this.#mask) });
  }

  forwarded(event: ForwardEvent, place: Place | undefined): void {
    const entry = this.#store.get(event.requestId);
    if (entry === undefined) return;
    if (place !== undefined) entry.forwards.push(place);
    this.#store.update(entry, {});
  }

  responded({ requestId, kind, status, durationMs, sent }: ResponseEvent): void {
    const entry = this.#store.get(requestId);
    if (entry === undefined) return;
    entry.sent = sent;
    this.#store.update(entry, { pending: false, kind, status, durationMs });
  }

  #resentFrom({ body }: RequestEvent): string | null {
    if (this.#expected.size === 0) return null;
    const digest = digestOf(decodeBytes(body));
    const found = this.#expected.get(digest);
    this.#expected.delete(digest);
    for (const [key, { until }] of this.#expected) if (until < this.#now()) this.#expected.delete(key);
    return found === undefined || found.until < this.#now() ? null : found.id;
  }
}
