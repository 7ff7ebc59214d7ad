import type { IdentityFlag } from "./events.ts";
import { RecentMap, digestOf } from "./recent.ts";

/** What the attempt counter is told of one request. */
export interface Observation {
  /** Equal for all deliveries of one event; null where the profile's key is not in the request. */
  readonly dedupeKey: string | null;
  /** As shown to people where identity is broken. */
  readonly eventId: string | null;
  readonly body: Buffer;
  /** Method and target: what a request without a body goes by. */
  readonly place: string;
  /** The timestamp that was signed, as text; null where the scheme has none. */
  readonly timestamp: string | null;
  /** Whether that timestamp is outside the platform's window. */
  readonly stale: boolean;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

export interface AttemptCount {
  /** What the event goes by; equal for all its attempts. */
  readonly identity: string;
  /** From 1: the how-manieth request of this event it is. */
  readonly attempt: number;
  readonly flags: readonly IdentityFlag[];
}

interface PreviousAttempt {
  readonly attempt: number;
  /** Digest of its last body. */
  readonly body: string;
  readonly timestamp: string | null;
  readonly receivedAt: number;
}

/** Attempts that share a timestamp are fine within this: a burst of duplicates, not a retry. */
const freshRetryMs = 2000;

/**
 * Counts the attempts of each event and tells where its sender breaks identity. It keeps digests
 * and short keys only, of the last `capacity` events, so that its memory is bounded whatever comes in.
 */
export class AttemptCounter {
  readonly #events: RecentMap<PreviousAttempt>;
  /** From the digest of a body to the id it came under. */
  readonly #ids: RecentMap<{ readonly key: string; readonly id: string }>;

  constructor(capacity = 50_000) {
    this.#events = new RecentMap(capacity);
    this.#ids = new RecentMap(capacity);
  }

  /** Counts one request. Without a dedupe key it goes by the body's bytes, or by its place where it has none. */
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
    // Two pings without a body are not one event.
    if (observation.body.length === 0) return [];
    const before = this.#ids.get(body);
    this.#ids.set(body, { key, id: (observation.eventId ?? observation.dedupeKey ?? "").slice(0, 200) });
    return before === undefined || before.key === key ? [] : [{ code: "id-changed", was: before.id }];
  }
}

const none: readonly IdentityFlag[] = [];

/** What an event goes by: its own key while that is short and no other's mark, else a digest. */
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
