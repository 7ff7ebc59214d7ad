import type { Rule } from "./rules.ts";

const codeWords =
  "otp|totp|one[- ]time[- ](?:code|password|passcode|pin)|(?:verification|security|login|sign-?in|confirmation|access|auth|authentication|authorization|activation|2fa|mfa|sms|recovery|pin|your)[- ]code|passcode|einmalpasswort|pin|tan";

/** Rules for personal data. Each can be turned off by name. */
export const personalRules: readonly Rule[] = [
  {
    name: "email",
    class: "personal",
    pattern: String.raw`(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]{1,128}(?:@|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}`,
    keys: ["*email", "*emailaddress", "mail"],
    headers: ["from"],
  },
  {
    name: "otp",
    class: "credential",
    pattern: String.raw`(?<![\p{L}\p{N}_-])(?:${codeWords})\\{0,4}["']?(?:[ \t]{1,3}for[ \t]{1,3}\S{1,80})?(?:[ \t]{0,2}(?:is|was|ist|lautet|=>|[:=]))?[ \t]{0,2}:?[ \t]{0,2}\\{0,4}["']?(?<value>(?:[A-Z]-)?\d{3}[ -]?\d{1,5}|\d{2}(?:[ -]\d{2}){2,3}|[A-Z0-9]{2,4}-[A-Z0-9]{2,4})(?![\p{L}\p{N}_]|[.:]\d)`,
    keys: ["otp", "*otpcode", "totp", "mfacode", "securitycode", "verificationcode", "smscode", "onetime*"],
  },
  {
    name: "otp",
    class: "credential",
    pattern: String.raw`(?<![\p{L}\p{N}_.:-])(?<value>(?:[A-Z]-)?\d{3}[ -]?\d{1,5})[ \t](?:is|ist)[ \t](?:your|the|ihr|dein)[ \t](?:[\p{L}-]{1,20}[ \t]){0,3}(?:code|otp|pin|passcode|password|tan)`,
  },
  {
    name: "phone",
    class: "personal",
    pattern: String.raw`(?<![\p{L}\p{N}_+.:/-])(?:\+|%2B|00(?=[1-9]\d[ -]))(?=[1-9])(?:[ ().-]{0,2}\d){8,15}(?![\p{L}\p{N}_])`,
    keys: ["*phone", "*phonenumber", "mobile", "msisdn", "*telephone", "fax"],
  },
  {
    name: "phone",
    class: "personal",
    pattern: String.raw`(?<![\p{L}\p{N}_.:/-])(?:1[ .-])?(?:\([2-9]\d{2}\)[ -]?|[2-9]\d{2}-)[2-9]\d{2}[ .-]\d{4}(?![\p{L}\p{N}_]|[.:-]\d)`,
  },
  {
    name: "phone",
    class: "personal",
    pattern: String.raw`(?<![\p{L}\p{N}_])(?:phone|telephone|tel|mobile|cell|fax|sms|whatsapp|msisdn|handy|telefon|dial|caller)\\{0,4}["']?(?:[ \t](?:number|no|nr|is|to|at|from)\b\.?){0,2}[ \t]{0,2}[:=#]?[ \t]{0,2}\\{0,4}["']?(?<value>[+(]{0,2}\d(?:[ ()./-]{0,2}\d){6,14})(?![\p{L}\p{N}_])`,
  },
  {
    name: "iban",
    class: "personal",
    pattern: String.raw`(?<![\p{L}\p{N}_])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![\p{L}\p{N}_])`,
    caseSensitive: true,
    check: "iban",
    keys: ["iban"],
  },
  {
    name: "ssn",
    class: "personal",
    pattern: String.raw`(?<![\p{L}\p{N}_.-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\p{L}\p{N}_]|[.-][\p{L}\p{N}])`,
    keys: ["ssn", "socialsecurity*", "nationalid*"],
  },
  {
    name: "ssn",
    class: "personal",
    pattern: String.raw`(?<![\p{L}\p{N}_])(?:ssn|social security(?: number| no\.?)?)\\{0,4}["']?(?:[ \t]is)?[ \t]{0,2}[:=#]?[ \t]{0,2}\\{0,4}["']?(?<value>\d{3}[ -]?\d{2}[ -]?\d{4})(?![\p{L}\p{N}_])`,
  },
  {
    name: "username",
    class: "personal",
    // Environment variables such as `DB_USER=`: a user name is half of the login.
    pattern: String.raw`(?<![A-Za-z0-9_])[A-Z][A-Z0-9_]{0,60}_(?:USER|USERNAME|LOGIN|UID)[ \t]{0,2}=[ \t]{0,2}(?<value>\\{0,4}"[^"\r\n]{1,300}"|\\{0,4}'[^'\r\n]{1,300}'|[^\s"'\\;&,]{1,300})`,
    caseSensitive: true,
  },
  {
    name: "person",
    class: "personal",
    keys: [
      "firstname",
      "lastname",
      "fullname",
      "middlename",
      "surname",
      "street*",
      "address*",
      "*postalcode",
      "zip",
      "birth*",
      "dateofbirth",
      "dob",
      "taxid",
      "passport*",
    ],
  },
];
