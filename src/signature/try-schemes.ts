import { isUtf8 } from "node:buffer";
import type { Profile, Scheme } from "../providers/profile.ts";
import { headerValue, requestUrl, sameName } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import { signedContent } from "./content.ts";
import { unfit } from "./key.ts";
import { readHeader, signatureBytes } from "./layout.ts";
import type { HeaderReading } from "./layout.ts";
import { macLength, macMatches } from "./mac.ts";
import { documentedSchemes, schemeNamed } from "./sign.ts";
import { skewSeconds, timeliness, timestampSeconds } from "./timestamp.ts";
import type { Timeliness } from "./timestamp.ts";
import type { FindingCode } from "./verdict.ts";

export interface VerifyOptions {
  /** The moment the request is judged at, epoch milliseconds. */
  readonly at: number;
  /** The user's own window in milliseconds, in place of the platform's. */
  readonly toleranceMs?: number | undefined;
  readonly scheme?: string | undefined;
  /** The URL as the sender called it, where the request does not carry it rightly (tunnels, proxies). */
  readonly url?: string;
  readonly method?: string;
}

/** One scheme held against one request. */
export interface SchemeResult {
  readonly scheme: Scheme;
  readonly value: string;
  readonly reading: HeaderReading;
  readonly timestamp: string | undefined;
  readonly seconds: number | undefined;
  readonly skew: number | undefined;
  readonly timeliness: Timeliness | undefined;
  /** Whether a signature in it has the scheme's notation and length. */
  readonly fits: boolean;
  /** The secret under which the signature is right. */
  readonly match: Secret | undefined;
  /** Why it is not right as far as the request itself shows; in the order a verifier would stumble. */
  readonly problems: readonly FindingCode[];
  readonly tried: number;
}

/**
 * Holds every scheme whose header is there against the request. A newer scheme's header decides
 * alone: a good old signature does not rescue a bad new one.
 */
export const trySchemes = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: VerifyOptions,
): readonly SchemeResult[] => {
  const schemes = options.scheme === undefined ? documentedSchemes(profile) : [schemeNamed(profile, options.scheme)];
  const results: SchemeResult[] = [];
  let leading: string | undefined;
  for (const scheme of schemes) {
    if (leading !== undefined && !sameName(scheme.header, leading)) continue;
    const value = headerValue(request.headers, scheme.header);
    if (value === undefined || !whenHolds(scheme, request)) continue;
    leading = scheme.header;
    results.push(tryScheme(request, scheme, value, secrets, options));
  }
  return results;
};

/** The result that answers for all: one that is right, else one that matched, else the first whose notation it has. */
export const bestOf = (results: readonly SchemeResult[]): SchemeResult | undefined =>
  results.find((one) => one.match !== undefined && one.problems.length === 0) ??
  results.find((one) => one.match !== undefined) ??
  results.find((one) => one.fits) ??
  // A prefix says which notation is meant, be the rest of it as it may.
  results.find(({ scheme, reading }) => hasPrefix(scheme) && reading.signatures.length > 0) ??
  results.find((one) => one.reading.signatures.length > 0) ??
  results[0];

const hasPrefix = ({ layout }: Scheme): boolean => layout.kind === "single" && (layout.prefix ?? "") !== "";

const whenHolds = (scheme: Scheme, request: WebhookRequest): boolean =>
  scheme.when === undefined ||
  Object.entries(scheme.when).every(([name, value]) => {
    const actual = headerValue(request.headers, name);
    return actual === undefined ? scheme.whenAbsentToo === true : actual.toLowerCase() === value.toLowerCase();
  });

const tryScheme = (
  request: WebhookRequest,
  scheme: Scheme,
  value: string,
  secrets: readonly Secret[],
  options: VerifyOptions,
): SchemeResult => {
  const reading = readHeader(value, scheme.layout);
  const rule = scheme.timestamp;
  const timestamp =
    rule === undefined
      ? undefined
      : "pair" in rule.from
        ? reading.pairs[rule.from.pair]
        : headerValue(request.headers, rule.from.header);
  const seconds = rule === undefined || timestamp === undefined ? undefined : timestampSeconds(timestamp, rule);
  const skew = rule === undefined || seconds === undefined ? undefined : skewSeconds(options.at, seconds, rule);
  const tolerance = options.toleranceMs === undefined ? undefined : options.toleranceMs / 1000;
  const inTime = rule === undefined || skew === undefined ? undefined : timeliness(skew, rule, tolerance);
  const received: Buffer[] = [];
  for (const text of reading.signatures) {
    const bytes = signatureBytes(text, scheme.encoding);
    if (bytes !== undefined) received.push(bytes);
  }
  const length = macLength(scheme.mac);
  const fits = received.some((bytes) => bytes.length === length);
  const url = (): string | undefined => options.url ?? requestUrl(request);
  const id = scheme.id === undefined ? undefined : headerValue(request.headers, scheme.id.header);

  let tried = 0;
  let match: Secret | undefined;
  for (const secret of secrets) {
    if (unfit(secret.reveal(), scheme.mac) !== undefined) continue;
    const content = signedContent(scheme.content, {
      body: request.body,
      timestamp,
      id,
      method: options.method ?? request.method,
      url,
      secret: secret.reveal(),
    });
    if (typeof content === "string") continue;
    for (const bytes of received) {
      tried++;
      if (macMatches(scheme.mac, secret.reveal(), content, bytes)) match ??= secret;
    }
  }
  const problems = problemsOf(request, scheme, {
    reading,
    received: received.length,
    timestamp,
    seconds,
    inTime,
    id,
    matched: match !== undefined,
  });
  return { scheme, value, reading, timestamp, seconds, skew, timeliness: inTime, fits, match, problems, tried };
};

interface Seen {
  readonly reading: HeaderReading;
  /** How many signatures are in the scheme's notation. */
  readonly received: number;
  readonly timestamp: string | undefined;
  readonly seconds: number | undefined;
  readonly inTime: Timeliness | undefined;
  readonly id: string | undefined;
  readonly matched: boolean;
}

const problemsOf = (request: WebhookRequest, scheme: Scheme, seen: Seen): readonly FindingCode[] => {
  const problems: FindingCode[] = [];
  if (seen.reading.problem === "prefix") problems.push("signature-prefix");
  else if (seen.reading.problem !== undefined || seen.received === 0) problems.push("signature-malformed");
  if (scheme.id !== undefined && seen.id === undefined) problems.push("signature-malformed");
  if (scheme.timestamp !== undefined) {
    if (seen.timestamp === undefined || seen.timestamp === "") problems.push("timestamp-missing");
    else if (seen.seconds === undefined) problems.push("timestamp-malformed");
    else if (seen.matched && seen.inTime === "stale") problems.push("timestamp-stale");
    else if (seen.matched && seen.inTime === "future") problems.push("timestamp-future");
  }
  if (scheme.bodyText === "utf-8" && !isUtf8(request.body)) problems.push("body-charset");
  return problems;
};
