import { classify } from "../delivery/policy.ts";
import type { Profile } from "../providers/profile.ts";
import type { LogLine } from "./logs/select.ts";
import type { SeenAttempt } from "./types.ts";

/** Two sources' times of one attempt may be this far apart: clocks, and the time it took. */
export const sameAttemptMs = 3000;

/** Failures in which the request may have come to the receiver, and into its log. */
const reached = new Set(["timeout", "reset", "incomplete", "malformed"]);

/** Attempts of several sources as one list by time; the same attempt seen twice becomes one with both sources. */
export const mergeAttempts = (all: readonly SeenAttempt[]): readonly SeenAttempt[] => {
  const merged: SeenAttempt[] = [];
  for (const attempt of all.toSorted((a, b) => a.at - b.at)) {
    const index = merged.findIndex((one) => isSame(one, attempt));
    const one = merged[index];
    if (one === undefined) merged.push(attempt);
    else merged[index] = joined(one, attempt);
  }
  return merged;
};

/** Who tells the outcome: a capture without a response does not make a log's status a recorded one. */
const basisOf = (first: SeenAttempt, second: SeenAttempt): SeenAttempt["basis"] => {
  const withOutcome = [first, second].filter(({ status, error }) => status !== null || error !== null);
  return (
    bases.find((one) =>
      (withOutcome.length === 0 ? [first, second] : withOutcome).some(({ basis }) => basis === one),
    ) ?? "log"
  );
};

/** From the surest down. */
const bases = ["record", "log", "log-time"] as const;

const isSame = (a: SeenAttempt, b: SeenAttempt): boolean => {
  if (a.number !== null && b.number !== null && a.number !== b.number) return false;
  const unanswered = [a, b].find(({ error }) => error !== null && reached.has(error.kind));
  const logged = unanswered === a ? b : a;
  // A sender that gave up saw no status; the receiver's log may tell one all the same (nginx: 499).
  if (unanswered !== undefined && logged.error === null && logged.number === null && logged.status !== null)
    return Math.abs(a.at - b.at) <= Math.max(sameAttemptMs, (unanswered.durationMs ?? 0) + sameAttemptMs);
  const known = a.status !== null && b.status !== null;
  return known
    ? a.status === b.status && Math.abs(a.at - b.at) <= Math.max(sameAttemptMs, a.durationMs ?? 0, b.durationMs ?? 0)
    : Math.abs(a.at - b.at) <= sameAttemptMs && a.error === b.error;
};

/** The earlier one's facts, and what only the later one knows; what a sender saw goes before what a log says. */
const joined = (a: SeenAttempt, b: SeenAttempt): SeenAttempt => {
  const [first, second] = b.error === null ? [a, b] : [b, a];
  return {
    // Who measured the attempt knows when it began; logs round to the second or tell its end.
    at: a.durationMs === null && b.durationMs !== null ? b.at : a.at,
    number: first.number ?? second.number,
    status: first.error === null ? (first.status ?? second.status) : first.status,
    outcome: first.outcome ?? second.outcome,
    reason: first.reason ?? second.reason,
    durationMs: first.durationMs ?? second.durationMs,
    nextDelayMs: first.nextDelayMs ?? second.nextDelayMs,
    error: first.error ?? second.error,
    sources: [...new Set([...a.sources, ...b.sources])],
    basis: basisOf(first, second),
  };
};

/**
 * The receiver's own log as attempts: each line of the event that tells a status and a time. A line
 * that is only of the right path and time may be another event's: it counts where it agrees with an
 * attempt that is known, or where all such lines tell one status.
 * @param known attempts that other sources saw
 */
export const attemptsOfLog = (
  lines: readonly LogLine[],
  profile: Profile,
  known: readonly SeenAttempt[],
): readonly SeenAttempt[] => {
  const isOneStatus =
    new Set(lines.flatMap(({ why, facts }) => (why === "time" && facts.status !== null ? [facts.status] : []))).size ===
    1;
  return lines.flatMap(({ facts, why, file, number }) => {
    const { time, status } = facts;
    if ((why !== "id" && why !== "time") || time === null || status === null) return [];
    const { outcome, reason } = classify(profile, { status, error: null, headers: [] }, 0, time);
    const attempt: SeenAttempt = {
      at: time,
      number: null,
      status,
      outcome,
      reason,
      durationMs: null,
      nextDelayMs: null,
      error: null,
      sources: [`${file} line ${number}`],
      basis: why === "id" ? "log" : "log-time",
    };
    const agrees = known.some(
      (one) => isSame(one, attempt) && (isOneStatus || one.status !== null || one.error !== null),
    );
    const counts = why === "id" || agrees || (known.length === 0 && isOneStatus);
    return counts ? [attempt] : [];
  });
};

/** Whether an attempt did not deliver; null where its answer is unknown. */
export const hasFailed = ({ status, error, outcome }: SeenAttempt): boolean | null =>
  outcome !== null
    ? outcome !== "delivered"
    : error !== null
      ? true
      : status === null
        ? null
        : status < 200 || status > 299;
