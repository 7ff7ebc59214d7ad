import { placeName, placesOf } from "../providers/place.ts";
import type { Place, Profile, Scheme } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import { formatDuration } from "../values/duration.ts";
import type { Secret } from "../values/secret.ts";
import { bestOf, claimCode, trySchemes } from "./try-schemes.ts";
import type { SchemeResult, VerifyOptions } from "./try-schemes.ts";
import { layoutOf } from "./mac.ts";
import { verdictNotes } from "./notes.ts";
import { documentedSchemes } from "./sign.ts";
import { windowSeconds } from "./timestamp.ts";
import type { Finding, FindingCode, TimestampVerdict, Verdict } from "./verdict.ts";

/**
 * Verifies a request as the platform's receivers should, in constant time, without searching for causes: valid, or the
 * problems visible in the header and the timestamp.
 * @throws HookproofError `unsupported` if the platform does not document its signature, `usage` for an unknown scheme
 */
export const verify = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: VerifyOptions,
): Verdict => {
  const results = trySchemes(request, profile, secrets, options);
  const best = bestOf(results);
  if (best === undefined) return missingSignature(profile);
  let tried = 0;
  for (const one of results) tried += one.tried;
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
    notes: verdictNotes(request, profile, best),
  };
};

/** The verdict on a request without any of the profile's signatures. */
const missingSignature = (profile: Profile): Verdict => {
  const places = missingWords(profile);
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
        message: `the request has no ${places}`,
        fix: "send the signature header, and let no proxy strip it",
        firstByte: null,
      },
    ],
    tried: 0,
    notes: [],
  };
};

/**
 * What is missing from a request without any of the profile's signatures: `X-Signature header`, `signature of the
 * query`.
 */
export const missingWords = (profile: Profile): string => {
  const places = new Map(
    documentedSchemes(profile)
      .flatMap(placesOf)
      .map((place) => [placeName(place), place]),
  );
  const names = [...places.keys()].join(" or ");
  return [...places.values()].every((place) => "header" in place) ? `${names} header` : names;
};

/** The verdict's view of the timestamp; null if the scheme has none or the request lacks it. */
export const timestampVerdict = (one: SchemeResult, options: VerifyOptions): TimestampVerdict | null => {
  const rule = one.scheme.timestamp;
  if (rule === undefined || one.timestamp === undefined) return null;
  return {
    value:
      one.seconds === undefined || !/^[+-]?[\d_]+$/.test(one.timestamp)
        ? one.timestamp
        : Number(one.timestamp.replaceAll("_", "")),
    skewSeconds: one.skew ?? null,
    toleranceSeconds:
      options.toleranceMs === undefined ? (windowSeconds(rule.past) ?? null) : options.toleranceMs / 1000,
  };
};

const plainFinding = (code: FindingCode, one: SchemeResult): Finding => ({
  code,
  certain: code !== "unexplained",
  message: plainMessage(code, one),
  fix: code === "unexplained" ? "compare the request as sent with the request as received" : "",
  firstByte: null,
});

/** Where a scheme's timestamp is, in words. */
export const timestampName = ({ timestamp }: Scheme, place: Place): string => {
  if (timestamp === undefined) return "timestamp";
  const { from } = timestamp;
  return "pair" in from ? `${from.pair}= of ${placeName(place)}` : placeName(from);
};

/** What is wrong with the claims that a finding is about; completes "the token's …". */
export const claimWords = ({ claims }: SchemeResult, code: FindingCode): string =>
  claims
    .filter((one) => claimCode(one) === code)
    .map((one) => one.message)
    .join("; ");

/** The name of the body hash field that doesn't match the received body. */
export const hashName = (one: SchemeResult): string => {
  const claim = one.claims.find((problem) => claimCode(problem) === "body-altered");
  if (claim !== undefined) return `the token's ${claim.rule.claim}`;
  return one.otherBody === undefined ? "a field" : placeName(one.otherBody);
};

const plainMessage = (code: FindingCode, one: SchemeResult): string => {
  const { scheme } = one;
  const name = placeName(one.place);
  const clock = timestampName(scheme, one.place);
  switch (code) {
    case "signature-prefix": {
      const layout = layoutOf(scheme);
      const { prefix = "", suffix = "" } = layout.kind === "single" ? layout : {};
      return one.value.startsWith(prefix)
        ? `${name} does not end with '${suffix}'`
        : `${name} does not start with '${prefix}'`;
    }
    case "signature-malformed":
      if (one.token !== undefined) return `${name} ${one.token}`;
      return one.missing === undefined
        ? `${name} does not contain ${scheme.summary}`
        : `${one.missing} is missing, but it is part of the signed content`;
    case "body-altered":
      return `the signature is correct, but ${hashName(one)} is not the hash of the received body`;
    case "timestamp-missing":
      return `${clock} is missing`;
    case "timestamp-malformed":
      return `${clock} is not a timestamp`;
    case "algorithm-other":
      return `the token in ${name} ${one.token ?? "names another algorithm"}`;
    case "claim-other":
    case "content-other":
      return `the signature is correct, but the token's ${claimWords(one, code)}`;
    case "key-unavailable":
      return one.keyProblem ?? "the platform's public key is not available";
    case "timestamp-stale":
      if (one.timeliness !== "stale") return `the signature is correct, but the token's ${claimWords(one, code)}`;
      return `the signature is correct, but the timestamp is ${formatDuration((one.skew ?? 0) * 1000)} old`;
    case "timestamp-future":
      if (one.timeliness !== "future") return `the signature is correct, but the token's ${claimWords(one, code)}`;
      return `the signature is correct, but the timestamp is ${formatDuration(-(one.skew ?? 0) * 1000)} ahead`;
    case "body-charset":
      return "the body is not UTF-8, and the documented verifier decodes it before it verifies";
    default:
      return "the signature matches none of the given secrets";
  }
};
