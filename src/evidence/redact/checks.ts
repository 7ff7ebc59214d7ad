import type { Rule } from "./rules.ts";

/** Whether a pattern's match passes the rule's additional check: check digits, or whether the text looks random. */
export const passesCheck = (check: Rule["check"], text: string): boolean => {
  switch (check) {
    case undefined:
      return true;
    case "luhn": {
      const digits = text.replace(/\D/g, "");
      return luhn(digits) && (digits.length < text.length || isIssued(digits));
    }
    case "iban":
      return iban(text.replace(/[ -]/g, ""));
    case "spoken":
      return (
        !/^[1-5]\d\d$/.test(text) &&
        // `env:NAME`, as hookproof's own hints suggest, is only a reference to a secret.
        !/^env:[A-Z_][A-Z0-9_]{0,60}[.,;:)]?$/.test(text) &&
        !nonPasswordWords.has((/^\S+/.exec(text)?.[0] ?? "").toLowerCase().replace(/[^\p{L}\p{N}]{1,200}$/u, ""))
      );
    case "mixed":
      return /[0-9=+/_~.]/.test(text) || /[a-z][A-Z]/.test(text);
    case "dense":
      return !namedId.test(text) && looksRandom(text);
  }
};

/**
 * An id whose prefix names its type, as used by Stripe, Standard Webhooks and others: support needs it, and it grants
 * no access. Prefixes of keys and tokens are not included.
 */
const namedId =
  /^(?:acct|atmpt|ch|charge|cs|cus|del|delivery|dlv|dp|ep|event|evt|ii|il|in|inv|invoice|job|li|msg|order|pi|pm|po|price|prod|pyr|re|req|request|run|seti|si|sub|trace|tr|txn|we|wh|whe)_[A-Za-z0-9]{8,40}$/;

/** Checks the check digit (ISO/IEC 7812-1, annex B) and length of a card number. */
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
 * Whether the digits are in a card network's range (ISO/IEC 7812), so that a long counter is rarely mistaken for a card
 * number.
 */
const isIssued = (digits: string): boolean =>
  /^(?:4\d{15}|4\d{18}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|6(?:011|22\d|4[4-9]\d|5\d\d|[237]\d\d)\d{12}|5[06-8]\d{14}|62\d{14,17})$/.test(
    digits,
  );

/** Checks the length and check digits of an account number (ISO 13616; lengths from the IBAN registry). */
export const iban = (text: string): boolean => {
  if (ibanLengths.get(text.slice(0, 2)) !== text.length) return false;
  const digits = (text.slice(4) + text.slice(0, 4)).replace(/[A-Z]/g, (char) => String(char.charCodeAt(0) - 55));
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
};

const ibanLengths: ReadonlyMap<string, number> = new Map(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 " +
    "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 " +
    "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 " +
    "PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
  )
    .split(" ")
    .map((one) => [one.slice(0, 2), Number(one.slice(2))]),
);

/** Words after `password` in sentences that contain no password; any other word there is treated as one. */
const nonPasswordWords: ReadonlySet<string> = new Set(
  (
    "a about accepted access account admin after again all already an and any are as at attempt attempts auth authentication based " +
    "be been before but by can cannot change changed check checked code complexity confirmation confirmed correct could denied did do does " +
    "doesn don else empty encoded enforced entered entry error errors event expired expires expiry failed failure false field fields file for " +
    "form format forgotten from generated given grant had handler has hash hashed hashes hashing have header if ignored in incorrect input " +
    "invalid is isn it it's key leaked length less link login longer mail manager masked matched matches may mismatch missing must need " +
    "needed needs new no none not null of ok old on only option or page parameter passed policy prompt protected protection provided " +
    "received recovery redacted rejected removed request requested require required requirements requires reset resets rotated rotation rule " +
    "rules said saved security see seen sent service set should shown so store stored strength string succeeded success that the their " +
    "then this to token too true type undefined unknown unset update updated use used user username using valid validated validation value " +
    "verification verified verify via was wasn were when which will with without wrong you your"
  ).split(" "),
);

/**
 * Whether a text contains random base64 or base62: 16 or more characters of all three kinds, mostly different and often
 * changing kind. Hexadecimal ids, UUIDs, words and paths don't.
 */
const looksRandom = (text: string): boolean =>
  text.split(/[-_/]/).some((piece) => {
    if (piece.length < 16 || !/[a-z]/.test(piece) || !/[A-Z]/.test(piece) || !/\d/.test(piece)) return false;
    const chars = Array.from(piece);
    const changes = chars.filter((char, at) => at > 0 && kindOf(char) !== kindOf(chars[at - 1] ?? "")).length;
    return new Set(chars).size >= 10 && changes / chars.length > 0.3;
  });

const kindOf = (char: string): number => (/[a-z]/.test(char) ? 0 : /[A-Z]/.test(char) ? 1 : /\d/.test(char) ? 2 : 3);
