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
    name: "digest-response",
    class: "credential",
    pattern: String.raw`(?<![A-Za-z0-9])digest[ \t][^\r\n]{0,600}?response=\\*"?(?<value>[0-9a-f]{16,128})`,
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
    // A field of a multipart form, and of an HTML form: its name stands before its value.
    name: "secret",
    class: "credential",
    pattern: [
      String.raw`name=\\*["'](?:[\w.-]{0,40}(?:password|passwd|secret|token|api[_-]?key)|pwd|pin|otp)\\*["']`,
      String.raw`(?:[^\r\n]{0,200}(?:\r?\n|(?:\\+r)?\\+n)){1,5}?(?:\r?\n|(?:\\+r)?\\+n)(?<value>[^\r\n\\]{2,400})`,
    ].join(""),
  },
  {
    name: "secret",
    class: "credential",
    pattern: String.raw`name=\\*["'][\w.-]{0,40}(?:password|passwd|secret|token|api[_-]?key)\\*["'][^<>]{0,200}?value=\\*["'](?<value>[^"'\\]{2,400})`,
  },
  {
    name: "argument",
    class: "credential",
    pattern: String.raw`(?<![\w-])--(?:password|passwd|pass|token|secret|api-?key|client-secret|access-token|auth-token)(?:[ \t]+|=)\\*["']?(?<value>[^\s"'\\]{3,})`,
  },
  {
    name: "userinfo",
    class: "credential",
    pattern: String.raw`(?<![\w-])(?:-u|--user|--proxy-user)(?:[ \t]+|=)\\*["']?(?<value>[^\s"':\\]{1,100}:[^\s"'\\]+)`,
  },
  {
    name: "secret",
    class: "credential",
    pattern: String.raw`(?<![A-Za-z0-9])(?:api|secret|private|access|signing)[ -]key\\*["']?[ \t]*[:=][ \t]*\\*["']?(?<value>[^\s"',;\\]{4,})`,
  },
  {
    name: "secret",
    class: "credential",
    pattern: String.raw`<(?:[\w.-]{1,40}:)?[\w.-]{0,40}(?:password|passwd|secret|token|api-?key)(?:\s[^<>]{0,200})?>(?<value>[^<]{2,400})</`,
  },
  {
    name: "signature",
    class: "credential",
    pattern: String.raw`signature[\w-]{0,20}\\*["']?[ \t]*[:=][ \t]*\\*["']?(?:[a-z0-9]{2,8}=)?(?<value>[A-Za-z0-9+/_-]{32,}={0,2})`,
  },
  {
    name: "signature",
    class: "credential",
    pattern: String.raw`(?<![A-Za-z0-9@])(?:sha1|sha256|sha512|v0|v1)=(?<value>[0-9a-f]{40,128})(?![0-9a-f])`,
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
    keys: [
      "*password*",
      "*passwd*",
      "*passphrase*",
      "*passcode",
      "*passwort*",
      "*pwd",
      "pass",
      "dbpass",
      "dbpw",
      "userpass",
      "smtppass",
      "mysqlpass",
      "redispass",
      "httppass",
      "pw",
      "pin",
      "otp",
      "otpcode",
      "mfacode",
      "securitycode",
      "recoverycode*",
      "backupcode*",
    ],
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
      "*hmackey*",
      "*token",
      "*tokenvalue",
      "authtoken*",
      "tokens",
      "*sessid",
      "jsessionid",
      "connectsid",
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
