import type { Infer } from "../values/infer.ts";
import type { attemptSchema } from "./schema.ts";

/** One attempt as `send` prints it, the DLQ keeps it and the evidence shows it. */
export type Attempt = Infer<typeof attemptSchema>;
export type AttemptOutcome = Attempt["outcome"];
/** Milliseconds each phase took. */
export type Timings = Attempt["timings"];
export type NetworkFailure = NonNullable<Attempt["error"]>;
export type NetworkFailureKind = NetworkFailure["kind"];

/**
 * `incomplete`: the connection ended in the middle of the response; `malformed`: the response is not valid HTTP;
 * `proxy`: the proxy was unreachable or refused.
 */
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
  "proxy",
  "other",
] as const;

/** Whether a failed TLS handshake shows that the other side does not speak TLS at all: OpenSSL's words for it. */
export const isNotTls = (message: string): boolean => /wrong version number|packet length too long/.test(message);
