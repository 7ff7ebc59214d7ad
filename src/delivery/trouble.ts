import type { Profile, Trouble } from "../providers/profile.ts";
import { nearest } from "../values/nearest.ts";
import { troubleFor } from "./policy.ts";
import type { AttemptResult } from "./policy.ts";

/** What a status or symptom typed by the user means. */
interface TroubleQuery {
  /** What the user typed if that is a known name, otherwise the names of the rows found. */
  readonly names: readonly string[];
  /** The result it stands for; undefined for a symptom without one. */
  readonly result: AttemptResult | undefined;
  readonly rows: readonly Trouble[];
}

/**
 * Finds an entry by exact name, then by similar name, then by words in the rows of the platform's table. Undefined if
 * the platform has nothing about it.
 */
export const findTrouble = (profile: Profile, asked: string): TroubleQuery | undefined => {
  const near = nearest(asked.toLowerCase(), namesIn(profile));
  return (
    rowsNamed(profile, asked) ??
    // Never correct one status to a similar one.
    (near === undefined || /\d/.test(asked) ? undefined : rowsNamed(profile, near)) ??
    worded(profile, asked) ??
    // The platform may not name the symptom but have a row for its result.
    (isNothingSeen(asked) ? rowsNamed(profile, "no-response") : undefined)
  );
};

/** A row's name: its symptom, else the results it covers. */
export const nameOf = ({ symptom, on }: Trouble): string => symptom ?? on.join(", ");

/** Everything that a platform has a row for. */
export const troubleNames = ({ troubleshooting }: Profile): readonly string[] => [
  ...new Set(
    troubleshooting.flatMap(({ on, symptom }) => [...on.map(String), ...(symptom === undefined ? [] : [symptom])]),
  ),
];

/** A class of statuses: `4xx`. */
export const isClass = (asked: string): boolean => /^[1-5]xx$/i.test(asked);

/** The names that typos are corrected to: not numbers and classes, which all look alike. */
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
  // The last status of the class has no special meaning.
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
    // Shorten words to their stem: processed, processing; failing, failed.
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
