import { valueOf } from "../providers/profile.ts";
import type { Fact, TimestampRule } from "../providers/profile.ts";
import { durationMs } from "../values/duration.ts";

const forms: Readonly<Record<TimestampRule["form"], RegExp>> = {
  canonical: /^(?:0|[1-9]\d*)$/,
  digits: /^\d+$/,
  // Python's int(): sign, leading zeros, single underscores between digits.
  integer: /^[+-]?\d+(?:_\d+)*$/,
};

/** Epoch seconds (fractional for millisecond schemes) of a timestamp text, or undefined where it is not one. */
export const timestampSeconds = (text: string, rule: TimestampRule): number | undefined => {
  if (!forms[rule.form].test(text)) return undefined;
  const number = Number(text.replaceAll("_", ""));
  if (!Number.isSafeInteger(number)) return undefined;
  return rule.unit === "ms" ? number / 1000 : number;
};

export type Timeliness = "in-time" | "stale" | "future";

/** The window in seconds on one side; undefined where it is not checked. */
export const windowSeconds = (fact: Fact<string>): number | undefined => {
  const text = valueOf(fact);
  const ms = text === "any" ? undefined : durationMs(text);
  return ms === undefined ? undefined : ms / 1000;
};

/**
 * Judges a timestamp. An age of exactly the tolerance passes, as in the vendors' own libraries.
 * @param skew judged time minus the timestamp, in seconds; verifiers of second-based schemes work on whole seconds
 * @param tolerance the user's own window in seconds, both ways, in place of the platform's
 */
export const timeliness = (skew: number, rule: TimestampRule, tolerance?: number): Timeliness => {
  const past = tolerance ?? windowSeconds(rule.past);
  const future =
    windowSeconds(rule.future) === undefined ? otherCentury(rule) : (tolerance ?? windowSeconds(rule.future));
  if (past !== undefined && skew > past) return "stale";
  if (future !== undefined && -skew > future) return "future";
  return "in-time";
};

/** Where the future is not checked, milliseconds for seconds would be right for fifty thousand years. */
const otherCentury = (rule: TimestampRule): number | undefined =>
  rule.unit === "s" ? 100 * 365.25 * 86_400 : undefined;

/** Whether a timestamp reads as one of our time in the unit that the scheme does not use. */
export const isOtherUnit = (text: string, rule: TimestampRule): boolean => {
  const number = Math.abs(Number(text.replaceAll("_", "")));
  return rule.unit === "s" ? number >= 1e11 && number < 1e14 : number >= 1e8 && number < 1e11;
};

/** Judged time minus the timestamp in seconds, in the scheme's own grain. */
export const skewSeconds = (at: number, seconds: number, rule: TimestampRule): number =>
  rule.unit === "ms" ? Math.round(at - seconds * 1000) / 1000 : Math.floor(at / 1000) - seconds;

/** The timestamp text of a moment. */
export const timestampText = (at: number, rule: TimestampRule): string =>
  String(rule.unit === "ms" ? Math.round(at) : Math.floor(at / 1000));
