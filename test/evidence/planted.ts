import { createHash } from "node:crypto";
import { redactFile } from "../../src/evidence/redact/file.ts";
import type { FileKind } from "../../src/evidence/redact/file.ts";
import { makeRedactor } from "../../src/evidence/redact/redactor.ts";
import { Secret } from "../../src/values/secret.ts";

/** A secret that looks as machines make them, the same for the same number. */
export const planted = (number: number): string => {
  const digest = createHash("sha256").update(`planted ${number}`).digest("base64url").replace(/[-_]/g, "x");
  return `S3c${number}x${digest.slice(0, 20)}`;
};

/** Numbers that look random, the same for the same seed. */
export const random = (seed: number) => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const from = (letters: string, length: number): string =>
    Array.from({ length }, () => letters[below(letters.length)]).join("");
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => {
    const one = list[below(list.length)];
    if (one === undefined) throw new Error("nothing to pick from");
    return one;
  };
  return { below, from, pick };
};
type Random = ReturnType<typeof random>;

const lower = "abcdefghijkmnpqrstuvwxyz";
const hex = "0123456789abcdef";
const alphanumeric = `${lower}${lower.toUpperCase()}23456789`;

/** Passwords as people and machines choose them. */
const password = (dice: Random): string =>
  dice.pick<() => string>([
    () => `${dice.from(lower, 5)}-${dice.from(lower, 4)}-${dice.from(lower, 3)}`,
    () => dice.from(alphanumeric, 8 + dice.below(30)),
    () => dice.from(hex, 32),
    () => `${dice.from(lower, 6)}${dice.below(100)}`,
    () => `${dice.from(alphanumeric, 6)}+${dice.from(alphanumeric, 6)}/${dice.from(alphanumeric, 5)}`,
    () => dice.from(lower, 9),
  ])();
/** Without a mark that a URL would have to encode. */
const plainPassword = (dice: Random): string => password(dice).replace(/[+/]/g, "x");
const word = (dice: Random): string => dice.from(lower, 6);

/** How a log, a file or a command shows a secret that nobody told hookproof: `$` is where it stands. */
const shapes: Readonly<Record<string, readonly string[]>> = {
  "header list": [
    '{"headers":[["x-api-key","$"]]}',
    '{"headers":[["host","a.example"],["X-Auth-Token","$"]]}',
    '{"headers":[{"key":"X-Api-Key","value":"$"}]}',
    '{"headers":[{"value":"$","name":"Authorization"}]}',
    '{"request":{"headers":[{"name":"X-Api-Key","value":"$"},{"name":"Host","value":"a"}]}}',
    '{"rawHeaders":["Host","x","X-Api-Key","$"]}',
    '{"multiValueHeaders":{"X-Api-Key":["$"]}}',
    '{"headers":{"x-whatever-it-is":"$"}}',
    '{"headers":{"x-api-key":[{"key":"X-Api-Key","value":"$"}]}}',
    "headers: { 'x-api-key': '$', host: 'x' }",
    "rawHeaders: [ 'Host', 'x', 'X-Api-Key', '$' ]",
    "[(b'host', b'x'), (b'x-api-key', b'$')]",
    "{ name: 'X-Api-Key', value: '$' }",
    "map[Host:[x] X-Api-Key:[$]]",
    "{host=[x], x-api-key=[$]}",
    '{"headers":[["x-api-key","$"',
    '{"name":"X-Api-Key","value":"$"',
    '{\\"headers\\":[[\\"x-api-key\\",\\"$\\"]]}',
    '{\\"name\\":\\"X-Api-Key\\",\\"value\\":\\"$\\"}',
    "X-Api-Key: $",
  ],
  url: [
    "redirect https://h.example/cb#access_token=$",
    "redirect https://h.example/cb#state=1&id_token=$&x=y",
    "GET /cb?code=$&state=ok",
    "https://a.example/x?token=$",
    "redis://$@cache.local:6379/0",
    "postgres://app:$@db.local/x",
    "amqp://guest:$@mq.local:5672/%2f",
    "https://user:$@git.example/x.git",
    "mongodb+srv://app:$@cluster0.example/db",
  ],
  assignment: [
    "[password] => $",
    "[api_key] => $",
    "$_POST['password'] = '$'",
    "DB_PASSWORD=$",
    'password="$"',
    "password = $",
    "'password': '$'",
    '"password" : "$"',
    ':password=>"$"',
    "{password=$, user=x}",
    'password := "$"',
    "client_secret: $",
    "X-Auth-Token: $",
    "PGPASSWORD=$ psql",
    "SMTP_PASS=$",
    "REDIS_AUTH=$",
    "STRIPE_KEY=$",
    "DB_USER=$",
    "--from-literal=password=$",
    "https://a.example/ password=$",
    "at=https://a:password=$",
  ],
  "connection string": [
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=$;EndpointSuffix=x",
    "AccountKey=$;EndpointSuffix=x",
    "Endpoint=sb://x.example/;SharedAccessKeyName=Root;SharedAccessKey=$",
    "Server=db;Database=x;User Id=sa;Password=$;",
    "Server=db;Uid=sa;Pwd=$;Encrypt=yes",
    "host=db user=app password=$ dbname=x",
  ],
  configuration: [
    "//registry.npmjs.org/:_authToken=$",
    '["password"]=> string(9) "$"',
    's:8:"password";s:9:"$";',
    '{<<"password">>,<<"$">>}',
    '<string name="db_password">$</string>',
    "<key>password</key><string>$</string>",
    "requirepass $",
    "db.example:5432:app:bob:$",
    "jdbc:oracle:thin:scott/$@db:1521/x",
    "client-key-data: $",
    "User(name='bob', password='$')",
    "&{User:bob Password:$}",
    '#<User password: "$">',
    "bob:$2b$10$$",
  ],
  netrc: [
    "machine h.example login u password $",
    "default login anonymous password $",
    "machine h\tlogin u\tpassword $",
  ],
  command: [
    "sshpass -p $ ssh -p 22 host",
    "sshpass -p$ ssh host",
    "sshpass -p '$' ssh host",
    "mysql -u root -p$ db",
    "mysqldump --user=root --password=$ db",
    "docker login -u ci -p $ registry.example",
    "docker login registry.example --username ci --password $",
    "redis-cli -h cache -a $ ping",
    "sqlcmd -S db -U sa -P $",
    "ldapsearch -x -D cn=admin -w $ -b dc=x",
    "curl -u admin:$ https://a.example",
    "curl -uadmin:$ https://a.example",
    "wget --http-password=$ https://a.example",
    "java -jar x.jar --spring-datasource-pass $",
    "keytool -storepass $ -list",
    "mongo --host x -u root -p $",
    "openssl rsa -passin pass:$ -in k.pem",
    "smbclient //h/share -U admin%$",
    "tool --api-key $ --x",
    "tool --db-password '$'",
    "aws configure set aws_secret_access_key $",
    "git config --global user.password $",
    "echo $ | docker login --password-stdin x",
    "htpasswd -nb bob $",
    "rabbitmqctl add_user bob $",
    "cmdkey /add:h /user:bob /pass:$",
    "sqlplus scott/$@db",
    "vault login $",
    "Connect-X -Password $",
    '["sshpass","-p","$","ssh","h"]',
    '{"args":["mysql","-u","root","-p","$"]}',
    '["tool","--token","$"]',
  ],
  protocol: [
    "AUTH $",
    "AUTH default $",
    '1718798400.1 [0 127.0.0.1:1] "AUTH" "$"',
    "HELLO 3 AUTH default $",
    "PASS $",
    "a1 LOGIN bob $",
    "CREATE USER x IDENTIFIED BY '$'",
    "ALTER ROLE x PASSWORD '$'",
    "Authorization: Bearer $9",
    'Authorization: Token token="$"',
    "Cookie: sid=$",
    "Set-Cookie: a=$; Path=/",
  ],
  sentence: [
    "the password is $",
    "password for bob is $",
    "login failed with password $ for bob",
    "new passphrase: $",
    "Passwort lautet $",
    "token is $7",
    "api key: $",
  ],
  form: [
    "POST body user=x&password=$&y=1",
    '<input name="csrf_token" value="$">',
    "<password>$</password>",
    'form-data; name="password"\\r\\n\\r\\n$\\r\\n--b',
  ],
};

const webhookUrl = (dice: Random): readonly [text: string, hidden: string] => {
  const token = dice.from(alphanumeric, 24);
  return [
    dice.pick([
      `https://hooks.slack.com/services/T0${dice.from("ABCDEFGH", 6)}/B0${dice.from("ABCDEFGH", 6)}/${token}`,
      `https://discord.com/api/webhooks/${dice.from("123456789", 18)}/${token}`,
      `https://discordapp.com/api/v10/webhooks/${dice.from("123456789", 18)}/${token}`,
      `https://acme.webhook.office.com/webhookb2/${token}@x/IncomingWebhook/${token}/y`,
      `https://chat.googleapis.com/v1/spaces/AAAA/messages?key=k&token=${token}`,
      `https://chat.acme.example/hooks/${token.toLowerCase()}ab`,
      `https://api.telegram.org/bot${dice.from("123456789", 9)}:${token}aaaaaaaaaaa/sendMessage`,
      `https://hooks.zapier.com/hooks/catch/123/${token}/`,
      `https://prod-1.westus.logic.azure.com/workflows/x/triggers/manual/paths/invoke?sig=${token}`,
    ]),
    token,
  ];
};

const cardNumber = (dice: Random): string => {
  const head = `4${dice.from("0123456789", 14)}`;
  const sum = Array.from(head, Number).reduce((all, digit, at) => {
    const doubled = at % 2 === 0 ? digit * 2 : digit;
    return all + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return head + String((10 - (sum % 10)) % 10);
};

const ibanOf = (dice: Random): string => {
  const account = dice.from("0123456789", 18);
  const rest = Array.from(`${account}131400`, Number).reduce((all, digit) => (all * 10 + digit) % 97, 0);
  return `DE${String(98 - rest).padStart(2, "0")}${account}`;
};

/** What tells of a person, in sentences. */
const personal: Readonly<Record<string, (dice: Random) => readonly [text: string, hidden: string]>> = {
  otp: (dice) => {
    const code = dice.from("123456789", 6);
    const shown = dice.pick([
      "your verification code is $",
      "OTP: $",
      "otp=$",
      "$ is your Acme login code",
      "one-time code $ sent",
      "2FA code: $",
      "TAN $",
      'passcode "$"',
    ]);
    return [shown.replace("$", code), code];
  },
  phone: (dice) => {
    const digits = dice.from("23456789", 10);
    const number = dice.pick([
      `+1${digits}`,
      `+49 151 ${digits.slice(0, 8)}`,
      `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`,
      `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`,
      `phone ${digits}`,
      `tel: 0${digits.slice(0, 3)}/${digits.slice(3)}`,
    ]);
    return [dice.pick(["sms to $ failed", "call $ now", "customer $,"]).replace("$", number), digits.slice(6)];
  },
  iban: (dice) => {
    const number = ibanOf(dice);
    const shown = dice.pick([number, number.replace(/.{4}/g, "$& ").trim()]);
    return [`pay to ${shown} today`, number.slice(-2) === "" ? number : shown.slice(5, 18)];
  },
  ssn: (dice) => {
    const [a, b, c] = [
      dice.from("12345678", 3).replace("666", "665"),
      dice.from("123456789", 2),
      dice.from("123456789", 4),
    ];
    return dice.pick([
      [`ssn ${a}${b}${c} given`, `${a}${b}${c}`],
      [`number ${a}-${b}-${c}, checked`, `${a}-${b}-${c}`],
    ] as const);
  },
  email: (dice) => {
    const name = `${word(dice)}.${word(dice)}`;
    return [`mail to ${name}${dice.pick(["@", "%40"])}${word(dice)}.example bounced`, name];
  },
  card: (dice) => {
    const number = cardNumber(dice);
    return [`card ${dice.pick([number, number.replace(/.{4}/g, "$& ").trim()])} declined`, number.slice(12)];
  },
  "webhook url": webhookUrl,
};

/** Spellings of a secret that hookproof was given. */
const spelled: Readonly<Record<string, (secret: string, dice: Random) => string>> = {
  plain: (secret) => secret,
  json: (secret) => JSON.stringify(secret).slice(1, -1),
  "json in json": (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  "every character escaped": (secret) =>
    each(secret, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`),
  "\\x escapes": (secret) => bytesOf(secret, (hexByte) => `\\x${hexByte}`),
  "octal escapes": (secret) =>
    Array.from(Buffer.from(secret), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
  "html entities": (secret) => secret.replace(/[^A-Za-z0-9 ]/gu, (char) => `&#${char.codePointAt(0)};`),
  "html entities in hex": (secret) => each(secret, (char) => `&#x${char.codePointAt(0)?.toString(16)};`),
  "html names": (secret) =>
    secret.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll("+", "&plus;"),
  percent: (secret) => encodeURIComponent(secret),
  "percent in small letters": (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  "percent twice": (secret) => encodeURIComponent(encodeURIComponent(secret)),
  "every byte percent": (secret) => bytesOf(secret, (hexByte) => `%${hexByte}`),
  "quoted-printable": (secret) =>
    bytesOf(secret, (hexByte) =>
      /[46]/.test(hexByte)
        ? `=${hexByte.toUpperCase()}`
        : Buffer.from(hexByte, "hex").toString("latin1") === "="
          ? "=3D"
          : /^[2357]/.test(hexByte)
            ? Buffer.from(hexByte, "hex").toString()
            : `=${hexByte.toUpperCase()}`,
    ),
  base64: (secret) => Buffer.from(secret).toString("base64"),
  "base64 inside": (secret, dice) =>
    Buffer.from(`${dice.from(lower, dice.below(7))}${secret}${dice.from(lower, dice.below(7))}`).toString("base64"),
  base64url: (secret, dice) => Buffer.from(`${dice.from(lower, dice.below(7))}${secret}`).toString("base64url"),
  "base64 of UTF-16": (secret) => Buffer.from(secret, "utf16le").toString("base64"),
  base32: (secret) => base32(Buffer.from(secret)),
  "base32 inside": (secret, dice) => base32(Buffer.from(`${dice.from(lower, dice.below(6))}${secret}`)).toLowerCase(),
  hex: (secret) => bytesOf(secret, (hexByte) => hexByte),
  "hex in capitals": (secret) => bytesOf(secret, (hexByte) => hexByte.toUpperCase()),
  "hex with separators": (secret, dice) => {
    const mark = dice.pick([":", " ", "-", ", ", " 0x", ":0x"]);
    return Array.from(Buffer.from(secret), (byte) => byte.toString(16).padStart(2, "0")).join(mark);
  },
  "a Buffer": (secret) => `<Buffer ${bytesOf(secret, (hexByte) => `${hexByte} `).trim()}>`,
  "a Buffer in JSON": (secret) => JSON.stringify(Buffer.from(secret)),
  "a byte array": (secret, dice) => `[${Array.from(Buffer.from(secret)).join(dice.pick([",", ", "]))}]`,
  "a byte array with signs": (secret) => `[${Array.from(new Int8Array(Buffer.from(secret))).join(", ")}]`,
  "UTF-16": (secret) =>
    Buffer.from(secret, "utf16le").toString("latin1").length > 0 ? Array.from(secret).join("\0") : secret,
  "the first 20": (secret) => `${Array.from(secret).slice(0, 20).join("")}…`,
  "the last 20": (secret) => `…${Array.from(secret).slice(-20).join("")}`,
  "split over lines": (secret, dice) => {
    const at = 3 + dice.below(secret.length - 6);
    return `${secret.slice(0, at)}\n  ${secret.slice(at)}`;
  },
  "base64 split over lines": (secret) => Buffer.from(`xx${secret}yy`).toString("base64").replace(/.{16}/g, "$&\n"),
};

const each = (text: string, spell: (char: string) => string): string => Array.from(text, spell).join("");
const bytesOf = (text: string, spell: (hexByte: string) => string): string =>
  Array.from(Buffer.from(text), (byte) => spell(byte.toString(16).padStart(2, "0"))).join("");
const base32 = (bytes: Buffer): string =>
  (
    Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0"))
      .join("")
      .match(/.{1,5}/g) ?? []
  )
    .map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number.parseInt(five.padEnd(5, "0"), 2)])
    .join("");

const knownSecret = (dice: Random): string =>
  dice.pick<() => string>([
    () => `${dice.from(alphanumeric, 12)}+${dice.from(alphanumeric, 6)}/${dice.from(alphanumeric, 6)}=&${word(dice)}`,
    () => `whsec_${Buffer.from(dice.from(alphanumeric, 24)).toString("base64")}`,
    () => `${word(dice)} ${word(dice)}?"${word(dice)}`,
    () => `pä${word(dice)}ß${word(dice)}`,
    () => dice.from(hex, 40),
  ])();

/** What a log says around it; whole lines. */
const surroundings: readonly ((text: string, dice: Random) => readonly [FileKind, string])[] = [
  (text) => ["log", `2026-06-19T12:00:01Z evt_7c1d09e4 ${text}`],
  (text, dice) => ["log", `${dice.from(hex, 8)} INFO [worker-${dice.below(9)}] ${text} (took ${dice.below(900)} ms)`],
  (text) => ["log", `198.51.100.7 - - [19/Jun/2026:11:00:00 +0000] "POST /hooks HTTP/1.1" 401 31 "-" "x" ${text}`],
  (text, dice) => ["log", JSON.stringify({ level: 30, time: dice.below(2 ** 31), msg: text })],
  (text) => ["log", JSON.stringify({ msg: "x", body: JSON.stringify({ inner: text }) })],
  (text) => ["log", `12:00:01 got ${JSON.stringify(JSON.stringify({ note: text }))}`],
  (text) => ["log", `at=info msg=${JSON.stringify(text)} status=401`],
  (text) => ["log", `12:00:01 body ${Buffer.from(`a note: ${text}\n`).toString("base64")} end`],
  (text) => ["log", `before\n${text}\nafter`],
  (text) => [
    "har",
    JSON.stringify({
      log: {
        version: "1.2",
        entries: [
          { request: { method: "POST", url: "https://a.example/", postData: { mimeType: "text/plain", text } } },
        ],
      },
    }),
  ],
  (text) => [
    "capture",
    JSON.stringify({
      type: "request",
      id: "req_1",
      method: "POST",
      target: "/",
      headers: [["host", "x"]],
      body: { encoding: "utf8", data: text },
    }),
  ],
  (text) => [
    "capture",
    JSON.stringify({
      type: "request",
      id: "req_1",
      target: "/",
      headers: [["host", "x"]],
      body: { encoding: "base64", data: Buffer.from(`\xff\xfe ${text}`, "utf8").toString("base64") },
    }),
  ],
  (text) => ["curl", `curl -X POST https://a.example/hooks -H 'content-type: text/plain' --data '${text}'`],
];

/** A known secret in each of its spellings, within a text that the last search must not let pass. */
export const leaks = (seed: number): readonly (readonly [kind: string, secret: Secret, text: string])[] => {
  const dice = random(seed);
  return Object.entries(spelled).map(([kind, spell]) => {
    const secret = knownSecret(dice);
    return [kind, new Secret("env:S", secret), `got ${spell(secret, dice)} here`] as const;
  });
};

/** How often each kind was planted, and what survived. */
export interface Planting {
  readonly planted: ReadonlyMap<string, number>;
  readonly survived: readonly string[];
}

interface Plant {
  readonly kind: string;
  readonly file: FileKind;
  readonly input: string;
  /** What must not come out. */
  readonly hidden: readonly string[];
  /** Known to hookproof, where the rules alone would not see it. */
  readonly secret?: string;
}

/** Secrets of every kind in surroundings of every kind. */
export function* plants(seed: number, count: number): Generator<Plant> {
  const dice = random(seed);
  const kinds: readonly (readonly [string, () => { text: string; hidden: readonly string[]; secret?: string }])[] = [
    ...Object.entries(shapes).flatMap(([kind, list]) =>
      list.map(
        (shape) =>
          [
            kind,
            () => {
              const hidden = kind === "url" || kind === "form" ? plainPassword(dice) : password(dice);
              const at = shape.lastIndexOf("$");
              return {
                text: shape.slice(0, at) + hidden + shape.slice(at + 1),
                hidden: [hidden.slice(0, 5), hidden.slice(-5)],
              };
            },
          ] as const,
      ),
    ),
    ...Object.entries(personal).map(
      ([kind, make]) =>
        [
          kind,
          () => {
            const [text, hidden] = make(dice);
            return { text, hidden: [hidden] };
          },
        ] as const,
    ),
    ...Object.entries(spelled).map(
      ([kind, spell]) =>
        [
          `known: ${kind}`,
          () => {
            const secret = knownSecret(dice);
            const text = spell(secret, dice);
            const core = text.replace(/^…|…$|^.{1,24}"data":/g, "");
            return { text: `got ${text} here`, hidden: [core.slice(6, 18), core.slice(-14, -4)], secret };
          },
        ] as const,
    ),
  ];
  for (let number = 0; number < count; number++) {
    const [kind, make] = kinds[number % kinds.length] ?? dice.pick(kinds);
    const { text, hidden, secret } = make();
    const [file, input] = dice.pick(surroundings)(text, dice);
    yield { kind, file, input, hidden, ...(secret === undefined ? {} : { secret }) };
  }
}

/** A masked file with its bodies in base64 opened: nothing is hidden by its encoding. */
export const opened = (shown: string): string =>
  shown.replace(/"base64","data":"([^"]*)"/g, (_, data: string) => Buffer.from(data, "base64").toString("utf8"));

/** Plants secrets, masks, and looks for them. */
export const plant = (seed: number, count: number): Planting => {
  const survived: string[] = [];
  const counts = new Map<string, number>();
  for (const { kind, file, input, hidden, secret } of plants(seed, count)) {
    const number = counts.size;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const redactor = makeRedactor({
      key: Buffer.alloc(32, number % 251),
      secrets: secret === undefined ? [] : [new Secret("env:S", secret)],
      keep: ["evt_7c1d09e4"],
    });
    const shown = opened(redactFile(redactor, Buffer.from(input), file, "x").toString("utf8"));
    if (hidden.some((one) => shown.includes(one))) survived.push(`${kind} (${file}): ${input} => ${shown}`);
  }
  return { planted: counts, survived };
};

/** Lines of what a report needs, with ids and times at random, and what of each must stay. */
export const plantIds = (seed: number, count: number): readonly string[] => {
  const dice = random(seed);
  const lost: string[] = [];
  const id = (length: number): string => dice.from(dice.pick([hex, "0123456789", `${hex}444555`]), length);
  const stamp = (): number => 1_700_000_000_000 + dice.below(100_000_000_000);
  for (let number = 0; number < count; number++) {
    const event = `evt_${id(24)}`;
    const uuid = `${id(8)}-${id(4)}-4${id(3)}-a${id(3)}-${id(12)}`;
    const time = new Date(stamp()).toISOString();
    const facts = [
      event,
      `dlq_${id(16)}`,
      `req_${id(8)}_${dice.below(9)}`,
      uuid,
      time,
      String(stamp()),
      String(Math.floor(stamp() / 1000)),
      `sub_${id(6)}`,
      `${dice.below(1_000_000_000)} bytes`,
      `127.0.0.1:${1024 + dice.below(64_000)}`,
      `${dice.below(256)}.${dice.below(256)}.${dice.below(256)}.${dice.below(256)}`,
      `${dice.below(5000)}ms`,
    ];
    const line = `${time} POST /hooks ${facts.join(" ")} status=401`;
    const redactor = makeRedactor({ key: Buffer.alloc(32, 7), secrets: [], keep: [event] });
    for (const text of [line, JSON.stringify({ time: stamp(), event: event, facts, status: 401, eventId: id(16) })]) {
      const shown = redactFile(redactor, Buffer.from(text), "log", "x").toString("utf8");
      if (shown !== text) lost.push(`${text} => ${shown}`);
    }
  }
  return lost;
};
