/**
 * `credential` is masked always; `personal` is masked unless the user asks for the body in full, and
 * then only inside that body.
 */
export type RuleClass = "credential" | "personal";

/** What to mask, as data: the built-in rules and a user's own file have the same form. */
export interface Rule {
  /** Lower-case words; it stands in the token: `[redacted:email:7f3a]`. */
  readonly name: string;
  readonly class: RuleClass;
  /**
   * Source of a regular expression (flags `giu`) over any text. Where it has a group named `value`, only
   * that part is masked.
   */
  readonly pattern?: string;
  /** A match must also pass this. `luhn`: a card number's check digit. `dense`: looks made by a machine. */
  readonly check?: "luhn" | "dense" | "mixed";
  /** Names in JSON, forms, queries and `key=value` logs, compared without case, `-`, `_` and blanks; `*` stands for anything. */
  readonly keys?: readonly string[];
  /** Header names, in any case; `*` stands for anything. */
  readonly headers?: readonly string[];
}

/** Names whose values may be shown: what support needs to find its way. */
export interface Allowed {
  readonly headers: readonly string[];
  readonly keys: readonly string[];
}

const apiKeys = [
  String.raw`[srp]k_(?:live|test)_[A-Za-z0-9]{6,}`,
  String.raw`sk-(?:[a-z]+-)*[A-Za-z0-9_-]{16,}`,
  String.raw`whs[ek]c?_[A-Za-z0-9+/_-]{6,}={0,2}`,
  String.raw`gh[pousr]_[A-Za-z0-9]{16,}`,
  String.raw`github_pat_[A-Za-z0-9_]{16,}`,
  String.raw`glpat-[A-Za-z0-9_-]{12,}`,
  String.raw`xox[a-z]-[A-Za-z0-9-]{8,}`,
  String.raw`xapp-[A-Za-z0-9-]{8,}`,
  String.raw`(?:AKIA|ASIA)[0-9A-Z]{16}`,
  String.raw`AIza[0-9A-Za-z_-]{30,}`,
  String.raw`ya29\.[0-9A-Za-z_-]{16,}`,
  String.raw`SG\.[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{12,}`,
  String.raw`shp(?:at|ss|ca|pa)_[A-Za-z0-9]{16,}`,
  String.raw`npm_[A-Za-z0-9]{24,}`,
  String.raw`pat-(?:na|eu)\d-[0-9a-f-]{30,}`,
  String.raw`patv1_[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_~+/=-]+)?`,
  String.raw`apex_key_[A-Za-z0-9_-]{4,}`,
].join("|");

const pemName = "[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?";
// Line breaks inside a key: real ones, and the two characters `\n` of a JSON string or an environment file.
const pemBreak = String.raw`(?:\s|\\{1,2}[rn])`;

/** In the order in which they are applied to text. */
export const builtInRules: readonly Rule[] = [
  {
    name: "private-key",
    class: "credential",
    pattern: [
      `-----BEGIN ${pemName}-----(?:${pemBreak}|(?:Proc-Type|DEK-Info|Version|Comment):[^\\n]{0,200}|[A-Za-z0-9+/]{16,}={0,2})*`,
      // The key's last, short line, where the text ends or the END line follows.
      `(?:[A-Za-z0-9+/]{1,76}={0,2}(?:(?=[\r\n]|\\\\[rn]|$)|${pemBreak}*(?=-----END)))?${pemBreak}*(?:-----END ${pemName}-----)?`,
      `|(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{16,100}={0,2}${pemBreak}+)*[A-Za-z0-9+/]{1,76}={0,2}${pemBreak}*-----END ${pemName}-----`,
    ].join(""),
  },
  {
    name: "jwt",
    class: "credential",
    pattern: String.raw`(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*){0,3}`,
  },
  { name: "api-key", class: "credential", pattern: `(?<![A-Za-z0-9])(?:${apiKeys})` },
  {
    name: "authorization",
    class: "credential",
    pattern: String.raw`(?<![A-Za-z0-9])(?:bearer|basic|negotiate|apikey)[ \t]+(?<value>[A-Za-z0-9._~+/=-]{8,})`,
    check: "mixed",
    headers: ["authorization", "proxy-authorization", "x-api-key", "x-auth-*", "*-token", "*-secret", "*-api-key"],
    keys: ["authorization", "proxyauthorization"],
  },
  {
    name: "cookie",
    class: "credential",
    pattern: String.raw`(?<![A-Za-z0-9])(?:set-)?cookie2?["']?\s*[:=]\s*["']?(?<value>[^"'\r\n]{2,})`,
    headers: ["cookie", "set-cookie"],
    keys: ["*cookie*"],
  },
  {
    name: "userinfo",
    class: "credential",
    pattern: String.raw`(?<![A-Za-z0-9])[a-z][a-z0-9+.-]{1,20}://(?<value>[^\s/@:?#"'<>]{0,128}:[^\s/@?#"'<>]{1,256})@`,
  },
  {
    name: "signature",
    class: "credential",
    headers: ["*signature*"],
    keys: ["signature", "sig", "hmac", "xamzsignature", "xamzsecuritytoken"],
  },
  {
    name: "password",
    class: "credential",
    keys: ["*password*", "*passwd*", "*passphrase*", "*passcode", "pwd", "*pwd", "pin", "otp", "mfacode", "pass"],
  },
  {
    name: "secret",
    class: "credential",
    keys: [
      "*secret*",
      "*apikey*",
      "*accesskey*",
      "*privatekey*",
      "*signingkey*",
      "*encryptionkey*",
      "*credential*",
      "*token",
      "tokens",
      "session",
      "sessionid",
      "sid",
      "csrf*",
      "xsrf*",
      "auth",
      "jwt",
      "bearer",
    ],
  },
  {
    name: "card",
    class: "credential",
    pattern: String.raw`(?<![\p{L}\p{N}_.+-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\p{L}\p{N}_])`,
    check: "luhn",
    keys: ["cardnumber", "pan", "cvv", "cvc", "cvv2"],
  },
  {
    name: "email",
    class: "personal",
    pattern: String.raw`(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]{1,128}(?:@|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}`,
    keys: ["*email", "*emailaddress", "mail"],
    headers: ["from"],
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
      "*phone",
      "*phonenumber",
      "mobile",
      "street*",
      "address*",
      "*postalcode",
      "zip",
      "birth*",
      "dateofbirth",
      "dob",
      "ssn",
      "iban",
      "taxid",
      "passport*",
    ],
  },
  {
    name: "random",
    class: "credential",
    pattern: String.raw`(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,4096}={0,2}(?![A-Za-z0-9+/_=-])`,
    check: "dense",
  },
];

/** Headers and keys that are shown besides those that the platform's profile names. */
export const builtInAllowed: Allowed = {
  headers: [
    "host",
    "content-type",
    "content-length",
    "content-encoding",
    "content-digest",
    "transfer-encoding",
    "user-agent",
    "date",
    "server",
    "via",
    "accept",
    "accept-encoding",
    "accept-language",
    "connection",
    "keep-alive",
    "expect",
    "te",
    "trailer",
    "upgrade",
    "allow",
    "location",
    "retry-after",
    "cache-control",
    "vary",
    "age",
    "www-authenticate",
    "x-powered-by",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-request-id",
    "x-correlation-id",
    "x-amzn-trace-id",
    "traceparent",
    "cf-ray",
    "strict-transport-security",
    "*-event",
    "*-event-type",
    "*-event-id",
    "*-topic",
    "*-attempt",
    "*-retry-num",
    "*-retry-reason",
    "*-delivery",
    "*-delivery-id",
    "*-webhook-id",
    "*-timestamp",
    "*-api-version",
    "*-signature-version",
  ],
  keys: [
    "id",
    "type",
    "event",
    "eventid",
    "eventtype",
    "attempt",
    "status",
    "statuscode",
    "version",
    "page",
    "limit",
    "time",
    "timestamp",
    "ts",
    "date",
    "occurredat",
    "createdat",
    "challengetype",
  ],
};
