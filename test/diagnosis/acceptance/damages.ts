import { inspect } from "node:util";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { HeaderPair } from "../../../src/request/request.ts";
import { joined } from "./platforms.ts";
import type { Platform, Signing } from "./platforms.ts";
import { now } from "./platforms.ts";
import type { Departure } from "./judging.ts";

/** What one accident makes of a body, on the way or at the signer. */
export interface BodyDamage {
  readonly name: string;
  readonly code: string;
  /** The place of the accident: bytes changed after signing, or before. */
  readonly at: "receiver" | "signer";
  readonly damage: (body: Buffer) => Buffer;
  readonly headers?: readonly HeaderPair[];
}

const text = (change: (text: string) => string) => (body: Buffer) => Buffer.from(change(body.toString("utf8")), "utf8");
const receiver = (code: string, name: string, damage: BodyDamage["damage"], coding?: string): BodyDamage => ({
  name,
  code,
  at: "receiver",
  damage,
  ...(coding === undefined ? {} : { headers: [["Content-Encoding", coding]] }),
});
const signer = (code: string, name: string, damage: BodyDamage["damage"], coding?: string): BodyDamage => ({
  ...receiver(code, name, damage, coding),
  at: "signer",
});

const asLatin = (body: Buffer): Buffer => Buffer.from(body.toString("latin1"), "utf8");
const asWindows = (body: Buffer): Buffer => Buffer.from(new TextDecoder("windows-1252").decode(body), "utf8");
const chunked =
  (size: number) =>
  (body: Buffer): Buffer => {
    const parts: Buffer[] = [];
    for (let at = 0; at < body.length; at += size) {
      const part = body.subarray(at, at + size);
      parts.push(joined(`${part.length.toString(16)}\r\n`, part, "\r\n"));
    }
    return joined(...parts, "0\r\n\r\n");
  };

const ends = ["\n", "\r\n", " ", "\n\n", "\t", "  "];

export const bodyDamages: readonly BodyDamage[] = [
  ...ends.map((end) => receiver("body-whitespace", `${JSON.stringify(end)} added`, (body) => joined(body, end))),
  ...ends.map((end) => signer("body-whitespace", `${JSON.stringify(end)} lost`, (body) => joined(body, end))),
  ...ends.map((end) => receiver("body-whitespace", `${JSON.stringify(end)} put before`, (body) => joined(end, body))),
  receiver("body-whitespace", "newlines put around", (body) => joined("\n", body, "\n")),
  receiver("body-bom", "a byte order mark added", (body) => joined("\ufeff", body)),
  signer("body-bom", "a byte order mark lost", (body) => joined("\ufeff", body)),
  receiver("body-charset", "read as Latin-1", asLatin),
  receiver("body-charset", "read as Windows-1252", asWindows),
  receiver("body-charset", "read as Latin-1 twice", (body) => asLatin(asLatin(body))),
  receiver("body-charset", "written as Latin-1", (body) => Buffer.from(body.toString("utf8"), "latin1")),
  receiver("body-charset", "written as UTF-16", (body) => Buffer.from(body.toString("utf8"), "utf16le")),
  receiver(
    "body-charset",
    "decomposed",
    text((all) => all.normalize("NFD")),
  ),
  signer("body-charset", "signed as Latin-1", (body) => Buffer.from(body.toString("utf8"), "latin1")),
  signer("body-charset", "signed after a wrong decoding", asLatin),
  signer(
    "body-charset",
    "signed with ? for what is not ASCII",
    text((all) => all.replace(/[^\0-\x7f]/g, "?")),
  ),
  receiver("body-compressed", "gzip left on", (body) => gzipSync(body), "gzip"),
  receiver("body-compressed", "gzip left on, at level 9, without a header", (body) => gzipSync(body, { level: 9 })),
  receiver("body-compressed", "deflate left on", (body) => deflateSync(body), "deflate"),
  receiver("body-compressed", "raw deflate left on", (body) => deflateRawSync(body), "deflate"),
  receiver("body-compressed", "brotli left on", (body) => brotliCompressSync(body), "br"),
  signer("body-compressed", "gzip taken off", (body) => gzipSync(body), "gzip"),
  signer("body-compressed", "brotli taken off", (body) => brotliCompressSync(body), "br"),
  receiver("body-altered", "one chunk's frame left in", chunked(4096)),
  receiver("body-altered", "several chunks' frames left in", chunked(33)),
  receiver("body-altered", "encoded in base64", (body) => Buffer.from(body.toString("base64"))),
  signer("body-empty", "an empty body signed", () => Buffer.alloc(0)),
  signer("body-empty", "{} signed", () => Buffer.from("{}")),
  receiver("body-reserialized", "turned into a JSON string", text(JSON.stringify)),
  signer("body-reserialized", "a JSON string signed", text(JSON.stringify)),
  receiver(
    "body-reserialized",
    "put into a form",
    text((payload) => new URLSearchParams({ payload }).toString()),
  ),
  signer(
    "body-reserialized",
    "taken out of a form",
    text((payload) => new URLSearchParams({ payload }).toString()),
  ),
  receiver("body-escapes", "percent-encoded", text(encodeURIComponent)),
  receiver(
    "body-escapes",
    "with HTML entities",
    text((all) => all.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)),
  ),
  receiver(
    "body-reserialized",
    "printed by console.log",
    text((all) => inspect(JSON.parse(all), { depth: null, compact: false })),
  ),
  receiver(
    "body-reserialized",
    "printed by Python",
    text((all) =>
      all
        .replace(/"((?:[^"\\]|\\.)*)"/g, "'$1'")
        .replaceAll("':", "': ")
        .replaceAll(",'", ", '"),
    ),
  ),
  receiver("body-reserialized", "a Buffer through JSON.stringify", (body) => Buffer.from(JSON.stringify(body))),
  receiver("body-reserialized", "a Uint8Array as text", (body) => Buffer.from(String(new Uint8Array(body)))),
  receiver("body-reserialized", "in hex", (body) => Buffer.from(`\\x${body.toString("hex")}`)),
  receiver(
    "body-reserialized",
    "with members that are null",
    text((all) => all.replace(/\}$/, ',"added":null}')),
  ),
  receiver(
    "body-reserialized",
    "with null for nothing",
    text((all) => all.replaceAll('""', "null")),
  ),
];

/** How the verifier's secret departs from the signer's. */
export interface SecretDamage {
  readonly name: string;
  readonly codes: readonly string[];
  readonly key: (secret: string) => string | Buffer;
  readonly given: (secret: string) => string;
  /** Key forms that it can happen to. */
  readonly keyed: readonly Platform["keyed"][];
}

const all = ["text", "plain"] as const;
const same = (secret: string): string => secret;
const shared = "q83vEjRWeJCrze8SNFZ4kKvN";

export const secretDamages: readonly SecretDamage[] = [
  ...["\n", "\r\n", " ", "\t"].flatMap((end): SecretDamage[] => [
    {
      name: `given with ${JSON.stringify(end)}`,
      codes: ["secret-whitespace"],
      key: same,
      given: (one) => one + end,
      keyed: all,
    },
    {
      name: `signed with ${JSON.stringify(end)}`,
      codes: ["secret-whitespace"],
      key: (one) => one + end,
      given: same,
      keyed: all,
    },
  ]),
  { name: "given after a space", codes: ["secret-whitespace"], key: same, given: (one) => ` ${one}`, keyed: all },
  ...[`"`, `'`].map((quote) => ({
    name: `given in ${quote}`,
    codes: ["secret-encoding"],
    key: same,
    given: (one: string) => quote + one + quote,
    keyed: [...all, "whsec"] as const,
  })),
  {
    name: "given with its name before it",
    codes: ["secret-encoding"],
    key: same,
    given: (one) => `WEBHOOK_SECRET=${one}`,
    keyed: [...all, "whsec"],
  },
  ...[
    ["given behind Bearer", (one: string) => `Bearer ${one}`] as const,
    ["given behind a label", (one: string) => `Signing secret: ${one}`] as const,
    ["given in typographic quotes", (one: string) => `“${one}”`] as const,
    ["given in angle brackets", (one: string) => `<${one}>`] as const,
    ["given with a semicolon", (one: string) => `${one};`] as const,
    [
      "given as a JSON string",
      (one: string) => JSON.stringify(one).replace(/[a-c]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
    ] as const,
    ["given with HTML entities", (one: string) => one.replace(/[a-c]/g, (char) => `&#${char.charCodeAt(0)};`)] as const,
    [
      "given with percent escapes",
      (one: string) => one.replace(/[a-c]/g, (char) => `%${char.charCodeAt(0).toString(16)}`),
    ] as const,
  ].map(([name, given]) => ({
    name,
    codes: ["secret-encoding"],
    key: same,
    given,
    keyed: [...all, "whsec"] as const,
  })),
  {
    name: "given with a space of no width",
    codes: ["secret-whitespace"],
    key: same,
    given: (one) => `${one.slice(0, 9)}\u200b${one.slice(9)}\u00a0`,
    keyed: [...all, "whsec"],
  },
  {
    name: "given with v1, before it",
    codes: ["secret-encoding"],
    key: same,
    given: (one) => `v1,${one}`,
    keyed: ["whsec"],
  },
  {
    name: "given in base64",
    codes: ["secret-encoding"],
    key: same,
    given: (one) => Buffer.from(one).toString("base64"),
    keyed: all,
  },
  {
    name: "given in hex",
    codes: ["secret-encoding"],
    key: same,
    given: (one) => Buffer.from(one).toString("hex"),
    keyed: all,
  },
  {
    name: "given as echo | base64 writes it",
    codes: ["secret-whitespace", "secret-encoding"],
    key: same,
    given: (one) => Buffer.from(`${one}\n`).toString("base64"),
    keyed: all,
  },
  {
    name: "decoded from base64 by the signer",
    codes: ["secret-encoding"],
    key: () => Buffer.from(shared, "base64"),
    given: () => shared,
    keyed: all,
  },
  {
    name: "decoded from hex by the signer",
    codes: ["secret-encoding"],
    key: () => Buffer.from("8899aabbccddeeff0011", "hex"),
    given: () => "8899aabbccddeeff0011",
    keyed: all,
  },
  {
    name: "given without the signer's whsec_",
    codes: ["secret-encoding"],
    key: () => `whsec_${shared}`,
    given: () => shared,
    keyed: all,
  },
  {
    name: "given with a whsec_ that the signer takes off",
    codes: ["secret-encoding"],
    key: () => shared,
    given: () => `whsec_${shared}`,
    keyed: all,
  },
  {
    name: "given with a whsec_ after which the signer decodes",
    codes: ["secret-encoding"],
    key: () => Buffer.from(shared, "base64"),
    given: () => `whsec_${shared}`,
    keyed: all,
  },
];

/** How the header departs from what the platform documents. */
export interface HeaderDamage {
  readonly name: string;
  readonly code: string;
  readonly signing: (one: Platform) => Partial<Signing>;
  readonly fits?: (one: Platform) => boolean;
}

/** SalesOS does not document its notation: what departs from one of its forms is another of them. */
const isNoted = (one: Platform): boolean => one.id !== "salesos";
const noted = (write: (mac: Buffer, due: string) => string) => () => ({ write });
const isHex = (one: Platform): boolean => isNoted(one) && one.encoding === "hex";
const isBase64 = (one: Platform): boolean => isNoted(one) && one.encoding === "base64";
const isRecomputed = (one: Platform): boolean => isNoted(one) && one.keyed !== "ed25519";

export const headerDamages: readonly HeaderDamage[] = [
  { name: "in base64", code: "signature-encoding", signing: noted((mac) => mac.toString("base64")), fits: isHex },
  { name: "in hex", code: "signature-encoding", signing: noted((mac) => mac.toString("hex")), fits: isBase64 },
  {
    name: "in upper case",
    code: "signature-encoding",
    signing: noted((mac) => mac.toString("hex").toUpperCase()),
    fits: isHex,
  },
  {
    name: "in base64url",
    code: "signature-encoding",
    signing: noted((mac) => mac.toString("base64url")),
    fits: isNoted,
  },
  {
    name: "without padding",
    code: "signature-encoding",
    signing: noted((mac) => mac.toString("base64").replace(/=+$/, "")),
    fits: (one) => isBase64(one) && isRecomputed(one),
  },
  {
    name: "as base64 of the hex",
    code: "signature-encoding",
    signing: noted((mac) => Buffer.from(mac.toString("hex")).toString("base64")),
    fits: isNoted,
  },
  {
    name: "as hex of the base64",
    code: "signature-encoding",
    signing: noted((mac) => Buffer.from(mac.toString("base64")).toString("hex")),
    fits: isNoted,
  },
  {
    name: "cut to half",
    code: "signature-truncated",
    signing: noted((_mac, due) => due.slice(0, due.length / 2)),
    fits: isRecomputed,
  },
  {
    name: "cut to 20 characters",
    code: "signature-truncated",
    signing: noted((_mac, due) => due.slice(0, 20)),
    fits: isRecomputed,
  },
  {
    name: "without its prefix",
    code: "signature-prefix",
    signing: () => ({ prefix: "" }),
    fits: (one) => one.prefix !== "" && isRecomputed(one),
  },
  {
    name: "with another prefix",
    code: "signature-prefix",
    signing: () => ({ prefix: "hmac " }),
    fits: (one) => one.prefix !== "" && isRecomputed(one),
  },
  {
    name: "under another name",
    code: "signature-missing",
    signing: () => ({ header: "X-Custom-Signature" }),
    fits: ({ name }) =>
      !["salesos base64", "svix", "v1a", "acme", "hubspot v1", "hubspot v2", "github sha1", "stripe"].includes(name),
  },
];

/** How the timestamp departs. */
export interface TimeDamage {
  readonly name: string;
  readonly codes: readonly string[];
  readonly departure: (one: Platform) => Departure;
  readonly fits?: (one: Platform) => boolean;
}

const later = (one: Platform, seconds: number): string =>
  one.clock === "ms" ? String(now + seconds * 1000) : String(now / 1000 + seconds);

export const timeDamages: readonly TimeDamage[] = [
  { name: "an hour old", codes: ["timestamp-stale"], departure: () => ({ at: now + 3_600_000 }) },
  {
    name: "an hour ahead",
    codes: ["timestamp-future"],
    departure: () => ({ at: now - 3_600_000 }),
    fits: ({ id }) => ["agentflow", "agentflow-inbound", "standard-webhooks", "acme"].includes(id),
  },
  {
    name: "in the other unit",
    codes: ["timestamp-unit"],
    departure: (one) => ({ signing: { timestamp: one.clock === "s" ? String(now) : String(now / 1000) } }),
  },
  {
    name: "in the other unit where it is signed",
    codes: ["timestamp-unit"],
    departure: (one) => ({
      signing: {
        timestamp: one.clock === "s" ? String(now) : String(now / 1000),
        shown: one.clock === "s" ? String(now / 1000) : String(now),
      },
    }),
  },
  {
    name: "no number",
    codes: ["timestamp-malformed"],
    departure: () => ({ signing: { timestamp: "yesterday" } }),
  },
  {
    name: "lost on the way",
    codes: ["timestamp-missing", "unexplained"],
    departure: () => ({ signing: { shown: null } }),
  },
  {
    name: "made again after signing",
    codes: ["content-other"],
    departure: (one) => ({ signing: { timestamp: later(one, 0), shown: later(one, 1) } }),
  },
];
