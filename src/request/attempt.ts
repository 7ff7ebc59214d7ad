/** Milliseconds each phase took; null for a phase that did not happen (a reused connection, plain HTTP). */
export interface Timings {
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  /** From the request's first byte going out to the answer's first coming in. */
  readonly firstByteMs: number | null;
  readonly totalMs: number;
}

/** `incomplete`: the connection ended in the middle of the answer; `malformed`: what came back is not HTTP. */
export const failureKinds = [
  "dns",
  "refused",
  "unreachable",
  "reset",
  "tls",
  "timeout",
  "incomplete",
  "malformed",
  "aborted",
  "other",
] as const;
export type NetworkFailureKind = (typeof failureKinds)[number];

export interface NetworkFailure {
  readonly kind: NetworkFailureKind;
  /** The system's code where there is one: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  readonly code: string | null;
  readonly message: string;
}

export type AttemptOutcome = "delivered" | "retryable" | "terminal";

/** One attempt as `send` prints it, the DLQ keeps it and the evidence shows it. */
export interface Attempt {
  /** The platform's count, from its first number (1, or 0). */
  readonly number: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly timings: Timings;
  readonly status: number | null;
  readonly outcome: AttemptOutcome;
  /** Why the platform classifies it so. */
  readonly reason: string;
  /** The platform's wait before the next attempt (not shortened by `--speed`); null where there is none. */
  readonly nextDelayMs: number | null;
  readonly error: NetworkFailure | null;
}
