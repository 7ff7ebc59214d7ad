import type { NetworkFailure, Timings } from "../request/attempt.ts";
import type { HeaderPair } from "../request/request.ts";

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
