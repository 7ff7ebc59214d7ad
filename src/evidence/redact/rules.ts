import type { Infer } from "../../values/infer.ts";
import { commandRules } from "./rules-commands.ts";
import { personalRules } from "./rules-personal.ts";
import type { ruleSchema } from "./rules-file.ts";

/** What to mask, as data. The built-in rules and a user's rules file have the same structure. */
export type Rule = Infer<typeof ruleSchema>;

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
  String.raw`(?:glrt|gldt|glcbt|PMAK|ATATT3x|sq0(?:atp|csp)|dapi|key)-?[A-Za-z0-9_=-]{24,}`,
  String.raw`(?:hf|gsk|dop_v1|doo_v1|sbp|rnd|lin_api|figd|dckr_pat|sntrys|rubygems|nvapi|tfp|fo1|sk_prod|pscale_tkn|ddp)_[A-Za-z0-9_=-]{16,}`,
  String.raw`pypi-[A-Za-z0-9_-]{24,}`,
  String.raw`LTAI[A-Za-z0-9]{12,24}`,
  String.raw`SK[0-9a-f]{32}`,
  String.raw`AGE-SECRET-KEY-1[A-Z0-9]{40,}`,
  String.raw`EAA[A-Za-z0-9]{40,}`,
  String.raw`apex_key_[A-Za-z0-9_-]{4,}`,
].join("|");

/** URLs that let anyone who has them post: the part after the well-known prefix is the credential. */
const webhookUrls = [
  String.raw`hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)`,
  String.raw`discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks`,
  String.raw`[\w-]{1,63}\.webhook\.office\.com/webhookb2`,
  String.raw`outlook\.office(?:365)?\.com/webhook`,
  String.raw`chat\.googleapis\.com/v1/spaces`,
  String.raw`(?:webexapis|api\.ciscospark)\.com/v1/webhooks/incoming`,
  String.raw`hooks\.zapier\.com/hooks/(?:catch|standard)`,
  String.raw`maker\.ifttt\.com/(?:trigger/[\w-]{1,80}/(?:json/)?with/key|use)`,
  String.raw`hook\.(?:[\w-]{2,8}\.)?(?:make|integromat)\.com`,
  String.raw`(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook`,
  String.raw`pagerduty\.com/integration`,
  String.raw`/api/v\d{1,2}/chat\.postMessage/hooks`,
].join("|");

const lineBreak = String.raw`(?:\r?\n|(?:\\{1,8}r)?\\{1,8}n)`;

/** The built-in rules, in the order they are applied to text. */
export const builtInRules: readonly Rule[] = [
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
    name: "webhook-url",
    class: "credential",
    pattern: String.raw`(?:${webhookUrls})(?:/|\\{1,4}/|%2F)(?<value>[^\s"'<>?#]{4,500})`,
  },
  // A bot's token is in the path of each API call.
  {
    name: "webhook-url",
    class: "credential",
    pattern: String.raw`/bot(?<value>\d{5,12}(?::|%3A)[A-Za-z0-9_-]{20,60})`,
  },
  // Mattermost and Rocket.Chat are self-hosted, so any host can occur.
  {
    name: "webhook-url",
    class: "credential",
    pattern: String.raw`/hooks/(?<value>[a-z0-9]{26}|[A-Za-z0-9]{15,30}/[A-Za-z0-9]{20,80})(?![A-Za-z0-9])`,
  },
  {
    // Data store URLs have no @ in the path; an @ there belongs to a password that wasn't encoded.
    name: "userinfo",
    class: "credential",
    pattern: String.raw`(?<![A-Za-z0-9])(?!https?:|wss?:|ssh:|git:)[a-z][a-z0-9+.-]{1,20}://(?<value>[^\s"'<>]{1,256})@(?=[\w[])`,
  },
  {
    name: "userinfo",
    class: "credential",
    pattern: String.raw`(?<![A-Za-z0-9])[a-z][a-z0-9+.-]{1,20}://(?!git@)(?<value>[^\s/?#"'<>]{1,256})@`,
  },
  {
    // A field of a multipart or HTML form: its name precedes its value.
    name: "secret",
    class: "credential",
    pattern: [
      String.raw`name=\\*["'](?:[\w.-]{0,40}(?:password|passwd|secret|token|api[_-]?key)|pwd|pin|otp)\\*["']`,
      // A backslash within a line only counts before a quote. Otherwise it could also be part of a line break, which
      // would make the search much slower.
      String.raw`(?:(?:[^\r\n\\]|\\{1,8}["']){0,200}${lineBreak}){1,5}?${lineBreak}(?<value>[^\r\n\\]{2,400})`,
    ].join(""),
  },
  {
    name: "secret",
    class: "credential",
    pattern: String.raw`name=\\*["'][\w.-]{0,40}(?:password|passwd|secret|token|api[_-]?key)\\*["'][^<>]{0,200}?value=\\*["'](?<value>[^"'\\]{2,400})`,
  },
  ...commandRules,
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
    name: "secret",
    class: "credential",
    // Android's resources, and Apple's property lists.
    pattern: String.raw`(?:name=\\*["'][\w.-]{0,40}(?:password|passwd|secret|token|api_?key)\\*["'][^<>]{0,200}>|<key>[\w .-]{0,40}(?:password|passwd|secret|token|api_?key)</key>\s{0,40}<string>)(?<value>[^<]{2,400})<`,
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
      "*passwrd*",
      "*kennwort*",
      "dbpass",
      "dbpw",
      "userpass",
      "smtppass",
      "mysqlpass",
      "redispass",
      "httppass",
      "pw",
      "pin",
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
      "*accountkey*",
      "*sharedkey*",
      "*masterkey*",
      "*storagekey*",
      "*authkey*",
      "*subscriptionkey*",
      "*webhookurl",
      "*keydata",
      "*connectionstring*",
      "requirepass",
      "masterauth",
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
    pattern: String.raw`(?<![\p{L}\p{N}_.+-])(?<!id\\{0,4}["']?[:=] ?\\{0,4}["']?)[2-6]\d{3}(?:[ -]?\d){9,15}(?!-?[\p{L}\p{N}_])`,
    check: "luhn",
    keys: ["cardnumber", "pan", "cvv", "cvc", "cvv2"],
  },
  ...personalRules,
  {
    name: "random",
    class: "credential",
    pattern: String.raw`(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,4096}={0,2}(?![A-Za-z0-9+/_=-])`,
    check: "dense",
  },
];
