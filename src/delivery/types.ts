import type { HeaderPair } from "../request/request.ts";
import type { Attempt, AttemptOutcome, NetworkFailure, Timings } from "../request/attempt.ts";

/** What one HTTP exchange came to. */
export interface Exchange {
  readonly status: number | null;
  readonly headers: readonly HeaderPair[];
  /** The answer's body up to a limit. */
  readonly body: Buffer;
  readonly timings: Timings;
  readonly error: NetworkFailure | null;
}

/** An exchange, and what it sent. */
export interface SentExchange extends Exchange {
  /** The request's head as it went out, one character a byte. */
  readonly head: string;
}

/** A whole delivery: one event to one endpoint, all its attempts. */
export interface Delivery {
  readonly eventId: string;
  readonly eventType: string | null;
  readonly url: string;
  readonly outcome: AttemptOutcome;
  readonly reason: string;
  readonly attempts: readonly Attempt[];
  /** The entry it became in the DLQ, where it failed for good. */
  readonly dlqId: string | null;
}
