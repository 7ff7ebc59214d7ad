import type { Row } from "./types.ts";

// Runs in the server and in the page, so it must not use Node's modules.

type Test = (row: Row) => boolean;

/**
 * Parses the list's filter: words that must all occur, and terms such as `is:invalid`, `status:5xx`, `type:invoice.*`,
 * `provider:stripe`, `attempt:>1`, `path:/hooks`; `-` negates, quotes keep spaces together. Anything else is a plain
 * word, so a half-typed filter is never an error.
 */
export const parseFilter = (text: string): Test => {
  const tests = wordsOf(text).map(testOf);
  return (row) => tests.every((test) => test(row));
};

const maxLength = 500;

/** Splits the text into words; quotes group several. */
const wordsOf = (text: string): readonly string[] => text.slice(0, maxLength).match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];

const testOf = (word: string): Test => {
  if (word.startsWith("-") && word.length > 1) {
    const test = testOf(word.slice(1));
    return (row) => !test(row);
  }
  const colon = word.indexOf(":");
  const term = colon > 0 ? terms[word.slice(0, colon).toLowerCase()] : undefined;
  const value = unquoted(word.slice(colon + 1));
  return (value === "" ? undefined : term?.(value)) ?? anywhere(unquoted(word));
};

const unquoted = (text: string): string => text.replaceAll('"', "");

/** Undefined if the value is invalid for the term. */
type Term = (value: string) => Test | undefined;

const states: Readonly<Record<string, Test>> = {
  valid: ({ verdict }) => verdict.state === "valid",
  invalid: ({ verdict }) => verdict.state === "invalid",
  unsigned: ({ verdict }) => verdict.state === "unsigned",
  unknown: ({ verdict }) => verdict.state === "unknown",
  pending: ({ pending }) => pending,
  failed: ({ status, pending }) => !pending && (status === null || status < 200 || status > 299),
  resent: ({ resentFrom }) => resentFrom !== null,
};

const terms: Readonly<Record<string, Term>> = {
  is: (value) => states[value.toLowerCase()],
  status: (value) => {
    const matches = statusTest(value.toLowerCase());
    return matches === undefined ? undefined : ({ status }) => matches(status);
  },
  attempt: (value) => {
    const matches = numberTest(value);
    return matches === undefined ? undefined : ({ attempt }) => attempt !== null && matches(attempt);
  },
  ms: (value) => {
    const matches = numberTest(value);
    return matches === undefined ? undefined : ({ durationMs }) => durationMs !== null && matches(durationMs);
  },
  bytes: (value) => {
    const matches = numberTest(value);
    return matches === undefined ? undefined : ({ bytes }) => matches(bytes);
  },
  type: textTerm(({ eventType }) => eventType, "whole"),
  provider: textTerm(({ provider }) => provider, "whole"),
  cause: textTerm(({ verdict }) => verdict.cause, "whole"),
  method: textTerm(({ method }) => method, "whole"),
  event: textTerm(({ eventId }) => eventId, "beginning"),
  id: textTerm(({ id }) => id, "beginning"),
  path: textTerm(({ path }) => path, "beginning"),
};

/** `*` matches any characters; without `*`, the value must match the whole text or its beginning, as `extent` says. */
function textTerm(of: (row: Row) => string | null, extent: "whole" | "beginning"): Term {
  return (value) => {
    const parts = value.toLowerCase().split("*");
    if (parts.length === 1 && extent === "beginning") parts.push("");
    return (row) => {
      const text = of(row);
      return text !== null && fits(text.toLowerCase(), parts);
    };
  };
}

/** Whether a text contains the parts in order, beginning with the first and ending with the last. */
const fits = (text: string, parts: readonly string[]): boolean => {
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
};

const statusTest = (value: string): ((status: number | null) => boolean) | undefined => {
  if (value === "none") return (status) => status === null;
  if (/^[1-5]xx$/.test(value)) return (status) => status !== null && Math.floor(status / 100) === Number(value[0]);
  const matches = numberTest(value);
  return matches === undefined ? undefined : (status) => status !== null && matches(status);
};

/** `3`, `>1`, `>=2`, `<500`, `<=3`, `200-299`. */
const numberTest = (value: string): ((number: number) => boolean) | undefined => {
  const range = /^(\d{1,12})-(\d{1,12})$/.exec(value);
  if (range !== null) return (number) => number >= Number(range[1]) && number <= Number(range[2]);
  const [, sign, digits] = /^([<>]=?)?(\d{1,12})$/.exec(value) ?? [];
  if (digits === undefined) return undefined;
  const bound = Number(digits);
  switch (sign) {
    case ">":
      return (number) => number > bound;
    case ">=":
      return (number) => number >= bound;
    case "<":
      return (number) => number < bound;
    case "<=":
      return (number) => number <= bound;
    default:
      return (number) => number === bound;
  }
};

/** Matches a word anywhere in what the list shows of a request. */
const anywhere = (word: string): Test => {
  const wanted = word.toLowerCase();
  return (row) =>
    [row.id, row.provider, row.eventType, row.eventId, row.method, row.target, row.verdict.cause, row.source].some(
      (text) => text !== null && text.toLowerCase().includes(wanted),
    ) || String(row.status ?? "") === wanted;
};
