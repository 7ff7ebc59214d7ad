import { classify, timeLimitMs } from "../delivery/policy.ts";
import type { AttemptResult } from "../delivery/policy.ts";
import { doubtOf, valueOf } from "../providers/profile.ts";
import type { Profile } from "../providers/profile.ts";
import type { Attempt as StoredAttempt } from "../request/attempt.ts";
import { durationMs } from "../values/duration.ts";
import { isoInstant } from "../values/instant.ts";
import { candidateOf } from "./desk.ts";
import type { Desk } from "./desk.ts";
import type { Entry } from "./store.ts";
import type { Detail, Row } from "./types.ts";

type Attempt = Detail["attempts"][number];
type Schedule = NonNullable<Detail["schedule"]>;

/** How many attempts of one event are listed. */
const maxAttempts = 500;

/** Every request of the same event, oldest first. */
export const sameEvent = ({ store }: Desk, { row }: Entry): readonly Entry[] => {
  const { eventId, provider } = row;
  const isSame = (one: Row): boolean =>
    eventId === null ? one.id === row.id : one.eventId === eventId && one.provider === provider;
  return store.entries.filter((entry) => isSame(entry.row)).slice(-maxAttempts);
};

/** The attempts of an event as the platform sees them. */
export const attemptsOf = (desk: Desk, entries: readonly Entry[]): readonly Attempt[] =>
  entries.map((entry) => {
    const { row } = entry;
    const profile = candidateOf(desk, row.provider)?.profile;
    const result = resultOf(entry);
    return {
      id: row.id,
      at: row.at,
      attempt: row.attempt,
      status: row.status,
      kind: row.kind,
      durationMs: row.durationMs,
      pending: row.pending,
      state: row.verdict.state,
      resentFrom: row.resentFrom,
      outcome:
        profile === undefined || result === undefined
          ? null
          : classify(profile, result, (row.attempt ?? 1) - 1, desk.now()).outcome,
    };
  });

/** The attempts that a queue recorded with an entry. */
export const recordedAttempts = ({ row }: Entry, attempts: readonly StoredAttempt[]): readonly Attempt[] =>
  attempts.map(({ startedAt, number, status, durationMs, outcome }) => ({
    id: row.id,
    at: startedAt,
    attempt: number,
    status,
    kind: "status",
    durationMs,
    pending: false,
    state: row.verdict.state,
    resentFrom: null,
    outcome,
  }));

/** The platform's schedule after its latest attempt; resends from here don't count as attempts. */
export const scheduleOf = (desk: Desk, entries: readonly Entry[]): Schedule | null => {
  const latest = entries.findLast(({ row }) => row.resentFrom === null);
  const profile = latest === undefined ? undefined : candidateOf(desk, latest.row.provider)?.profile;
  if (latest === undefined || profile === undefined) return null;
  const { delivery } = profile;
  const known = {
    attempts: valueOf(delivery.attempts),
    delaysMs: valueOf(delivery.delays).map((delay) => durationMs(delay) ?? 0),
    timeoutMs: timeLimitMs(delivery),
    assumed: doubts(profile),
  };
  const result = resultOf(latest);
  if (result === undefined) return { ...known, outcome: null, reason: "it has no response yet", next: null };
  const attempt = latest.row.attempt ?? 1;
  const { outcome, reason, nextDelayMs } = classify(profile, result, attempt - 1, desk.now());
  const ended = Date.parse(latest.row.at) + (latest.row.durationMs ?? 0);
  const next =
    nextDelayMs === null ? null : { attempt: attempt + 1, at: isoInstant(ended + nextDelayMs), delayMs: nextDelayMs };
  return { ...known, outcome, reason, next };
};

const doubts = ({ delivery }: Profile): readonly string[] =>
  (["attempts", "delays", "timeout", "retry", "terminal", "otherwise"] as const).flatMap((field) => {
    const why = delivery[field] === undefined ? undefined : doubtOf<unknown>(delivery[field]);
    return why === undefined ? [] : [`${field}: ${why}`];
  });

/** The result as the platform sees it; undefined if there is no response yet or none was recorded. */
const resultOf = ({ row: { pending, kind, status }, sent }: Entry): AttemptResult | undefined => {
  if (pending || kind === null) return undefined;
  if (status !== null && sent) return { status, error: null, headers: [] };
  if (kind === "hang" || !sent) return { status: null, error: { ...failure, kind: "timeout" }, headers: [] };
  return { status: null, error: failure, headers: [] };
};

const failure = { kind: "reset", code: null, message: "no response" } as const;
