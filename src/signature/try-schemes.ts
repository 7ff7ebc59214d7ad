import { isUtf8 } from "node:buffer";
import {
  matchesBodyType,
  placeName,
  placesOf,
  samePlace,
  scopesOf,
  valueAt,
  withField,
  within,
} from "../providers/place.ts";
import type { Part, Place, Profile, Scheme } from "../providers/profile.ts";
import { bodyCoverage } from "../providers/parts.ts";
import { headerValue, requestUrl } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { constantTimeEqual } from "../values/constant-time-equal.ts";
import type { Secret } from "../values/secret.ts";
import { signedContent } from "./content.ts";
import type { Missing } from "./content.ts";
import { unusableReason } from "./key.ts";
import { readGroups, signatureBytes } from "./layout.ts";
import type { HeaderReading } from "./layout.ts";
import type { ClaimProblem } from "./claims.ts";
import { encodingOf, matchesLength, layoutOf, macMatches } from "./mac.ts";
import { claimProblems, needsKeyAndSecret, tokenItems, tokenProblem } from "./token.ts";
import { bodyHashText, documentedSchemes, schemeNamed } from "./sign.ts";
import { isOpaque, skewSeconds, timeliness, timestampSeconds } from "./timestamp.ts";
import type { Timeliness } from "./timestamp.ts";
import type { FindingCode } from "./verdict.ts";

export interface VerifyOptions {
  /** The time of verification, in epoch milliseconds. */
  readonly at: number;
  /** The user's tolerance in milliseconds, replacing the platform's. */
  readonly toleranceMs?: number | undefined;
  readonly scheme?: string | undefined;
  /** The URL that the sender called, if the request doesn't show it correctly (tunnels, proxies). */
  readonly url?: string;
  readonly method?: string;
  /** Public keys, for schemes whose signed content includes a secret; other schemes use them like secrets. */
  readonly keys?: readonly Secret[] | undefined;
  /** Why the key that the request names is missing, if it is. */
  readonly keyProblem?: string | undefined;
}

/** The result of one scheme for one request. */
export interface SchemeResult {
  readonly scheme: Scheme;
  /** The place of the signature that was checked. */
  readonly place: Place;
  /** If array elements are signed individually: the signature's element, as the prefix of its JSON paths. */
  readonly scope: string;
  readonly value: string;
  readonly reading: HeaderReading;
  readonly timestamp: string | undefined;
  readonly seconds: number | undefined;
  readonly skew: number | undefined;
  readonly timeliness: Timeliness | undefined;
  /** Whether one of the signatures has the scheme's notation and length. */
  readonly fits: boolean;
  /** The secret under which the signature is valid. */
  readonly match: Secret | undefined;
  /** A signed part that the request lacks, in words. */
  readonly missing: string | undefined;
  /** A body hash field that doesn't match the received body. */
  readonly otherBody: Place | undefined;
  /** What is wrong with the token, regardless of the key. */
  readonly token: string | undefined;
  /** Why the key that the request names is missing. */
  readonly keyProblem: string | undefined;
  /** What is wrong with the claims of a token whose signature is valid. */
  readonly claims: readonly ClaimProblem<Part>[];
  /** Problems visible in the request itself, in the order in which a verifier finds them. */
  readonly problems: readonly FindingCode[];
  readonly tried: number;
}

/**
 * Tests every scheme whose signature is present. A newer scheme's header decides alone: a valid old signature doesn't
 * compensate for an invalid new one.
 */
export const trySchemes = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: VerifyOptions,
): readonly SchemeResult[] => {
  const schemes = options.scheme === undefined ? documentedSchemes(profile) : [schemeNamed(profile, options.scheme)];
  const results: SchemeResult[] = [];
  let leading: Scheme | undefined;
  for (const scheme of schemes) {
    if (leading !== undefined && !shareAPlace(scheme, leading)) continue;
    if (!whenHolds(scheme, request) || !matchesBodyType(scheme, request.headers)) continue;
    const found = signaturesIn(request, scheme);
    if (found.length === 0) continue;
    leading = scheme;
    results.push(tryScheme(request, scheme, found, secrets, options));
  }
  return results;
};

/** The overall result: a valid one, else one that matched, else the first in the right notation. */
export const bestOf = (results: readonly SchemeResult[]): SchemeResult | undefined =>
  results.find((one) => one.match !== undefined && one.problems.length === 0) ??
  results.find((one) => one.match !== undefined) ??
  results.find((one) => one.fits) ??
  // A prefix identifies the notation, whatever follows it.
  results.find(({ scheme, reading }) => hasPrefix(scheme) && reading.signatures.length > 0) ??
  results.find((one) => one.reading.signatures.length > 0) ??
  results[0];

const hasPrefix = (scheme: Scheme): boolean => {
  const layout = layoutOf(scheme);
  return layout.kind === "single" && (layout.prefix ?? "") !== "";
};

const shareAPlace = (one: Scheme, other: Scheme): boolean =>
  placesOf(one).some((place) => placesOf(other).some((there) => samePlace(place, there)));

const whenHolds = (scheme: Scheme, request: WebhookRequest): boolean =>
  scheme.when === undefined ||
  Object.entries(scheme.when).every(([name, value]) => {
    const actual = headerValue(request.headers, name);
    return actual === undefined ? scheme.whenAbsentToo === true : actual.toLowerCase() === value.toLowerCase();
  });

/** A value at one of the scheme's places, or one group of it, with its signatures and timestamp. */
interface Candidate {
  readonly place: Place;
  readonly scope: string;
  readonly value: string;
  readonly reading: HeaderReading;
  readonly timestamp: string | undefined;
  /** The decoded signatures that have the scheme's notation. */
  readonly received: readonly Buffer[];
}

/**
 * Every value at the scheme's places, per element if array elements are signed individually; empty if there is none.
 */
const signaturesIn = (request: WebhookRequest, scheme: Scheme): readonly (readonly Candidate[])[] => {
  const elements = scopesOf(scheme, request.body).map((scope) =>
    placesOf(scheme).flatMap((one): readonly Candidate[] => {
      const place = within(one, scope);
      const value = valueAt(request, place);
      return value === undefined ? [] : candidatesIn(request, scheme, place, scope, value);
    }),
  );
  // If some elements are signed, one without a signature counts as unsigned.
  return elements.some((found) => found.length > 0) ? elements : [];
};

const candidatesIn = (
  request: WebhookRequest,
  scheme: Scheme,
  place: Place,
  scope: string,
  value: string,
): readonly Candidate[] =>
  readGroups(value, layoutOf(scheme)).map((group) => {
    const reading = scheme.mac.kind === "jws" ? { ...group, pairs: tokenItems(group.signatures[0] ?? "") } : group;
    const from = scheme.timestamp?.from;
    const timestamp =
      from === undefined
        ? undefined
        : "pair" in from
          ? reading.pairs[from.pair]
          : valueAt(request, within(from, scope));
    const received: Buffer[] = [];
    for (const text of reading.signatures) {
      const bytes = signatureBytes(text, encodingOf(scheme), scheme.eitherCase);
      if (bytes !== undefined) received.push(bytes);
    }
    return { place, scope, value, reading, timestamp, received };
  });

const tryScheme = (
  request: WebhookRequest,
  scheme: Scheme,
  elements: readonly (readonly Candidate[])[],
  secrets: readonly Secret[],
  options: VerifyOptions,
): SchemeResult => {
  const id = scheme.id === undefined ? undefined : headerValue(request.headers, scheme.id.header);
  let tried = 0;
  let match: Secret | undefined;
  let missing: string | undefined;
  let decisive: Candidate | undefined;
  const keys = needsKeyAndSecret(scheme) ? (options.keys ?? []) : [];
  const holds = (candidate: Candidate, secret: Secret): boolean => {
    const content = contentOf(request, scheme, candidate, secret.reveal(), options);
    if ("missing" in content) {
      if (content.isField) missing ??= content.missing;
      return false;
    }
    let isRight = false;
    for (const bytes of candidate.received) {
      tried++;
      const kid = candidate.reading.pairs["kid"];
      for (const key of keys.length > 0 ? keys : [secret])
        if (macMatches(scheme.mac, key.reveal(), content, bytes, kid)) isRight = true;
    }
    return isRight;
  };
  for (const secret of secrets) {
    if (keys.length === 0 && unusableReason(secret.reveal(), scheme.mac) !== undefined) continue;
    const right = elements.map((candidates) => candidates.filter((one) => holds(one, secret)));
    const wrong = right.findIndex((found) => found.length === 0);
    if (wrong < 0) {
      match ??= secret;
      decisive ??= right[0]?.[0];
    }
  }
  if (match !== undefined) missing = undefined;
  const [first] = elements.find((found) => found.length > 0) ?? [];
  const one = decisive ?? first ?? noCandidate;
  const rule = scheme.timestamp;
  const seconds = rule === undefined || one.timestamp === undefined ? undefined : timestampSeconds(one.timestamp, rule);
  const skew = rule === undefined || seconds === undefined ? undefined : skewSeconds(options.at, seconds, rule);
  const tolerance = options.toleranceMs === undefined ? undefined : options.toleranceMs / 1000;
  const inTime = rule === undefined || skew === undefined ? undefined : timeliness(skew, rule, tolerance);
  const fits = elements.some((found) =>
    found.some(({ received }) => received.some((bytes) => matchesLength(scheme.mac, bytes.length))),
  );
  // A key that was passed as a secret counts too.
  const isChecked =
    keys.length > 0 || secrets.some((secret) => unusableReason(secret.reveal(), scheme.mac) === undefined);
  const text = one.reading.signatures[0] ?? "";
  const token = scheme.mac.kind === "jws" && text !== "" ? tokenProblem(scheme.mac, text) : undefined;
  const claims =
    match === undefined
      ? []
      : claimProblems(scheme, text, {
          at: options.at,
          toleranceMs: options.toleranceMs,
          contentOf: (parts) => {
            const bytes = contentOf(request, { ...scheme, content: parts }, one, match?.reveal() ?? noBytes, options);
            return "missing" in bytes ? undefined : bytes;
          },
        });
  const hash = scheme.bodyHash === undefined ? undefined : bodyHashProblem(request, scheme.bodyHash);
  const problems = problemsOf(request, scheme, {
    reading: one.reading,
    received: one.received.length,
    timestamp: one.timestamp,
    seconds,
    inTime,
    isLacking: missing !== undefined || (scheme.id !== undefined && id === undefined) || hash?.kind === "missing",
    isOtherBody: hash?.kind === "other",
    matched: match !== undefined,
    token: token?.code,
    claims: claims.map(claimCode),
    hasNoKey: match === undefined && options.keyProblem !== undefined && isPublished(scheme) && !isChecked,
  });
  return {
    scheme,
    place: one.place,
    scope: one.scope,
    value: one.value,
    reading: one.reading,
    timestamp: one.timestamp,
    seconds,
    skew,
    timeliness: inTime,
    fits,
    match,
    missing: missing ?? (hash?.kind === "missing" ? placeName(hash.place) : undefined),
    otherBody: hash?.kind === "other" ? hash.place : undefined,
    token: token?.message,
    keyProblem: options.keyProblem,
    claims,
    problems,
    tried,
  };
};

const noBytes = Buffer.alloc(0);

/** Whether the platform publishes the scheme's keys. */
const isPublished = ({ keys }: Scheme): boolean => keys !== undefined;

/** The finding code for an invalid claim. */
export const claimCode = ({ rule, kind }: ClaimProblem<Part>): FindingCode => {
  if (kind === "stale") return "timestamp-stale";
  if (kind === "future") return "timestamp-future";
  if (kind !== "other" || !("of" in rule)) return "claim-other";
  return bodyCoverage(rule.of) === "nothing" ? "content-other" : "body-altered";
};

const noCandidate: Candidate = {
  place: { header: "" },
  scope: "",
  value: "",
  reading: { signatures: [], pairs: {}, problem: "empty" },
  timestamp: undefined,
  received: [],
};

const contentOf = (
  request: WebhookRequest,
  scheme: Scheme,
  { place, scope, reading, timestamp }: Candidate,
  secret: Buffer,
  options: VerifyOptions,
): Buffer | Missing =>
  signedContent(scheme.content, {
    request,
    timestamp,
    id: scheme.id === undefined ? undefined : headerValue(request.headers, scheme.id.header),
    method: options.method ?? request.method,
    url: () => signedUrl(options.url ?? requestUrl(request), place),
    secret,
    pairs: reading.pairs,
    scope,
    own: place,
  });

/** The URL as signed: without the signature, if that is in its query. */
const signedUrl = (url: string | undefined, place: Place): string | undefined =>
  url === undefined || !("query" in place) ? url : withField(url, place.query, null);

/** The first body hash field that is missing or doesn't match the received body. */
const bodyHashProblem = (
  request: WebhookRequest,
  fields: NonNullable<Scheme["bodyHash"]>,
): { readonly kind: "missing" | "other"; readonly place: Place } | undefined => {
  for (const field of fields) {
    const value = valueAt(request, field.in);
    if (value === undefined) return { kind: "missing", place: field.in };
    const due = Buffer.from(bodyHashText(field, request.body));
    if (!constantTimeEqual(Buffer.from(value, "latin1"), due)) return { kind: "other", place: field.in };
  }
  return undefined;
};

interface ParsedSignature {
  readonly reading: HeaderReading;
  /** How many signatures have the scheme's notation. */
  readonly received: number;
  readonly timestamp: string | undefined;
  readonly seconds: number | undefined;
  readonly inTime: Timeliness | undefined;
  /** Whether a signed part is missing. */
  readonly isLacking: boolean;
  readonly isOtherBody: boolean;
  readonly matched: boolean;
  readonly token: FindingCode | undefined;
  readonly claims: readonly FindingCode[];
  readonly hasNoKey: boolean;
}

const problemsOf = (request: WebhookRequest, scheme: Scheme, seen: ParsedSignature): readonly FindingCode[] => {
  const problems: FindingCode[] = [];
  if (seen.reading.problem === "prefix") problems.push("signature-prefix");
  else if (seen.reading.problem !== undefined || seen.received === 0) problems.push("signature-malformed");
  else if (seen.token !== undefined) problems.push(seen.token);
  else if (seen.hasNoKey) problems.push("key-unavailable");
  if (seen.isLacking) problems.push("signature-malformed");
  if (scheme.timestamp !== undefined && !(isOpaque(scheme.timestamp) && (seen.timestamp ?? "") !== "")) {
    if (seen.timestamp === undefined || seen.timestamp === "") problems.push("timestamp-missing");
    else if (seen.seconds === undefined) problems.push("timestamp-malformed");
    else if (seen.matched && seen.inTime === "stale") problems.push("timestamp-stale");
    else if (seen.matched && seen.inTime === "future") problems.push("timestamp-future");
  }
  if (scheme.bodyText === "utf-8" && !isUtf8(request.body)) problems.push("body-charset");
  if (seen.matched && seen.isOtherBody) problems.push("body-altered");
  problems.push(...seen.claims.filter((code) => !problems.includes(code)));
  return problems;
};
