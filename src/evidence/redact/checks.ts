import type { Rule } from "./rules.ts";

/** Whether a match of a rule's pattern is one: check digits, and how machine-made the text looks. */
export const passes = (check: Rule["check"], text: string): boolean => {
  switch (check) {
    case undefined:
      return true;
    case "luhn":
      return luhn(text.replace(/\D/g, ""));
    case "mixed":
      return /[0-9=+/_~.]/.test(text) || /[a-z][A-Z]/.test(text);
    case "dense":
      return !namedId.test(text) && isDense(text);
  }
};

/**
 * An id with a prefix that tells what it is the id of, as Stripe, Standard Webhooks and their kin make
 * them: support needs it, and nothing is opened with it. Prefixes of keys and tokens are not among them.
 */
const namedId =
  /^(?:acct|atmpt|ch|charge|cs|cus|del|delivery|dlv|dp|ep|event|evt|ii|il|in|inv|invoice|job|li|msg|order|pi|pm|po|price|prod|pyr|re|req|request|run|seti|si|sub|trace|tr|txn|we|wh|whe)_[A-Za-z0-9]{8,40}$/;

/** The check digit of card numbers (ISO/IEC 7812-1, annex B), and their length. */
export const luhn = (digits: string): boolean => {
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1+$/.test(digits)) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

/**
 * Random text in base64 or base62: a stretch of 16 or more with all three kinds of characters, many
 * different ones, changing often. Hexadecimal ids, UUIDs, words and paths have none.
 */
const isDense = (text: string): boolean =>
  text.split(/[-_/]/).some((piece) => {
    if (piece.length < 16 || !/[a-z]/.test(piece) || !/[A-Z]/.test(piece) || !/\d/.test(piece)) return false;
    const chars = Array.from(piece);
    const changes = chars.filter((char, at) => at > 0 && kindOf(char) !== kindOf(chars[at - 1] ?? "")).length;
    return new Set(chars).size >= 10 && changes / chars.length > 0.3;
  });

const kindOf = (char: string): number => (/[a-z]/.test(char) ? 0 : /[A-Z]/.test(char) ? 1 : /\d/.test(char) ? 2 : 3);
