import { HookproofError } from "../errors.ts";
import { durationMs } from "./duration.ts";

const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Parses a point in time that a user typed: ISO 8601 (without a zone it is UTC), epoch seconds, or an age (`2h`, also
 * `2h ago`).
 * @param now epoch milliseconds that an age counts back from
 * @returns epoch milliseconds
 * @throws HookproofError `usage`
 */
export const parseInstant = (text: string, now: number): number => {
  const trimmed = text.trim();
  if (trimmed === "now") return now;
  if (/^-?\d+(?:\.\d+)?$/.test(trimmed)) return Math.round(Number(trimmed) * 1000);
  const age = durationMs(trimmed.replace(/ago$/, "").trimEnd());
  if (age !== undefined) return now - age;
  if (iso.test(trimmed)) {
    const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(trimmed.slice(10)) || trimmed.length === 10;
    const ms = Date.parse(zoned ? trimmed.replace(" ", "T") : `${trimmed.replace(" ", "T")}Z`);
    if (!Number.isNaN(ms)) return ms;
  }
  throw new HookproofError("usage", `'${text}' is not a point in time`, {
    hint: "write 2026-06-19T12:00:00Z, epoch seconds, or an age such as 2h",
  });
};

/** Whether a number of milliseconds is a valid Date. */
export const isInstant = (ms: number): boolean => Math.abs(ms) <= 8.64e15;

let latest = { ms: 0, text: "1970-01-01T00:00:00.000Z" };

/** Epoch milliseconds as ISO 8601 in UTC. */
export const isoInstant = (ms: number): string => {
  // Cached, because a load test formats the same time repeatedly.
  if (latest.ms !== ms) latest = { ms, text: new Date(ms).toISOString() };
  return latest.text;
};
