import { builtInProfiles } from "../providers/index.ts";
import { hasPart } from "../providers/parts.ts";
import { placesOf, queryOf, valueAt } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Encoding, Layout, Mac, Part, Place, Profile, Scheme, TimestampRule } from "../providers/profile.ts";
import { requestUrl, sameName } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { buildRequest } from "../signature/build-request.ts";
import { trySchemes } from "../signature/try-schemes.ts";
import type { Secret } from "../values/secret.ts";
import { signatureLike } from "./common-schemes.ts";

// Finds how requests are signed, expressed as a profile scheme. Every scheme tried is one a profile can contain, and is
// tested by verifying and signing with it.

interface SchemeSearch {
  readonly requests: readonly [WebhookRequest, ...WebhookRequest[]];
  readonly secrets: readonly Secret[];
  /** The profile the scheme is for; its own scheme doesn't matter. */
  readonly profile: Profile;
  readonly url?: string | undefined;
  /** A clock in milliseconds that ends the search on slow machines. */
  readonly now: () => number;
}

export interface SchemeFound {
  readonly scheme: Scheme;
  readonly secret: Secret;
  /** When the first request says it was signed, in epoch milliseconds. */
  readonly signedAt: number | undefined;
}

interface SearchedSchemes {
  /** The scheme that verifies every request and reproduces the first one's signature. */
  readonly found: SchemeFound | undefined;
  readonly tried: number;
  /** Where signatures were looked for. */
  readonly places: readonly Place[];
  /** The search ended early. */
  readonly stopped: boolean;
}

const maxTries = 100_000;
const maxMs = 30_000;

/** Searches for the scheme under which every request verifies. */
export const searchScheme = (search: SchemeSearch): SearchedSchemes => {
  const [first] = search.requests;
  const end = search.now() + maxMs;
  const candidates = candidatesIn(first, search.secrets);
  const places = [...new Set(candidates.map(({ place }) => place))];
  let tried = 0;
  for (const scheme of schemesFor(first, candidates)) {
    if (tried >= maxTries || search.now() > end) return { found: undefined, tried, places, stopped: true };
    tried++;
    const found = verifiesAll(scheme, search);
    if (found !== undefined) return { found, tried, places, stopped: false };
  }
  return { found: undefined, tried, places, stopped: false };
};

/** Confirms a scheme: it must verify every request and reproduce the first one's signature. */
const verifiesAll = (scheme: Scheme, { requests, secrets, profile, url }: SchemeSearch): SchemeFound | undefined => {
  const own = { ...profile, schemes: [scheme] };
  const at = url === undefined ? { at: 0 } : { at: 0, url };
  const [first] = requests;
  const [result] = trySchemes(first, own, secrets, at);
  const secret = result?.match;
  if (result === undefined || secret === undefined) return undefined;
  const others = requests.slice(1).flatMap((request) => trySchemes(request, own, [secret], at));
  if (others.length < requests.length - 1 || others.some(({ match }) => match === undefined)) return undefined;
  const signedAt = result.seconds === undefined ? undefined : result.seconds * 1000;
  const found = { scheme, secret, signedAt };
  return signsAlike(found, first, own, url) ? found : undefined;
};

const signsAlike = (
  { scheme, secret, signedAt }: SchemeFound,
  request: WebhookRequest,
  profile: Profile,
  // The path may be signed even if the host is unknown.
  url = requestUrl(request) ?? `http://localhost${request.target}`,
): boolean => {
  const [place] = placesOf(scheme);
  const value = place === undefined ? undefined : valueAt(request, place);
  if (place === undefined || value === undefined) return false;
  const rule = scheme.timestamp?.from;
  const timestamp = rule === undefined || "pair" in rule ? undefined : valueAt(request, rule);
  try {
    const { request: built } = buildRequest({
      profile,
      secret,
      body: request.body,
      url,
      method: request.method,
      eventId: scheme.id === undefined ? "" : (valueAt(request, scheme.id) ?? ""),
      eventType: null,
      attempt: 0,
      at: signedAt ?? 0,
      timestampText: timestamp,
      uuid: () => "",
      extra: "header" in place ? request.headers.filter(([name]) => !sameName(name, place.header)) : request.headers,
    });
    const written = valueAt(built, place);
    // During secret rotation, the header may contain more than one signature.
    return (
      written !== undefined && (value === written || (scheme.layout.kind !== "single" && includes(value, written)))
    );
  } catch {
    return false;
  }
};

const includes = (value: string, written: string): boolean =>
  written.split(/[,;&\s]+/).every((item) => item === "" || value.includes(item));

/** A possible signature, with its place and notation. */
interface Candidate {
  readonly place: Place;
  readonly layout: Layout;
  readonly encoding: Encoding;
  /** Its length in bytes; tokens have none. */
  readonly length: number | "token" | "basic";
  /** Other items in the header that may be the timestamp. */
  readonly pairs: readonly (readonly [name: string, value: string])[];
}

const candidatesIn = (request: WebhookRequest, secrets: readonly Secret[]): readonly Candidate[] => {
  const known = new Set(signatureLike(request.headers));
  const headers = [...known, ...request.headers.slice(0, 100).filter((pair) => !known.has(pair))];
  const query = [...queryOf(request.target)].slice(0, 20);
  const values: readonly (readonly [Place, string])[] = [
    ...headers.map(([header, value]) => [{ header }, value] as const),
    ...query.map(([name, value]) => [{ query: name }, value] as const),
  ];
  const texts = new Set(secrets.map((secret) => secret.reveal().toString("latin1").trim()));
  return values.flatMap(([place, value]) =>
    value.length > 4096 ? [] : [...readings(value), ...tokens(value, texts)].map((one) => ({ place, ...one })),
  );
};

type Reading = Omit<Candidate, "place">;

function* readings(value: string): Generator<Reading> {
  yield* inEncodings(value, { kind: "single" }, []);
  const [, version, signed = ""] = /^(v\d{1,2}[a-z]?),(\S{16,512})/.exec(value) ?? [];
  if (version !== undefined) yield* inEncodings(signed, { kind: "versions", version }, []);
  const [, prefix, rest = ""] = /^([A-Za-z][\w.-]{0,20}[=:,\s]\s?)(\S{16,512})$/.exec(value) ?? [];
  if (prefix !== undefined) yield* inEncodings(rest, { kind: "single", prefix }, []);
  for (const separator of [",", ";", "&", " ", "."]) {
    const items = value.split(separator).slice(0, 16);
    if (items.length < 2) continue;
    const pairs = items.flatMap((item) => {
      const [, name = "", quoted, plain = ""] =
        /^([\w.-]{1,32})=(?:"([^"]{1,512})"|([^"]{1,512}))$/.exec(item.trim()) ?? [];
      return name === "" ? [] : [{ name, isQuoted: quoted !== undefined, text: quoted ?? plain }];
    });
    const more = separator === "," ? {} : { separator };
    const namedItems = pairs.map(({ name, text }) => [name, text] as const);
    if (pairs.length === items.length)
      for (const { name, isQuoted, text } of pairs)
        yield* inEncodings(
          text,
          { kind: "pairs", key: name, ...more, ...(isQuoted ? { quoted: true as const } : {}) },
          namedItems.filter(([other]) => other !== name),
        );
    if (pairs.length > 0) continue;
    for (const [at, item] of items.entries()) {
      const names = items.map((_, index) => (index === at ? "signature" : index === 0 ? "timestamp" : `item${index}`));
      const others = items.map((text, index) => [names[index] ?? "", text] as const).filter((_, index) => index !== at);
      yield* inEncodings(item.trim(), { kind: "list", separator, items: names }, others);
    }
  }
}

const lengths = new Set([20, 32, 48, 64]);

/** Yields one reading for each encoding the text may be in, with the length of the decoded signature. */
function* inEncodings(text: string, layout: Layout, pairs: Reading["pairs"]): Generator<Reading> {
  const as = (encoding: Encoding, length: number): readonly Reading[] =>
    lengths.has(length) ? [{ layout, encoding, length, pairs }] : [];
  if (/^[0-9a-f]{40,128}$/.test(text)) yield* as("hex", text.length / 2);
  else if (/^[0-9A-F]{40,128}$/.test(text)) yield* as("hex-upper", text.length / 2);
  if (/^[A-Za-z0-9+/]{27,172}={0,2}$/.test(text)) {
    const bytes = Buffer.from(text, "base64");
    if (bytes.toString("base64") === text) yield* as("base64", bytes.length);
    const hex = bytes.toString("latin1");
    if (/^[0-9a-f]{40,128}$/.test(hex)) yield* as("base64-of-hex", hex.length / 2);
  }
  if (/^[\w-]{27,86}={0,2}$/.test(text)) {
    const bytes = Buffer.from(text, "base64url");
    yield* as(text.endsWith("=") ? "base64url-padded" : "base64url", bytes.length);
  }
}

/** Yields the readings in which the value is the secret itself. */
function* tokens(value: string, secrets: ReadonlySet<string>): Generator<Reading> {
  const token = { encoding: "text", length: "token", pairs: [] } as const;
  if (secrets.has(value)) yield { ...token, layout: { kind: "single" } };
  const [, prefix, rest = ""] = /^([A-Za-z]{1,20}[ =:])(.+)$/.exec(value) ?? [];
  if (prefix !== undefined && secrets.has(rest)) yield { ...token, layout: { kind: "single", prefix } };
  if (prefix?.toLowerCase() === "basic " && secrets.has(Buffer.from(rest, "base64").toString("latin1")))
    yield { ...token, length: "basic", layout: { kind: "single" } };
}

const hashes = { 20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512" } as const;
const keyForms = ["text", "base64", "whsec", "hex"] as const;

/** The algorithms that produce this length. */
const macsFor = (length: number): readonly Mac[] => {
  const hash = length === 20 || length === 32 || length === 48 || length === 64 ? hashes[length] : undefined;
  if (hash === undefined) return [];
  return [
    ...keyForms.map((key) => ({ kind: "hmac", hash, key }) as const),
    { kind: "digest", hash },
    ...(length === 64 ? [{ kind: "ed25519" } as const] : []),
  ];
};

/** The schemes to try, likeliest contents first. */
function* schemesFor(request: WebhookRequest, candidates: readonly Candidate[]): Generator<Scheme> {
  const signed = candidates.flatMap((one) => (typeof one.length === "number" ? [{ ...one, length: one.length }] : []));
  const contents = contentsFor(request);
  for (const content of contents) {
    for (const candidate of signed) {
      const marked = versionedContent(content, candidate.layout);
      for (const parts of marked) {
        for (const filled of sourcesFor(parts, candidate, request)) {
          for (const mac of macsFor(candidate.length)) {
            // A plain hash without the secret proves nothing.
            if ((mac.kind === "digest") !== hasPart(parts, "secret")) continue;
            yield schemeOf(candidate, mac, filled);
          }
        }
      }
    }
  }
  // Tokens come last: if the request also has a signature, only the signature proves something.
  for (const candidate of candidates) {
    const mac = candidate.length === "token" ? "token" : candidate.length === "basic" ? "basic" : undefined;
    if (mac !== undefined) yield schemeOf(candidate, { kind: mac }, { content: [] });
  }
}

type Filled = Pick<Scheme, "content" | "timestamp" | "id">;

const schemeOf = ({ place, layout, encoding }: Candidate, mac: Mac, filled: Filled): Scheme => {
  const draft: Scheme = {
    name: layout.kind === "versions" ? layout.version : mac.kind,
    summary: "",
    ...("header" in place ? { header: place.header } : { place }),
    layout,
    encoding,
    mac,
    ...filled,
  };
  return { ...draft, summary: summaryOf(draft) };
};

/** For example `v1=<hex of HMAC-SHA256 over timestamp.body>`. */
const summaryOf = ({ layout, encoding, mac, content }: Scheme): string => {
  if (mac.kind === "token") return "the secret itself";
  if (mac.kind === "basic") return "user:password of basic authentication";
  const what = content.map(partText).join("");
  const how = "hash" in mac ? `${mac.kind === "hmac" ? "HMAC-" : ""}${mac.hash.toUpperCase()}` : mac.kind;
  const signature = `<${encoding} of ${how} over ${what}>`;
  if (layout.kind === "single") return `${layout.prefix ?? ""}${signature}`;
  if (layout.kind === "pairs") return `${layout.key}=${signature}`;
  return layout.kind === "versions" ? `${layout.version},${signature}` : signature;
};

const partText = (part: Part): string => {
  if (typeof part === "string") return part;
  if ("text" in part) return part.text === "\n" ? "\\n" : part.text;
  if ("url" in part) return "URL";
  if ("header" in part) return part.header;
  return "hash" in part ? `${part.hash} of the body` : "fields";
};

const arrangements: readonly (readonly Part[])[] = [
  ["body"],
  ["timestamp", "body"],
  ["id", "timestamp", "body"],
  ["timestamp", "id", "body"],
  ["body", "timestamp"],
  ["id", "body"],
  ["body", "id"],
  ["body", "timestamp", "id"],
  ...([{ url: "as-sent" }, "target", "path"] as const).flatMap((url): readonly (readonly Part[])[] => [
    [url, "body"],
    ["method", url, "body"],
    ["method", url, "timestamp", "body"],
    ["method", url, "body", "timestamp"],
    ["timestamp", "method", url, "body"],
    ["timestamp", url, "body"],
    [url, "timestamp", "body"],
    ["timestamp", "body", url],
    [url],
  ]),
  ["secret", "body"],
  ["body", "secret"],
  ["secret", "timestamp", "body"],
  ["timestamp", "body", "secret"],
  ["body", "timestamp", "secret"],
  ["timestamp", "secret", "body"],
  ["id", "timestamp"],
  ["timestamp"],
];
const separators = ["", ".", ":", "\n", "|", ",", "-", "&", "+", "/", ";", "_"];

/** Contents to try: those of built-in platforms, and the usual parts in the usual orders. */
const contentsFor = ({ body }: WebhookRequest): readonly (readonly Part[])[] => {
  const found = new Map<string, readonly Part[]>();
  const add = (content: readonly Part[]): void => void found.set(JSON.stringify(content), content);
  add(["body"]);
  for (const separator of separators) for (const parts of arrangements.slice(1, 8)) add(joined(parts, separator));
  for (const profile of builtInProfiles()) for (const { content } of schemesOf(profile) ?? []) add(content);
  for (const parts of arrangements) for (const separator of separators) add(joined(parts, separator));
  if (body.length > 0)
    for (const encoding of ["hex", "base64"] as const)
      for (const parts of arrangements.slice(1))
        for (const separator of separators)
          add(
            joined(
              parts.map((part) => (part === "body" ? { hash: "sha256", encoding } : part)),
              separator,
            ),
          );
  return [...found.values()].filter((content) => content.length > 0);
};

const joined = (parts: readonly Part[], separator: string): readonly Part[] =>
  separator === "" ? parts : parts.flatMap((part, at) => (at === 0 ? [part] : [{ text: separator }, part]));

/** The content, also with the version from the signature's prefix before it (Slack's v0:). */
const versionedContent = (content: readonly Part[], layout: Layout): readonly (readonly Part[])[] => {
  const prefix = layout.kind === "single" ? /^(\w+)[=:,]/.exec(layout.prefix ?? "")?.[1] : undefined;
  const separator = content.find(
    (part): part is { readonly text: string } => typeof part === "object" && "text" in part,
  );
  return prefix === undefined || separator === undefined
    ? [content]
    : [content, [{ text: `${prefix}${separator.text}` }, ...content]];
};

/** The content with each possible timestamp and id of the request. */
const sourcesFor = (content: readonly Part[], candidate: Candidate, request: WebhookRequest): readonly Filled[] => {
  const times = hasPart(content, "timestamp") ? timestampsIn(candidate, request) : [undefined];
  const ids = hasPart(content, "id") ? idHeaders(candidate, request) : [undefined];
  return times.flatMap((timestamp) =>
    ids.map((id) => {
      const isId = id !== undefined && /id$/i.test(id);
      return {
        // Only a header named "…id" is the event id; any other is signed as a plain header.
        content: id === undefined || isId ? content : content.map((part) => (part === "id" ? { header: id } : part)),
        ...(isId ? { id: { header: id } } : {}),
        ...(timestamp === undefined ? {} : { timestamp }),
      };
    }),
  );
};

const why = "the usual tolerance; a request does not show it";

const timestampsIn = ({ place, pairs }: Candidate, request: WebhookRequest): readonly TimestampRule[] => {
  const sources = [
    ...pairs.map(([pair, value]) => ({ from: { pair }, value })),
    ...request.headers
      .slice(0, 100)
      .filter(([name]) => !("header" in place && sameName(name, place.header)))
      .map(([header, value]) => ({ from: { header }, value })),
  ];
  return sources
    .flatMap(({ from, value }) => {
      const unit = unitOf(value.trim());
      return unit === undefined
        ? []
        : [{ from, unit, form: "canonical", past: { assumed: "5m", why }, future: { assumed: "5m", why } } as const];
    })
    .slice(0, 4);
};

const unitOf = (text: string): "s" | "ms" | "iso" | "http-date" | undefined => {
  if (/^\d{10}$/.test(text)) return "s";
  if (/^\d{13}$/.test(text)) return "ms";
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]{5,18}(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) return "iso";
  return /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(text) ? "http-date" : undefined;
};

const maxIds = 6;

/** Headers that may hold a signed id or nonce. */
const idHeaders = ({ place }: Candidate, request: WebhookRequest): readonly string[] =>
  request.headers
    .slice(0, 100)
    .filter(([name, value]: HeaderPair) => {
      const isOther = !("header" in place && sameName(name, place.header));
      return isOther && /(?:id|nonce|salt|event|topic|uuid|key|token)$/i.test(name) && value.length <= 256;
    })
    .map(([name]) => name)
    .toSorted((a, b) => Number(/id$/i.test(b)) - Number(/id$/i.test(a)))
    .slice(0, maxIds);
