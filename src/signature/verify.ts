import type { Profile } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import { formatDuration } from "../values/duration.ts";
import type { Secret } from "../values/secret.ts";
import { bestOf, trySchemes } from "./try-schemes.ts";
import type { SchemeResult, VerifyOptions } from "./try-schemes.ts";
import { notesOn } from "./notes.ts";
import { documentedSchemes } from "./sign.ts";
import { windowSeconds } from "./timestamp.ts";
import type { Finding, FindingCode, TimestampVerdict, Verdict } from "./verdict.ts";

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
    notes: notesOn(request, profile, best),
  };
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
export const timestampVerdict = (one: SchemeResult, options: VerifyOptions): TimestampVerdict | null => {
  const rule = one.scheme.timestamp;
  if (rule === undefined || one.timestamp === undefined) return null;
  return {
    value: one.seconds === undefined ? one.timestamp : Number(one.timestamp.replaceAll("_", "")),
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

const plainMessage = (code: FindingCode, one: SchemeResult): string => {
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
