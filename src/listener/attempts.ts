import type { IdentityFlag } from "./events.ts";
import { RecentMap, digestOf } from "./recent.ts";

/** What the attempt counter knows about one request. */
export interface Observation {
  /** Equal for all deliveries of one event; null if the request lacks the profile's key. */
  readonly dedupeKey: string | null;
  /** Shown in identity findings. */
  readonly eventId: string | null;
  readonly body: Buffer;
  /** Method and target, which identify a request without a body. */
  readonly place: string;
  /** The signed timestamp, as text; null if the scheme has none. */
  readonly timestamp: string | null;
  /** Whether that timestamp is outside the platform's window. */
  readonly stale: boolean;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** Whether the request shows that the same body under another id is the same event. */
  readonly isSameEvent: () => boolean;
}

export interface AttemptCount {
  /** The event's identity, equal for all its attempts. */
  readonly identity: string;
  /** The number of this request for the event, from 1. */
  readonly attempt: number;
  readonly flags: readonly IdentityFlag[];
}

interface PreviousAttempt {
  readonly attempt: number;
  /** The digest of its last body. */
  readonly body: string;
  readonly timestamp: string | null;
  readonly receivedAt: number;
}

/** Within this time, attempts with the same timestamp are a burst of duplicates, not a retry. */
const freshRetryMs = 2000;

/**
 * Counts attempts per event and detects broken identity. Keeps only digests and short keys of the last `capacity`
 * events, so that memory is bounded.
 */
export class AttemptCounter {
  readonly #events: RecentMap<PreviousAttempt>;
  /** Maps a body's digest to the event id it came with. */
  readonly #ids: RecentMap<{ readonly key: string; readonly id: string }>;

  constructor(capacity = 50_000) {
    this.#events = new RecentMap(capacity);
    this.#ids = new RecentMap(capacity);
  }

  /**
   * Counts one request. Without a dedupe key, it is identified by its body, or by method and target if the body is
   * empty.
   */
  count(observation: Observation): AttemptCount {
    const body = digestOf(observation.body);
    const key = keyOf(
      observation.dedupeKey,
      observation.body.length === 0 ? digestOf(Buffer.from(observation.place)) : body,
    );
    const before = this.#events.get(key);
    const changed = observation.dedupeKey === null ? none : this.#idFlags(observation, key, body);
    const retry = before === undefined ? none : retryFlags(observation, before, body);
    const flags = changed.length === 0 ? retry : [...changed, ...retry];
    const { timestamp, receivedAt } = observation;
    const attempt = (before?.attempt ?? 0) + 1;
    this.#events.set(key, { attempt, body, timestamp, receivedAt });
    return { identity: key, attempt, flags };
  }

  #idFlags(observation: Observation, key: string, body: string): readonly IdentityFlag[] {
    // Pings with empty bodies aren't the same event.
    if (observation.body.length === 0) return [];
    const before = this.#ids.get(body);
    this.#ids.set(body, { key, id: (observation.eventId ?? observation.dedupeKey ?? "").slice(0, 200) });
    return before === undefined || before.key === key || !observation.isSameEvent()
      ? []
      : [{ code: "id-changed", was: before.id }];
  }
}

const none: readonly IdentityFlag[] = [];

/** An event's identity: its own key if that is short and can't collide with a digest, else a digest. */
const keyOf = (dedupeKey: string | null, body: string): string => {
  if (dedupeKey === null) return `#${body}`;
  return dedupeKey.length <= 100 && !dedupeKey.startsWith("#") ? dedupeKey : `#key ${digestOf(dedupeKey)}`;
};

const retryFlags = (observation: Observation, before: PreviousAttempt, body: string): readonly IdentityFlag[] => {
  const flags: IdentityFlag[] = [];
  if (observation.dedupeKey !== null && before.body !== body) flags.push({ code: "body-changed" });
  const { timestamp } = observation;
  if (timestamp !== null && timestamp === before.timestamp) {
    const later = observation.receivedAt - before.receivedAt >= freshRetryMs;
    if (observation.stale || later) flags.push({ code: "timestamp-reused", timestamp });
  }
  return flags;
};
