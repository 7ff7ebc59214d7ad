import { classify } from "../delivery/policy.ts";
import type { Profile } from "../providers/profile.ts";
import type { LogLine } from "./logs/select.ts";
import type { SeenAttempt } from "./types.ts";

/** How far apart two sources' times of the same attempt may be (clock differences and duration). */
export const sameAttemptMs = 3000;

/** Failures after which the request may still be in the receiver's log. */
const reached = new Set(["timeout", "reset", "incomplete", "malformed"]);

/** Merges attempts from several sources, sorted by time; an attempt seen twice becomes one with both sources. */
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

/**
 * Which source the outcome comes from: a log's status isn't upgraded to a recorded one by a capture without a response.
 */
const basisOf = (first: SeenAttempt, second: SeenAttempt): SeenAttempt["basis"] => {
  const withOutcome = [first, second].filter(({ status, error }) => status !== null || error !== null);
  return (
    bases.find((one) =>
      (withOutcome.length === 0 ? [first, second] : withOutcome).some(({ basis }) => basis === one),
    ) ?? "log"
  );
};

/** Most reliable first. */
const bases = ["record", "log", "log-time"] as const;

const isSame = (a: SeenAttempt, b: SeenAttempt): boolean => {
  if (a.number !== null && b.number !== null && a.number !== b.number) return false;
  const unanswered = [a, b].find(({ error }) => error !== null && reached.has(error.kind));
  const logged = unanswered === a ? b : a;
  // A sender that timed out saw no status, but the receiver's log may have one (nginx: 499).
  if (unanswered !== undefined && logged.error === null && logged.number === null && logged.status !== null)
    return Math.abs(a.at - b.at) <= Math.max(sameAttemptMs, (unanswered.durationMs ?? 0) + sameAttemptMs);
  const known = a.status !== null && b.status !== null;
  return known
    ? a.status === b.status && Math.abs(a.at - b.at) <= Math.max(sameAttemptMs, a.durationMs ?? 0, b.durationMs ?? 0)
    : Math.abs(a.at - b.at) <= sameAttemptMs && a.error === b.error;
};

/** The first attempt's facts, completed by the second's; the sender's view takes precedence over a log. */
const joined = (a: SeenAttempt, b: SeenAttempt): SeenAttempt => {
  const [first, second] = b.error === null ? [a, b] : [b, a];
  return {
    // A measured attempt has an exact start; logs round to the second or record the end.
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
 * Attempts from the receiver's log: one for each line of the event that has a status and a time. A line matched only by
 * path and time may belong to another event, so it counts only if it agrees with a known attempt, or if all such lines
 * have the same status.
 * @param known attempts from other sources
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

/** Whether an attempt failed to deliver; null if its outcome is unknown. */
export const hasFailed = ({ status, error, outcome }: SeenAttempt): boolean | null =>
  outcome !== null
    ? outcome !== "delivered"
    : error !== null
      ? true
      : status === null
        ? null
        : status < 200 || status > 299;
