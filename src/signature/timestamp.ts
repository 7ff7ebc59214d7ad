import { valueOf } from "../providers/profile.ts";
import type { Fact, TimestampRule } from "../providers/profile.ts";
import { durationMs } from "../values/duration.ts";

const forms: Readonly<Record<TimestampRule["form"], RegExp>> = {
  canonical: /^(?:0|[1-9]\d*)$/,
  digits: /^\d+$/,
  // Python's int(): sign, leading zeros, single underscores between digits.
  integer: /^[+-]?\d+(?:_\d+)*$/,
};

type Unit = "s" | "ms" | "iso" | "http-date" | "opaque";

const unitsOf = ({ unit }: TimestampRule): readonly Unit[] => (typeof unit === "string" ? [unit] : unit);

/** The unit that the platform sends; if several are accepted, the first. */
export const sentUnit = (rule: TimestampRule): Unit => unitsOf(rule)[0] ?? "s";

/** Whether a timestamp is only signed, and its age is not checked. */
export const isOpaque = (rule: TimestampRule): boolean => unitsOf(rule).includes("opaque");

/** If both units are accepted, numbers from here on are milliseconds: as seconds, this is the year 5138. */
const firstMs = 1e11;

const iso = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)$/;
const httpDate = /^[A-Za-z]{3}, \d\d [A-Za-z]{3} \d{4} \d\d:\d\d:\d\d GMT$/;

/** Epoch seconds (fractional for millisecond schemes) of a timestamp's text; undefined if it is invalid. */
export const timestampSeconds = (text: string, rule: TimestampRule): number | undefined => {
  const units = unitsOf(rule);
  const isText = (units.includes("iso") && iso.test(text)) || (units.includes("http-date") && httpDate.test(text));
  if (isText) {
    const ms = Date.parse(text.replace(",", httpDate.test(text) ? "," : "."));
    return Number.isFinite(ms) ? ms / 1000 : undefined;
  }
  if ((!units.includes("s") && !units.includes("ms")) || !forms[rule.form].test(text)) return undefined;
  const number = Number(text.replaceAll("_", ""));
  if (!Number.isSafeInteger(number)) return undefined;
  const isMs = units.includes("ms") && (!units.includes("s") || number >= firstMs);
  return isMs ? number / 1000 : number;
};

export type Timeliness = "in-time" | "stale" | "future";

/** The tolerance on one side, in seconds; undefined if that side isn't checked. */
export const windowSeconds = (fact: Fact<string>): number | undefined => {
  const text = valueOf(fact);
  const ms = text === "any" ? undefined : durationMs(text);
  return ms === undefined ? undefined : ms / 1000;
};

/**
 * Checks a timestamp. An age of exactly the tolerance passes, as in vendors' libraries.
 * @param skew verification time minus the timestamp, in seconds; verifiers of second-based schemes use whole seconds
 * @param tolerance the user's tolerance in seconds, both ways, replacing the platform's
 */
export const timeliness = (skew: number, rule: TimestampRule, tolerance?: number): Timeliness => {
  const past = tolerance ?? windowSeconds(rule.past);
  const future =
    windowSeconds(rule.future) === undefined ? otherCentury(rule) : (tolerance ?? windowSeconds(rule.future));
  if (past !== undefined && skew > past) return "stale";
  if (future !== undefined && -skew > future) return "future";
  return "in-time";
};

/** If the future isn't checked, milliseconds read as seconds would be accepted for fifty thousand years. */
const otherCentury = (rule: TimestampRule): number | undefined =>
  rule.unit === "s" ? 100 * 365.25 * 86_400 : undefined;

/** Whether a timestamp is plausible in the unit that the scheme doesn't use. */
export const isOtherUnit = (text: string, rule: TimestampRule): boolean => {
  const number = Math.abs(Number(text.replaceAll("_", "")));
  if (rule.unit === "s") return number >= firstMs && number < 1e14;
  return rule.unit === "ms" && number >= 1e8 && number < firstMs;
};

/** Verification time minus the timestamp, in seconds, at the scheme's precision. */
export const skewSeconds = (at: number, seconds: number, rule: TimestampRule): number =>
  rule.unit === "s" ? Math.floor(at / 1000) - seconds : Math.round(at - seconds * 1000) / 1000;

/** The timestamp's text for a time. */
export const timestampText = (at: number, rule: TimestampRule): string => {
  switch (sentUnit(rule)) {
    case "iso":
      return new Date(at).toISOString();
    case "http-date":
      return new Date(at).toUTCString();
    case "ms":
      return String(Math.round(at));
    default:
      return String(Math.floor(at / 1000));
  }
};

/** The expected form of a timestamp, in words. */
export const expectedTimestamp = (rule: TimestampRule): string =>
  unitsOf(rule)
    .map((unit) => unitWords[unit])
    .join(" or ");

const unitWords: Readonly<Record<Unit, string>> = {
  s: "whole epoch seconds",
  ms: "whole epoch milliseconds",
  iso: "an ISO 8601 time",
  "http-date": "an HTTP date",
  opaque: "any text",
};
