import type { NetworkFailure, Timings } from "../request/attempt.ts";
import type { HeaderPair } from "../request/request.ts";

/** The outcome of one HTTP exchange. */
export interface Exchange {
  readonly status: number | null;
  /** Headers in wire order and case, including duplicates. */
  readonly headers: readonly HeaderPair[];
  /** The response's body up to a limit. */
  readonly body: Buffer;
  readonly timings: Timings;
  readonly error: NetworkFailure | null;
}

export type Protocol = "HTTP/1.1" | "HTTP/2";

/** An exchange, and what it sent. */
export interface SentExchange extends Exchange {
  /** The request's head as sent, one character per byte; empty if nothing was sent. */
  readonly head: string;
  /** The response's reason phrase; HTTP/2 has none. */
  readonly statusText: string;
  /** The connection's protocol; null if there was no connection. */
  readonly protocol: Protocol | null;
}
