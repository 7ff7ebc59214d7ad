import type { NetworkFailure, Timings } from "../request/attempt.ts";
import type { HeaderPair } from "../request/request.ts";

/** What one HTTP exchange came to. */
export interface Exchange {
  readonly status: number | null;
  /** In wire order and case, duplicates kept. */
  readonly headers: readonly HeaderPair[];
  /** The response's body up to a limit. */
  readonly body: Buffer;
  readonly timings: Timings;
  readonly error: NetworkFailure | null;
}

export type Protocol = "HTTP/1.1" | "HTTP/2";

/** An exchange, and what it sent. */
export interface SentExchange extends Exchange {
  /** The request's head as it went out, one character a byte; empty where nothing was sent. */
  readonly head: string;
  /** The response's reason phrase; HTTP/2 has none. */
  readonly statusText: string;
  /** What the connection spoke; null where there was none. */
  readonly protocol: Protocol | null;
}
