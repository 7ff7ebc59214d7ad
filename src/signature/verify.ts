import { eventOf } from "../providers/event.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import { headerValue, requestUrl, utf8Text } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { formatDuration } from "../values/duration.ts";
import type { Secret } from "../values/secret.ts";
import { signedContent } from "./content.ts";
import { unfit } from "./key.ts";
import { readHeader, signatureBytes } from "./layout.ts";
import type { HeaderReading } from "./layout.ts";
import { macLength, macMatches } from "./mac.ts";
import { documentedSchemes, schemeNamed } from "./sign.ts";
import { skewSeconds, timeliness, timestampSeconds, windowSeconds } from "./timestamp.ts";
import type { Timeliness } from "./timestamp.ts";
import type { Finding, FindingCode, TimestampVerdict, Verdict } from "./verdict.ts";

export interface VerifyOptions {
  /** The moment the request is judged at, epoch milliseconds. */
  readonly at: number;
  /** The user's own window in milliseconds, in place of the platform's. */
  readonly toleranceMs?: number;
  readonly scheme?: string;
  /** The URL as the sender called it, where the request does not carry it rightly (tunnels, proxies). */
  readonly url?: string;
  readonly method?: string;
}

/** One scheme held against one request. */
export interface Examination {
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
 * Verifies a request as its platform's receivers should, in constant time and without searching
 * for causes: valid, or the causes that the header and the timestamp show by themselves.
 * @throws HookproofError `unsupported` where the platform does not document its signature, `usage`
 *   for an unknown scheme
 */
export const verify = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: VerifyOptions,
): Verdict => {
  const examinations = examine(request, profile, secrets, options);
  const best = bestOf(examinations);
  if (best === undefined) return missingSignature(profile);
  const tried = examinations.reduce((sum, one) => sum + one.tried, 0);
  const valid = best.match !== undefined && best.problems.length === 0;
  const findings = valid
    ? []
    : (best.problems.length > 0 ? best.problems : (["unexplained"] as const)).map((code) => plainFinding(code, best));
  return {
    valid,
    provider: profile.id,
    scheme: best.scheme.name,
    matchedSecret: best.match?.label ?? null,
    timestamp: timestampVerdict(best, options),
    cause: findings[0]?.code ?? null,
    findings,
    tried,
    notes: notesOn(request, profile, best),
  };
};

/**
 * Holds every scheme whose header is there against the request. A newer scheme's header decides
 * alone: a good old signature does not rescue a bad new one (signatures.md, section 3).
 */
export const examine = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: VerifyOptions,
): readonly Examination[] => {
  const schemes = options.scheme === undefined ? documentedSchemes(profile) : [schemeNamed(profile, options.scheme)];
  const present = schemes.filter(
    (scheme) => headerValue(request.headers, scheme.header) !== undefined && whenHolds(scheme, request),
  );
  const leading = present[0]?.header.toLowerCase();
  return present
    .filter((scheme) => scheme.header.toLowerCase() === leading)
    .map((scheme) => examineScheme(request, scheme, secrets, options));
};

/** The examination that answers for all: one that is right, else one that matched, else the first whose notation it has. */
export const bestOf = (examinations: readonly Examination[]): Examination | undefined =>
  examinations.find((one) => one.match !== undefined && one.problems.length === 0) ??
  examinations.find((one) => one.match !== undefined) ??
  examinations.find((one) => one.fits) ??
  // A prefix says which notation is meant, be the rest of it as it may.
  examinations.find(({ scheme, reading }) => hasPrefix(scheme) && reading.signatures.length > 0) ??
  examinations.find((one) => one.reading.signatures.length > 0) ??
  examinations[0];

const hasPrefix = ({ layout }: Scheme): boolean => layout.kind === "single" && (layout.prefix ?? "") !== "";

const whenHolds = (scheme: Scheme, request: WebhookRequest): boolean =>
  Object.entries(scheme.when ?? {}).every(([name, value]) => {
    const actual = headerValue(request.headers, name);
    return actual === undefined ? scheme.whenAbsentToo === true : actual.toLowerCase() === value.toLowerCase();
  });

const examineScheme = (
  request: WebhookRequest,
  scheme: Scheme,
  secrets: readonly Secret[],
  options: VerifyOptions,
): Examination => {
  const value = headerValue(request.headers, scheme.header) ?? "";
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
  const received = reading.signatures
    .map((text) => signatureBytes(text, scheme.encoding))
    .filter((bytes) => bytes !== undefined);
  const fits = received.some((bytes) => bytes.length === macLength(scheme.mac));
  const url = options.url ?? requestUrl(request);
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
  if (scheme.bodyText === "utf-8" && utf8Text(request.body) === undefined) problems.push("body-charset");
  return problems;
};

/** The verdict on a request without any signature header of the profile's. */
const missingSignature = (profile: Profile): Verdict => {
  const headers = [...new Set(documentedSchemes(profile).map((scheme) => scheme.header))].join(" or ");
  return {
    valid: false,
    provider: profile.id,
    scheme: null,
    matchedSecret: null,
    timestamp: null,
    cause: "signature-missing",
    findings: [
      {
        code: "signature-missing",
        certain: true,
        message: `the request has no ${headers} header`,
        fix: "send the signature header, and let no proxy strip it",
        firstByte: null,
      },
    ],
    tried: 0,
    notes: [],
  };
};

/** The verdict's view of the timestamp; null where the scheme has none or the request lacks it. */
export const timestampVerdict = (one: Examination, options: VerifyOptions): TimestampVerdict | null => {
  const rule = one.scheme.timestamp;
  if (rule === undefined || one.timestamp === undefined) return null;
  return {
    value: one.seconds === undefined ? one.timestamp : Number(one.timestamp.replaceAll("_", "")),
    skewSeconds: one.skew ?? null,
    toleranceSeconds:
      options.toleranceMs === undefined ? (windowSeconds(rule.past) ?? null) : options.toleranceMs / 1000,
  };
};

const plainFinding = (code: FindingCode, one: Examination): Finding => ({
  code,
  certain: code !== "unexplained",
  message: plainMessage(code, one),
  fix: code === "unexplained" ? "compare the request as sent with the request as received" : "",
  firstByte: null,
});

const plainMessage = (code: FindingCode, one: Examination): string => {
  const { header } = one.scheme;
  const from = one.scheme.timestamp?.from;
  const clock = from === undefined ? "timestamp" : "header" in from ? from.header : `${from.pair}= of ${header}`;
  switch (code) {
    case "signature-prefix":
      return `${header} does not start with '${one.scheme.layout.kind === "single" ? (one.scheme.layout.prefix ?? "") : ""}'`;
    case "signature-malformed":
      return `${header} does not hold ${one.scheme.summary}`;
    case "timestamp-missing":
      return `${clock} is missing`;
    case "timestamp-malformed":
      return `${clock} is not a timestamp`;
    case "timestamp-stale":
      return `the signature is right, but the timestamp is ${formatDuration((one.skew ?? 0) * 1000)} old`;
    case "timestamp-future":
      return `the signature is right, but the timestamp is ${formatDuration(-(one.skew ?? 0) * 1000)} ahead`;
    case "body-charset":
      return "the body is not UTF-8, and the documented verifier decodes it before it verifies";
    default:
      return "the signature matches none of the given secrets";
  }
};

/** What a person should know although the answer stands. */
export const notesOn = (request: WebhookRequest, profile: Profile, one: Examination): readonly string[] => {
  const notes: string[] = [];
  const locators = profile.envelope.type.length > 1 ? profile.envelope.type : [];
  const types = locators.map(
    (locator) => eventOf(request, { ...profile, envelope: { ...profile.envelope, type: [locator] } }).type,
  );
  const named = [...new Set(types.filter((type) => type !== null))];
  if (named.length > 1) {
    notes.push(
      `the event type is told twice and differs (${named.join(" / ")}); headers are not covered by the signature`,
    );
  }
  const ahead = -(one.skew ?? 0);
  if (
    one.timeliness === "in-time" &&
    one.scheme.timestamp !== undefined &&
    ahead > (windowSeconds(one.scheme.timestamp.past) ?? Number.POSITIVE_INFINITY)
  ) {
    notes.push(`the timestamp is ${formatDuration(ahead * 1000)} ahead, which this platform's verifiers do not check`);
  }
  if (one.match !== undefined && one.scheme.bodyText === undefined && utf8Text(request.body) === undefined) {
    notes.push(
      "the body is not UTF-8: verifiers that turn it into text first, as most Node libraries do, would refuse it",
    );
  }
  return notes;
};
