import { headerValue } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { formatDuration } from "../values/duration.ts";
import { isoInstant } from "../values/instant.ts";
import { isOtherUnit, skewSeconds, timeliness, windowSeconds } from "../signature/timestamp.ts";
import type { Timeliness } from "../signature/timestamp.ts";
import type { Finding } from "../signature/verdict.ts";
import type { SchemeResult, VerifyOptions } from "../signature/try-schemes.ts";
import { observedFinding } from "./wording.ts";

/**
 * Problems with the time of a request whose signature matches: wrong unit, too old, too far in the future, and by how
 * much.
 */
export const timeFindings = (
  one: SchemeResult,
  request: WebhookRequest,
  options: VerifyOptions,
): readonly Finding[] => {
  const rule = one.scheme.timestamp;
  if (rule === undefined || one.seconds === undefined || one.timeliness === undefined || one.timeliness === "in-time")
    return [];
  const findings: Finding[] = [];
  const subject = one.match === undefined ? "The timestamp" : "The signature is correct, but the timestamp";
  let skew = one.skew ?? 0;
  let found: Timeliness = one.timeliness;
  const number = Math.abs(Number((one.timestamp ?? "").replaceAll("_", "")));
  if (isOtherUnit(one.timestamp ?? "", rule)) {
    const seconds = rule.unit === "s" ? number / 1000 : number;
    const [has, due] = rule.unit === "s" ? ["milliseconds", "seconds"] : ["seconds", "milliseconds"];
    findings.push(
      observedFinding(
        "timestamp-unit",
        `${subject} ${one.timestamp ?? ""} is in ${has} instead of ${due}, so it is read as another century. Usual cause: Date.now() returns milliseconds; time() and most schemes use seconds.`,
        request.headers,
      ),
    );
    skew = skewSeconds(options.at, rule.unit === "s" ? Math.floor(seconds) : seconds, rule);
    const tolerance = options.toleranceMs === undefined ? undefined : options.toleranceMs / 1000;
    found = timeliness(skew, rule, tolerance);
    if (found === "in-time") return findings;
  }
  const window =
    options.toleranceMs === undefined
      ? windowSeconds(found === "stale" ? rule.past : rule.future)
      : options.toleranceMs / 1000;
  const allowed = window === undefined ? "" : `, more than the allowed ${formatDuration(window * 1000)}`;
  const by = `${Math.abs(skew)} s (${formatDuration(Math.abs(skew) * 1000)})`;
  const ageText =
    found === "stale"
      ? `${subject} is ${by} old${allowed}: the request was delayed, stored or re-sent with its old signature, or a clock is wrong.`
      : `${subject} is ${by} ahead${allowed}: the sender's clock or this machine's is wrong.`;
  findings.push(
    observedFinding(
      found === "stale" ? "timestamp-stale" : "timestamp-future",
      `${ageText} ${clockRemark(request, options)}`,
      request.headers,
    ),
  );
  return findings;
};

/** Compares the verifier's clock with the sender's, as far as the request shows it. */
const clockRemark = (request: WebhookRequest, options: VerifyOptions): string => {
  const verifiedAt = `Judged at ${isSafe(options.at) ? isoInstant(options.at) : String(options.at)}`;
  const date = Date.parse(headerValue(request.headers, "date") ?? "");
  const here = request.receivedAt ?? options.at;
  if (!Number.isFinite(date)) return `${verifiedAt}.`;
  const off = here - date;
  return Math.abs(off) < 60_000
    ? `${verifiedAt}; this machine's clock agrees with the request's Date header.`
    : `${verifiedAt}; by the request's Date header this machine's clock is ${formatDuration(Math.abs(off))} ${off > 0 ? "ahead, or the request is that old" : "behind"}.`;
};

const isSafe = (ms: number): boolean => Math.abs(ms) < 8.64e15;
