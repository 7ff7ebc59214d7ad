import { doubtOf, valueOf } from "../providers/profile.ts";
import type { DeliveryPolicy, OutcomeClass, Profile, Trouble } from "../providers/profile.ts";
import { headerValue } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import { durationMs } from "../values/duration.ts";
import { isNotTls } from "../request/attempt.ts";
import type { AttemptOutcome, NetworkFailure, NetworkFailureKind } from "../request/attempt.ts";

/** The part of an attempt's result that policies look at. */
export interface AttemptResult {
  readonly status: number | null;
  readonly error: NetworkFailure | null;
  readonly headers: readonly HeaderPair[];
}

interface Classification {
  readonly outcome: AttemptOutcome;
  readonly reason: string;
  /** Milliseconds until the platform's next attempt; null if there is none. */
  readonly nextDelayMs: number | null;
}

/**
 * Classifies an attempt's result as the platform would.
 * @param tryIndex the attempt, from 0
 * @param now epoch milliseconds, for a `Retry-After` date
 */
export const classify = (profile: Profile, result: AttemptResult, tryIndex: number, now: number): Classification => {
  const policy = profile.delivery;
  const what = describe(result);
  if (result.error === null && result.status !== null && result.status >= 200 && result.status < 300) {
    return { outcome: "delivered", reason: `${what} is a success`, nextDelayMs: null };
  }
  // Cancelled locally: not a permanent failure, whatever the schedule says.
  if (result.error?.kind === "aborted") {
    return { outcome: "retryable", reason: "stopped before a response arrived", nextDelayMs: null };
  }
  const { retried, doubt } = isRetried(policy, result);
  const mark = doubt ? " (assumed)" : "";
  if (!retried) return { outcome: "terminal", reason: `${what} is not retried${mark}`, nextDelayMs: null };
  const attempts = valueOf(policy.attempts);
  if (tryIndex + 1 >= attempts) {
    const last = `attempt ${tryIndex + 1} of ${attempts} was the last${doubtOf(policy.attempts) === undefined ? "" : " (assumed)"}`;
    return { outcome: "terminal", reason: `${what}, and ${last}`, nextDelayMs: null };
  }
  return {
    outcome: "retryable",
    reason: `${what} is retried${mark}`,
    nextDelayMs: delayMs(policy, result, tryIndex, now),
  };
};

/** The platform's timeout per attempt, in milliseconds. */
export const timeLimitMs = (policy: DeliveryPolicy): number => {
  const existing = timeLimits.get(policy);
  const limit = existing ?? durationMs(valueOf(policy.timeout)) ?? 30_000;
  if (existing === undefined) timeLimits.set(policy, limit);
  return limit;
};

/** Cached, because it is needed for every attempt. */
const timeLimits = new WeakMap<DeliveryPolicy, number>();

/**
 * The matching row of the platform's troubleshooting table; several only if equally specific. A row for all 4xx doesn't
 * apply to a status with its own row, which may say the opposite.
 */
export const troubleFor = (profile: Profile, result: AttemptResult): readonly Trouble[] => {
  const ranked = profile.troubleshooting.map((row) => ({ row, rank: specificity(row.on, result) }));
  const best = Math.max(0, ...ranked.map(({ rank }) => rank));
  return best === 0 ? [] : ranked.filter(({ rank }) => rank === best).map(({ row }) => row);
};

/**
 * The troubleshooting rows for a result. For a refused connection, or a DNS or TLS failure, a more precise row than the
 * platform's "DNS, TLS or firewall" is used.
 */
export const troubleOf = (profile: Profile, result: AttemptResult): readonly Trouble[] => {
  const next = result.error === null ? undefined : nextFor(result.error);
  return result.error === null || next === undefined
    ? troubleFor(profile, result)
    : [{ on: ["no-response"], cause: result.error.message, next }];
};

const nextFor = ({ kind, message }: NetworkFailure): string | undefined =>
  kind === "tls" && isNotTls(message)
    ? "the port does not speak TLS: if it speaks plain HTTP, write http:// in place of https://"
    : particular[kind];

const particular: Partial<Record<NetworkFailureKind, string>> = {
  refused: "start the receiver, or correct the address",
  dns: "correct the host name, or add its DNS record",
  tls: "run hookproof doctor with the URL: it checks the certificate",
};

const isRetried = (
  policy: DeliveryPolicy,
  result: AttemptResult,
): { readonly retried: boolean; readonly doubt: boolean } => {
  const terminal = policy.terminal === undefined ? 0 : specificity(valueOf(policy.terminal), result);
  const retry = specificity(valueOf(policy.retry), result);
  if (terminal === 0 && retry === 0) {
    return { retried: valueOf(policy.otherwise) === "retryable", doubt: doubtOf(policy.otherwise) !== undefined };
  }
  // The more specific rule wins; of two equal ones, the terminal one.
  const retried = retry > terminal;
  const fact = retried ? policy.retry : (policy.terminal ?? policy.otherwise);
  return { retried, doubt: doubtOf<unknown>(fact) !== undefined };
};

/** How specifically a list matches a result: a number beats a class, a class beats "non-2xx". */
const specificity = (classes: readonly OutcomeClass[], result: AttemptResult): number =>
  Math.max(
    0,
    ...classes.map((one) => (isOutcome(one, result) ? (typeof one === "number" ? 3 : one === "non-2xx" ? 1 : 2) : 0)),
  );

/** Whether a result belongs to a class. */
export const isOutcome = (one: OutcomeClass, { status, error }: Pick<AttemptResult, "status" | "error">): boolean => {
  if (one === "timeout") return error?.kind === "timeout";
  // A local cancellation says nothing about the receiver.
  if (one === "no-response") return error !== null && error.kind !== "timeout" && error.kind !== "aborted";
  if (error !== null || status === null) return false;
  if (typeof one === "number") return status === one;
  if (one === "non-2xx") return status < 200 || status > 299;
  return String(status).startsWith(one.charAt(0));
};

const describe = ({ status, error }: AttemptResult): string => {
  if (error?.kind === "timeout") return `a timeout (${error.message})`;
  if (error !== null) return `no response (${error.message})`;
  return status === null ? "no response" : String(status);
};

const delayMs = (policy: DeliveryPolicy, result: AttemptResult, tryIndex: number, now: number): number => {
  const own = durationMs(valueOf(policy.delays)[tryIndex] ?? "0s") ?? 0;
  if (policy.retryAfter === undefined || !valueOf(policy.retryAfter)) return own;
  return Math.max(own, retryAfterMs(headerValue(result.headers, "retry-after"), now) ?? 0);
};

/** `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110 10.2.3). */
export const retryAfterMs = (value: string | undefined, now: number): number | undefined => {
  if (value === undefined) return undefined;
  if (/^\d{1,15}$/.test(value)) return Number(value) * 1000;
  // Date.parse accepts -5, 0.5 and "5, 10" as past dates.
  const at = /^[A-Z][a-z]{2,8},? .*\d:\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
};
