import type { Rule } from "./rules.ts";

const quoted = String.raw`\\{0,4}"[^"\r\n]{1,300}"|\\{0,4}'[^'\r\n]{1,300}'`;
/** A shell word, or a quoted string (with escaped quotes too, as in JSON). */
const word = String.raw`${quoted}|(?:[^\s"'\\]|\\[$!&*()#|;<>{}~?]){1,300}`;
const value = `(?<value>${word})`;
/** Spaces, or the `","` between the arguments of a list. */
const apart = String.raw`(?:[ \t]{1,4}|\\{0,4}["'][ \t]{0,2},[ \t]{0,2}(?=\\{0,4}["']))`;
/** What may be between a command's name and its option: no other command and no line break. */
const between = String.raw`\b[^\r\n|;]{0,300}?(?<=[\s"'])`;

const longNames =
  "[A-Za-z0-9-]{0,40}(?:pass|passwd|password|passphrase|passcode|token|secret|api-?key)|(?:[A-Za-z0-9-]{1,40}-)?(?:pw|pwd|access-?key|private-?key|auth|credential|credentials|psk)";

/** Passwords as arguments: of commands, of protocols, and in sentences. */
export const commandRules: readonly Rule[] = [
  {
    name: "argument",
    class: "credential",
    pattern: String.raw`(?<![\w-])--?(?:${longNames})(?:=|${apart})${value}`,
    check: "spoken",
  },
  {
    name: "argument",
    class: "credential",
    pattern: String.raw`(?<![\w-])(?:sshpass|mysql\w{0,12}|mariadb[\w-]{0,12}|mongo\w{0,12}|cqlsh|7za?|(?:docker|podman|nerdctl|helm|oras|crane|skopeo|buildah|oc|cf|az|registry|npm|doctl|aws)${between}login)${between}-p(?:=|${apart})?${value}`,
    caseSensitive: true,
  },
  {
    name: "argument",
    class: "credential",
    pattern: String.raw`(?<![\w-])(?:sqlcmd|bcp|zip|unzip|mosquitto_\w{3,4}|isql)${between}-P(?:=|${apart})?${value}`,
    caseSensitive: true,
  },
  {
    name: "argument",
    class: "credential",
    pattern: String.raw`(?<![\w-])(?:redis-cli|keydb-cli|valkey-cli)${between}-a(?:=|${apart})${value}`,
    caseSensitive: true,
  },
  {
    name: "argument",
    class: "credential",
    pattern: String.raw`(?<![\w-])ldap(?:search|add|modify|delete|whoami|passwd|compare)${between}-w(?:=|${apart})?${value}`,
    caseSensitive: true,
  },
  {
    name: "argument",
    class: "credential",
    // openssl's -pass, -passin and -passout.
    pattern: String.raw`(?<![\w-])-pass(?:in|out)?${apart}\\{0,4}["']?pass:${value}`,
  },
  {
    name: "userinfo",
    class: "credential",
    pattern: String.raw`(?<![\w-])(?:-u|-U|--user|--proxy-user)(?:=|${apart})?\\{0,4}["']?(?<value>[^\s"':%=\\-][^\s"':%\\]{0,100}[:%][^\s"'\\]{1,300})`,
  },
  {
    name: "argument",
    class: "credential",
    // Redis, also as MONITOR and client libraries print it: "AUTH" "user" "password".
    pattern: String.raw`(?<![\w-])(?:AUTH|HELLO[ \t]\d[ \t]AUTH)(?:\\{0,4}["'])?[ \t,]{1,4}(?<value>(?:${quoted})(?:[ \t,]{1,4}(?:${quoted}))?|[^\s"'\\,]{1,300}(?:[ \t]{1,2}[^\s"'\\,([]{3,300})?)`,
    check: "spoken",
    caseSensitive: true,
  },
  {
    name: "argument",
    class: "credential",
    // PASS of FTP, POP3 and IRC; LOGIN of IMAP; passwords in SQL.
    pattern: String.raw`(?<![\w-])(?:PASS|LOGIN[ \t]{1,4}\S{1,100}|(?:IDENTIFIED[ \t]{1,4}(?:WITH[ \t]{1,4}\S{1,60}[ \t]{1,4})?BY|PASSWORD)(?:[ \t]{1,4}PASSWORD)?)[ \t]{1,4}${value}`,
    check: "spoken",
    caseSensitive: true,
  },
  {
    name: "argument",
    class: "credential",
    // Windows options, such as cmdkey's /pass:x.
    pattern: String.raw`(?<!\S)/(?:pass|password|pwd)(?::|[ \t]{1,3})${value}`,
    check: "spoken",
  },
  {
    name: "argument",
    class: "credential",
    pattern: String.raw`(?<![\w-])(?:configure set|config set|setenv|set|export|CONFIG SET)[ \t]{1,3}(?:[\w./:-]{0,60}(?:secret|passw|pass|token|apikey|api_key|access_key|auth)[\w.-]{0,30})(?:[ \t]{1,3})${value}`,
    check: "spoken",
  },
  {
    name: "argument",
    class: "credential",
    pattern: String.raw`(?<![\w-])(?:requirepass|masterauth|(?:add_user|change_password)[ \t]{1,3}\S{1,80}|htpasswd[ \t]{1,3}-(?:\w{0,4}n\w{0,4}b|\w{0,4}b\w{0,4}n|[ac-mo-z]{0,4}b[ac-mo-z]{0,4}[ \t]{1,3}\S{1,200})[ \t]{1,3}\S{1,80}|vault[ \t]{1,3}login|ConvertTo-SecureString(?:[ \t]{1,3}-String)?)[ \t]{1,3}(?!-)${value}`,
    check: "spoken",
  },
  {
    name: "argument",
    class: "credential",
    pattern: String.raw`(?<![\w-])echo[ \t]{1,3}(?:-n[ \t]{1,3})?${value}[ \t]{0,3}\|[^|\r\n]{0,200}(?:-stdin|passwd|sudo[ \t]{1,3}-S)`,
  },
  {
    name: "userinfo",
    class: "credential",
    // Oracle: user/password@database.
    pattern: String.raw`(?<![\w-])(?:(?:sqlplus|expdp|impdp|sqlldr)(?:[ \t]{1,3}-\w{1,3}){0,3}[ \t]{1,3}|thin:)(?<value>[\w$#]{1,60}/[^\s@"']{1,200})`,
  },
  {
    name: "password",
    class: "credential",
    // PostgreSQL's .pgpass: host:port:database:user:password.
    pattern: String.raw`(?<![\w:.-])[\w.*-]{1,200}:(?:\d{4,5}|\*):[\w*-]{1,80}:[\w*-]{1,80}:(?<value>[^\s:"'<]{3,200})(?![^\s"'<])`,
  },
  {
    name: "password-hash",
    class: "credential",
    pattern: String.raw`\$(?:apr1|1|2[abxy]|5|6|y|7|argon2(?:id|i|d)|pbkdf2[\w-]{0,20}|scrypt)\$[^\s"':,;\\]{8,300}`,
  },
  {
    name: "password",
    class: "credential",
    // In sentences, and in .netrc files.
    pattern: String.raw`(?:(?<![\w-])|(?<=\\[nrt]))(?:pass ?words?|passwd|passphrase|passcode|passwort|kennwort|pwd)(?:[ \t]{1,3}for[ \t]{1,3}\S{1,80})?(?:[ \t]{1,3}(?:is|was|are|to|ist|lautet|set to|changed to|changed from))?[ \t]{0,2}:?[ \t]{1,3}(?![-:]{0,2}[=>]|[:|,;)(])${value}`,
    check: "spoken",
  },
  {
    name: "secret",
    class: "credential",
    pattern: String.raw`(?<![\w-])(?:secret|token|key|credentials?)(?:[ \t]{1,3}for[ \t]{1,3}\S{1,80})?[ \t]{1,3}(?:is|was|ist|set to|changed to)[ \t]{0,2}:?[ \t]{1,3}${value}`,
    check: "mixed",
  },
  {
    name: "secret",
    class: "credential",
    // Environment variables whose names no other rule matches.
    pattern: String.raw`(?<![A-Za-z0-9_])[A-Z][A-Z0-9_]{0,60}_(?:PASS|PW|AUTH|KEY|CREDS?|PSK|SALT|SEED|DSN|PAT|SASL|JWT|CONN|URI)[ \t]{0,2}=[ \t]{0,2}${value}`,
    caseSensitive: true,
  },
  {
    name: "secret",
    class: "credential",
    // Connection strings, whose values may contain spaces.
    pattern: String.raw`(?<![\w-])(?:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature)[ \t]{0,2}=[ \t]{0,2}(?<value>[^\s;"'\r\n][^;"'\r\n]{0,300})(?=;)`,
  },
];

const shortOptions = commandRules.flatMap(({ name, pattern }) =>
  name === "argument" && pattern !== undefined && /-[pPaw]\(\?:=/.test(pattern) ? [new RegExp(`${pattern}$`, "u")] : [],
);

/** Whether a password follows these words of a command line: `["sshpass", "-p"]`. */
export const takesPassword = (words: readonly string[]): boolean => {
  const line = `${words.map((one) => one.replace(/[\s"'|;\\]/g, "_")).join(" ")} x`;
  return shortOptions.some((option) => option.test(line));
};
