import { STATUS_CODES } from "node:http";

/** Statuses of servers that IANA does not list: IIS, nginx, ALB, Laravel, Cloudflare. */
const vendorStatuses = [
  419, 420, 440, 444, 449, 460, 463, 494, 495, 496, 497, 498, 499, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530,
  561, 598, 599,
];

const known = new Set(
  [...Object.keys(STATUS_CODES).map(Number), ...vendorStatuses].filter((code) => code >= 200 && code <= 599),
);

/** The code of a reason phrase: Django logs `Unauthorized: /path`. */
export const statusOfPhrase = (phrase: string): number | null =>
  Number(Object.entries(STATUS_CODES).find(([, text]) => text === phrase)?.[0] ?? 0) || null;

/** The status in a field's value: a number, or a string of its digits. */
export const statusOfValue = (value: unknown): number | null => {
  const number = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 100 && number <= 599 ? number : null;
};

/** `queue 100 -> 200`: an arrow between two numbers is a change, not a status. */
const numberBefore = /(?:^|\s)[\d.,:]{1,40}\s?[a-z%]{0,5}\s?$/;

/** Words before a number (group 1) that make it a status, and what must not precede them. */
const sayings: readonly { readonly pattern: RegExp; readonly unless?: RegExp }[] = [
  // HTTP/1.1" 401
  { pattern: /\bHTTP\/\d(?:\.\d)?"?\s{1,3}(\d{3})(?!\d)/g },
  // status=401, "statusCode": 401, status code 401, HTTP 401, response: 401, status -> 401
  {
    pattern:
      /(?<![A-Za-z0-9_])(?:(?:http|response|resp)?[ _-]?status(?:[ _-]?code)?|response(?:[ _-]?code)?|http(?:[ _-]?code| error)?)["'\])]{0,2}\s{0,2}(?:[:=]>?|->|→|\bis\b|\bwas\b)?\s{0,2}["'([]?(\d{3})(?!\d)/gi,
  },
  // responded with 401, returned HTTP status 401
  {
    pattern:
      /\b(?:return(?:ed|s|ing)?|respond(?:ed|s|ing)?|repl(?:ied|ies|ying)|answer(?:ed|s|ing)?|sent|sending|got)(?: (?:with|an?|the|http|status|code|error|back)){0,4} ?[:=]? ?["'(]?(\d{3})(?!\d)/gi,
  },
  {
    pattern:
      /\b(?:reject(?:ed|s|ing)?|refus(?:ed|es|ing)|fail(?:ed|s|ing)?|complet(?:ed|es)|finish(?:ed|es)) with(?: (?:an?|http|status|code|error)){0,4} ?[:=]? ?(\d{3})(?!\d)/gi,
  },
  // POST /hooks -> 401
  { pattern: /(?:->|=>|→) ?"?(\d{3})(?!\d)/g, unless: numberBefore },
  // POST /hooks 401
  {
    pattern:
      /\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s"?(?:\/|https?:\/\/)[^\s"]{0,2048}"?\s(?:-\s|\|\s)?(\d{3})(?!\d)/g,
  },
];

/** A status followed by its reason phrase, where a message may begin. */
const phrased = /(?:^|[:=>"'([,|-] {0,2}|\berror |\bcompleted )(\d{3}) ([A-Z][A-Za-z' -]{1,40})/gi;

/**
 * The status in a sentence: only if the words next to the number identify it as one, and it isn't a count, size, time,
 * or an expected or unrelated status.
 */
export const statusInText = (text: string): number | null => {
  for (const { pattern, unless } of sayings) {
    for (const match of text.matchAll(pattern)) {
      const status = Number(match[1]);
      const end = match.index + match[0].length;
      const before = text.slice(Math.max(0, match.index - 30), match.index);
      if (!known.has(status) || isCount(text.slice(end, end + 24)) || isHypothetical(before)) continue;
      if (unless?.test(before) !== true) return status;
    }
  }
  for (const match of text.matchAll(phrased)) {
    const status = Number(match[1]);
    if (match[2]?.startsWith(STATUS_CODES[status] ?? "\n") === true && known.has(status)) return status;
  }
  return null;
};

const units =
  /^\s?(?:%|ms|msecs?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|µs|us|ns|bytes?|b|kb|kib|mb|mib|gb|gib|k|x|of|out of|more|per)(?![\w-])/i;

/** Whether the text after a number makes it a count, size, duration or part of something longer. */
const isCount = (after: string): boolean => {
  if (/^(?:[\w%]|[.,/-]\w|:\d)/.test(after) || units.test(after)) return true;
  const [, noun] = /^ ([a-z]{3,20})(?![\w-])/.exec(after) ?? [];
  return noun !== undefined && /[^s]s$/.test(noun) && !/^(?:was|has|its|this)$/.test(noun);
};

/** Whether the words before a status make it an expected, past or unrelated one. */
const isHypothetical = (words: string): boolean => {
  // In `expected 200 but got 401`, only the words after "but" are about the 401.
  const before = words.slice(words.lastIndexOf(" but ") + 1);
  return (
    /[&?]$/.test(before) ||
    /\b(?:expect(?:ed|s|ing)?|should|must|would|could|might|if|unless|not|never|instead of|want(?:ed|s)?|requires?|until|exit(?:ed|s)?|previous(?:ly)?|last|retry(?:ing)? on)\b[^.;,]{0,20}$/i.test(
      before,
    )
  );
};
