import type { Profile, Trouble } from "../providers/profile.ts";
import { nearest } from "../values/nearest.ts";
import { troubleFor } from "./policy.ts";
import type { AttemptResult } from "./policy.ts";

/** What a person who asks for a status or a symptom means. */
interface TroubleQuery {
  /** Its names: what was asked, where that is one. */
  readonly names: readonly string[];
  /** The answer that it is; undefined for a symptom that is none. */
  readonly result: AttemptResult | undefined;
  readonly rows: readonly Trouble[];
}

/**
 * Finds what is meant: what is so called, else what is nearly so called, else the rows of the platform's table that
 * have the words. Undefined where the platform says nothing of it.
 */
export const findTrouble = (profile: Profile, asked: string): TroubleQuery | undefined => {
  const near = nearest(asked.toLowerCase(), namesIn(profile));
  return (
    rowsNamed(profile, asked) ??
    // Of two statuses that look alike neither stands for the other.
    (near === undefined || /\d/.test(asked) ? undefined : rowsNamed(profile, near)) ??
    worded(profile, asked) ??
    // A platform that has no words for the symptom may still have a row for the answer that it means.
    (isNothingSeen(asked) ? rowsNamed(profile, "no-response") : undefined)
  );
};

/** What a row is called: its symptom, else the answers that it is about. */
export const nameOf = ({ symptom, on }: Trouble): string => symptom ?? on.join(", ");

/** Everything that a platform has a row for. */
export const troubleNames = ({ troubleshooting }: Profile): readonly string[] => [
  ...new Set(
    troubleshooting.flatMap(({ on, symptom }) => [...on.map(String), ...(symptom === undefined ? [] : [symptom])]),
  ),
];

/** A class of statuses: `4xx`. */
export const isClass = (asked: string): boolean => /^[1-5]xx$/i.test(asked);

/** The names that one may mistype: not numbers and classes, which are all alike. */
const namesIn = (profile: Profile): readonly string[] =>
  [...new Set(["timeout", "no-response", "connection refused", ...troubleNames(profile)])].filter(
    (name) => !/\d/.test(name),
  );

const rowsNamed = (profile: Profile, asked: string): TroubleQuery | undefined => {
  const result = resultOf(asked);
  if (result !== undefined) return { names: [asked], result, rows: troubleFor(profile, result) };
  const name = asked.toLowerCase();
  const rows = profile.troubleshooting.filter(
    ({ symptom, on }) => symptom?.toLowerCase() === name || on.map(String).includes(name),
  );
  return rows.length === 0 ? undefined : { names: [asked], result, rows };
};

const failure = (kind: "timeout" | "refused", message: string): AttemptResult => ({
  status: null,
  error: { kind, code: null, message },
  headers: [],
});

const resultOf = (asked: string): AttemptResult | undefined => {
  if (/^[1-5]\d\d$/.test(asked)) return { status: Number(asked), error: null, headers: [] };
  // The last of a class: a number that nobody gave a meaning of its own.
  if (isClass(asked)) return { status: Number(asked.charAt(0)) * 100 + 99, error: null, headers: [] };
  if (/^time-?out$|^timed out$/i.test(asked)) return failure("timeout", "no response in time");
  return /^no[ -]response$|^connection (?:failure|refused)$/i.test(asked)
    ? failure("refused", "no HTTP response")
    : undefined;
};

const worded = (profile: Profile, asked: string): TroubleQuery | undefined => {
  const words = asked
    .toLowerCase()
    .split(/\W+/)
    .filter((word) => word.length > 2)
    // Processed, processing; failing, failed.
    .map((word) => word.slice(0, Math.max(4, word.length - 3)));
  const scored = profile.troubleshooting.map((row) => {
    const text = `${row.symptom ?? ""} ${row.cause}`.toLowerCase();
    return { row, score: words.filter((word) => text.includes(word)).length };
  });
  const best = Math.max(0, ...scored.map(({ score }) => score));
  if (best === 0 || best < Math.min(2, words.length)) return undefined;
  const rows = scored.filter(({ score }) => score === best).map(({ row }) => row);
  return { names: rows.map(nameOf), result: undefined, rows };
};

const isNothingSeen = (asked: string): boolean =>
  /^(?:no|nothing) (?:requests?|events?)?\s*(?:seen|arrives?|received)?$/i.test(asked.trim());
