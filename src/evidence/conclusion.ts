import { troubleOf } from "../delivery/policy.ts";
import { failureKinds } from "../request/attempt.ts";
import type { NetworkFailureKind } from "../request/attempt.ts";
import type { ProbeFinding } from "../doctor/finding.ts";
import type { Trouble } from "../providers/profile.ts";
import { formatDuration } from "../values/duration.ts";
import { capitalized } from "../values/sentence.ts";
import { isoInstant } from "../values/instant.ts";
import { hasFailed, sameAttemptMs } from "./attempts.ts";
import type { Deploy } from "./deploys.ts";
import type { Verdict } from "../signature/verdict.ts";
import type { Case, Conclusion, Diagnosis, Gathered, LogEvidence, SeenAttempt, SourceKind } from "./types.ts";
import { pluralize } from "../values/count.ts";

/** What the conclusion is drawn from. */
interface ConclusionInput {
  readonly attempts: readonly SeenAttempt[];
  readonly diagnosis: Diagnosis | null;
  readonly probe: readonly ProbeFinding[];
  readonly deploys: readonly Deploy[];
  readonly gathered: Pick<Gathered, "kinds" | "unrecorded" | "records">;
  readonly log: Pick<LogEvidence, "files" | "naming"> | null;
}

/**
 * The conclusion in four sentences: what was seen, the verdict, its cause, and what to do next. `proved` only if a
 * signature was recomputed or the response itself is recorded; log lines, probes and a platform's table of causes are
 * named as such.
 */
export const conclude = (facts: Case, grounds: ConclusionInput): Conclusion => {
  const { attempts, diagnosis } = grounds;
  const symptom = symptomOf(facts, grounds);
  const verdict = diagnosis?.verdict;
  const failed = attempts.findLast((attempt) => hasFailed(attempt) === true);
  const delivered = attempts.findLast((attempt) => hasFailed(attempt) === false);
  const accepted = failed === undefined && delivered?.basis === "record" ? delivered.status : null;
  if (verdict !== undefined && !verdict.valid && verdict.cause !== "unexplained" && verdict.findings.length > 0)
    return { symptom, ...invalid(verdict, failed === undefined ? undefined : rowFor(facts, failed), accepted) };
  if (delivered !== undefined && (failed === undefined || isLater(delivered, failed)))
    return { symptom, ...success(delivered, attempts, verdict) };
  if (failed !== undefined)
    return {
      symptom,
      ...(failed.status === null ? unanswered(facts, failed, grounds) : refused(facts, failed, verdict)),
    };
  const broken = grounds.probe.find(({ level }) => level === "problem");
  if (broken !== undefined)
    return {
      symptom,
      tone: "open",
      verdict: "The receiver cannot be reached from this machine right now",
      proved: false,
      cause: `${sentence(broken.message)} Whether the platform saw the same is not recorded.`,
      next: sentence(broken.advice),
    };
  return { symptom, ...noOutcome(facts, grounds) };
};

type Part = Omit<Conclusion, "symptom">;

/** @param accepted the success status recorded for the same request */
const invalid = (verdict: Verdict, row: Trouble | undefined, accepted: number | null): Part => {
  const proved = verdict.findings.every(({ certain }) => certain);
  const [finding] = verdict.findings;
  const codes = verdict.findings.flatMap(({ code }) => (code === "unexplained" ? [] : [code])).join(", ");
  return {
    tone: "bad",
    verdict: proved ? `${headline(verdict.cause)} (${codes})` : `The signature is not valid; likely ${codes}`,
    proved,
    cause: [
      ...verdict.findings.map(({ message }) => sentence(message)),
      ...(accepted === null
        ? []
        : [
            `The receiver still returned ${accepted}: it verifies other bytes, uses another secret, or does not verify.`,
          ]),
    ].join(" "),
    next: sentence(
      finding === undefined || finding.fix === ""
        ? (row?.next ?? "compare the request as sent with the request as received")
        : firstStep(finding.fix),
    ),
  };
};

const success = (last: SeenAttempt, attempts: readonly SeenAttempt[], verdict: Verdict | undefined): Part => {
  const failures = attempts.filter((attempt) => hasFailed(attempt) === true).length;
  const after = failures === 0 ? "" : ` after ${pluralize(failures, "failed attempt")}`;
  const source = sourceOf(last);
  const behind = "If the effect is missing, look beyond the response, at the queue or worker that receives the events.";
  if (last.basis === "record")
    return {
      tone: "good",
      verdict: `Delivered${after}: the receiver returned ${last.status}`,
      proved: true,
      cause: `The success is recorded in ${source}.${verdict?.valid === false ? " The signature matches no known secret, and no tested change explains it: the receiver uses another secret, or does not verify." : ""}`,
      next: behind,
    };
  return {
    tone: "good",
    verdict: `The receiver's log shows ${last.status} for ${last.basis === "log" ? "it" : "its path at that time"}${after}`,
    proved: false,
    cause:
      last.basis === "log"
        ? `${source} names the event and shows ${last.status}; the response itself is not recorded.`
        : `${source} is for the receiver's path at that time and shows ${last.status}; it does not name the event.`,
    next: `Add --from with captures, a delivery log or a DLQ that recorded the response. ${behind}`,
  };
};

/** The source of the outcome; for a log, with its line number. */
const sourceOf = ({ sources, basis }: SeenAttempt): string =>
  sources.find((one) => basis === "record" || / line \d{1,12}$/.test(one)) ?? "";

/**
 * Whether a success came after a failure. A log line next to a recorded failure is the same attempt, and the record
 * counts.
 */
const isLater = (success: SeenAttempt, failure: SeenAttempt): boolean =>
  success.at - failure.at >= (failure.basis === "record" && success.basis !== "record" ? sameAttemptMs : 0);

/** Concludes from an attempt that got no response. */
const unanswered = (facts: Case, { error, basis }: SeenAttempt, { probe }: ConclusionInput): Part => {
  const broken = probe.find(({ level }) => level === "problem");
  const row = error === null ? undefined : rowFor(facts, { error, status: null });
  const kind = error === null ? "" : `: ${error.kind}${error.code === null ? "" : ` (${error.code})`}`;
  const now = broken === undefined ? "" : ` A probe from this machine now finds: ${sentence(broken.message)}`;
  return {
    tone: "bad",
    verdict: `No response${kind}`,
    proved: false,
    cause: `${basis === "record" ? "Recorded by the sender: " : ""}${error?.message ?? "no response"}.${now}`,
    next: sentence(broken?.advice ?? row?.next ?? "check hostname, certificate, network rules and request logs"),
  };
};

/** Concludes from an attempt that got an unsuccessful response. */
const refused = (facts: Case, last: SeenAttempt, verdict: Verdict | undefined): Part => {
  const row = rowFor(facts, last);
  const { status, basis } = last;
  const source = sourceOf(last);
  const isRecorded = basis === "record";
  const said = isRecorded
    ? `the receiver returned ${status}`
    : basis === "log"
      ? `the receiver's log shows ${status} for it`
      : `the receiver's log shows ${status} for its path at that time`;
  if (verdict?.valid === true && (status === 401 || status === 403))
    return {
      tone: "bad",
      verdict: `The signature is valid, but ${said}`,
      proved: isRecorded,
      cause: `The signature matches ${verdict.matchedSecret ?? "a known secret"}, so the receiver uses another secret, verifies different bytes than were sent, or rejects before verifying.`,
      next: sentence(
        `run hookproof check against the receiver with the same secret; ${lowered(row?.next ?? "review how the receiver verifies signatures")}`,
      ),
    };
  const unproved =
    verdict === undefined || verdict.valid ? "" : " The signature is not valid, and no tested change explains it.";
  return {
    tone: "bad",
    verdict: capitalized(said),
    proved: isRecorded,
    cause:
      (row === undefined
        ? `${facts.profile.name}'s documentation does not mention ${status}; the receiver's log at that time may explain it.`
        : `${facts.profile.name} documents ${status} as: ${sentence(row.cause)}`) +
      (isRecorded ? "" : ` (${source} says so; the response itself is not recorded.)`) +
      unproved,
    next: sentence(row?.next ?? "check the receiver's log at that time"),
  };
};

/** Concludes when neither a failed nor a successful attempt is known: says what is known and what to collect. */
const noOutcome = (facts: Case, { attempts, diagnosis, gathered, log }: ConclusionInput): Part => {
  const verdict = diagnosis?.verdict;
  if (verdict !== undefined && !verdict.valid)
    return open(
      "The signature is not valid, and no tested change explains it",
      `${pluralize(verdict.tried, "combination")} tested.`,
      "check that this is the endpoint's secret",
    );
  if (gathered.unrecorded.length > 0)
    return open(undecidedText, "The queue kept the event, but not the responses to it.", collect);
  const [seen] = attempts;
  if (seen !== undefined || gathered.records.length > 0)
    return open(
      gathered.records.some(({ sent }) => !sent)
        ? "The event arrived; the response is not recorded"
        : "The event was sent; no response is recorded",
      `${seen?.sources[0] ?? gathered.records[0]?.source ?? "A source"} has the request, but no response.`,
      log === null ? "add --receiver-log with the log that shows the response" : collect,
    );
  if (log !== null && log.naming > 0)
    return open(undecidedText, `${log.files.join(", ")} mentions the event, but shows no status for it.`, collect);
  // Finding no trace means something only if the request would have left one.
  const isDated = facts.failedAt !== null && (facts.url ?? facts.endpoint) !== null;
  const wouldShow = (log !== null && isDated) || gathered.kinds.includes("captures");
  const none = facts.profile.troubleshooting.find(({ on }) => on.includes("no-response"));
  const where = [...(log?.files ?? []), ...gathered.kinds.map((kind) => sourceNames[kind])].join(", ");
  if (where === "") return open(undecidedText, "There were no sources to examine.", "add --from and --receiver-log");
  if (!wouldShow || none === undefined)
    return open(
      undecidedText,
      `The event is not in the sources (${where}); whether it reached the receiver is unknown.`,
      log === null
        ? "add --receiver-log, or --from with captures of the receiver"
        : "add --failed-at and --url: an access log does not name events",
    );
  return open(
    undecidedText,
    `The event is not in the sources (${where}). If the request never arrived, ${facts.profile.name} documents: ${sentence(none.cause)}`,
    none.next,
  );
};

const sourceNames: Readonly<Record<SourceKind, string>> = {
  captures: "captures",
  deliveries: "delivery log",
  queue: "queue",
  HAR: "HAR file",
};

const undecidedText = "Undecided: the evidence contains no delivery attempt for this event";
const collect = "collect what is missing below";

const open = (verdict: string, cause: string, next: string): Part => ({
  tone: "open",
  verdict,
  proved: false,
  cause,
  next: sentence(next),
});

const symptomOf = (facts: Case, { attempts, deploys, gathered }: ConclusionInput): string => {
  const failed = attempts.filter((attempt) => hasFailed(attempt) === true);
  const [first, last] = [failed[0], failed.at(-1)];
  if (first === undefined || last === undefined) {
    if (gathered.unrecorded.length > 0)
      return `${facts.eventId} is a dead letter in ${gathered.unrecorded.join(", ")}, which does not record when or why its delivery failed.`;
    return attempts.length === 0
      ? `No delivery attempt for ${facts.eventId} was found in the sources.`
      : `${pluralize(attempts.length, "attempt")} for ${facts.eventId} found, none known to have failed.`;
  }
  const answers = [
    ...new Set(failed.map(({ status, error }) => (status === null ? (error?.kind ?? "no response") : String(status)))),
  ].join(", ");
  const [from, to] = [clock(first.at), clock(last.at)];
  const when = from === to ? `at ${to}` : `from ${from} to ${to}`;
  const all =
    failed.length === attempts.length
      ? pluralize(failed.length, "attempt")
      : `${failed.length} of ${attempts.length} attempts`;
  // What the platform does next comes from its docs, not from this event's record.
  const end = last.outcome === "terminal" && last.reason !== null ? `; ${last.reason}` : "";
  const change = deploys.filter(({ at }) => at <= first.at).toSorted((a, b) => b.at - a.at)[0];
  const before =
    change === undefined || first.at - change.at > recentMs
      ? ""
      : ` The last change before it, ${[change.kind, change.name].join(" ").trim()}, was ${formatDuration(first.at - change.at)} earlier.`;
  return `${all} of ${facts.eventId} failed (${answers}) ${when} UTC${end}.${before}`;
};

/** Older changes are listed but not named as the first suspect. */
const recentMs = 86_400_000;

const clock = (ms: number): string => isoInstant(ms).slice(0, 19).replace("T", " ");

/** The platform's own row for the last failure. */
const rowFor = ({ profile }: Case, { status, error }: Pick<SeenAttempt, "status" | "error">): Trouble | undefined =>
  troubleOf(profile, {
    status,
    headers: [],
    error: error === null ? null : { kind: kindOf(error.kind), code: error.code, message: error.message },
  })[0];

const kindOf = (text: string): NetworkFailureKind => failureKinds.find((kind) => kind === text) ?? "other";

/** What a group of causes means, without finding codes. */
const headline = (cause: string | null): string => {
  if (cause === "secret-unfit") return "The given secret is not a signing secret of this platform";
  const [group] = (cause ?? "").split("-");
  switch (group) {
    case "body":
      return "The body that was verified is not the body that was signed";
    case "secret":
      return "The secret is not the one used for signing, or not in the same encoding";
    case "timestamp":
      return "The timestamp is not accepted";
    case "signature":
      return "The signature header is not in the platform's format";
    default:
      return "The request is not signed the way the platform signs";
  }
};

/** The first line of a fix; the code after it is shown with the finding. */
const firstStep = (fix: string): string => {
  const [first = "", ...code] = fix.split("\n").filter((line) => line.trim() !== "");
  return code.length === 0 ? first : `${first.replace(/:$/, "")} (see the code in the finding)`;
};

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Starts with a capital letter and ends with a full stop, as a person would write it. */
const sentence = (text: string): string => {
  const capital = capitalized(text.trim());
  return /[.!?:;)}\]`]$/.test(capital) || capital === "" ? capital : `${capital}.`;
};
