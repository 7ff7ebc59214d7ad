import { troubleFor } from "../delivery/policy.ts";
import { failureKinds } from "../request/attempt.ts";
import type { NetworkFailureKind } from "../request/attempt.ts";
import type { ProbeFinding } from "../doctor/finding.ts";
import type { Trouble } from "../providers/profile.ts";
import { formatDuration } from "../values/duration.ts";
import { isoInstant } from "../values/instant.ts";
import { hasFailed } from "./attempts.ts";
import type { Deploy } from "./deploys.ts";
import type { Case, Conclusion, Diagnosis, SeenAttempt } from "./types.ts";
import { counted } from "../values/count.ts";

/** What the evidence comes to, in four sentences: what was seen, the verdict, its cause, what to do next. */
export const conclude = (
  facts: Case,
  attempts: readonly SeenAttempt[],
  diagnosis: Diagnosis | null,
  probe: readonly ProbeFinding[],
  deploys: readonly Deploy[] = [],
  unrecorded: readonly string[] = [],
): Conclusion => {
  const failed = attempts.filter((attempt) => hasFailed(attempt) === true);
  const last = failed.at(-1);
  const symptom = symptomOf(facts, attempts, failed, deploys, unrecorded);
  const row = last === undefined ? undefined : rowFor(facts, last);
  const verdict = diagnosis?.verdict;
  const broken = probe.find(({ level }) => level === "problem");

  if (verdict !== undefined && !verdict.valid && verdict.cause !== "unexplained") {
    const [finding] = verdict.findings;
    return {
      tone: "bad",
      symptom,
      verdict: `${headline(verdict.cause)} (${verdict.findings.map(({ code }) => code).join(", ")})`,
      proved: verdict.findings.every(({ certain }) => certain),
      cause: verdict.findings.map(({ message }) => sentence(message)).join(" "),
      next: sentence(
        finding === undefined || finding.fix === ""
          ? (row?.next ?? "compare the request as sent with the request as received")
          : firstStep(finding.fix),
      ),
    };
  }
  if (last !== undefined && last.status === null && last.error !== null) {
    return {
      tone: "bad",
      symptom,
      verdict: `No answer: ${last.error.kind}${last.error.code === null ? "" : ` (${last.error.code})`}`,
      proved: true,
      cause: sentence(broken?.message ?? last.error.message),
      next: sentence(broken?.advice ?? row?.next ?? "check hostname, certificate, network rules and request logs"),
    };
  }
  if (last !== undefined) {
    const refusesGood = verdict?.valid === true && (last.status === 401 || last.status === 403);
    return {
      tone: "bad",
      symptom,
      verdict: refusesGood
        ? `The request is rightly signed, and the receiver still answers ${last.status}`
        : `The receiver answers ${last.status ?? "nothing"}`,
      proved: refusesGood,
      cause: refusesGood
        ? `The signature matches ${verdict.matchedSecret ?? "a known secret"}, so the receiver verifies with another secret, verifies other bytes than it received, or refuses before it verifies.`
        : sentence(row?.cause ?? last.reason ?? "the platform's document has no row for this answer"),
      next: sentence(
        refusesGood
          ? `run hookproof check against the receiver with the same secret; ${row?.next ?? "re-check its verification"}`
          : (row?.next ?? "look into the receiver's log at that time"),
      ),
    };
  }
  if (broken !== undefined) {
    return {
      tone: "bad",
      symptom,
      verdict: "The receiver cannot be reached as the platform would",
      proved: true,
      cause: sentence(broken.message),
      next: sentence(broken.advice),
    };
  }
  if (attempts.some((attempt) => attempt.outcome === "delivered")) {
    return {
      tone: "good",
      symptom,
      verdict: "Delivered: no failure of this event was seen",
      proved: true,
      cause: "The receiver answered with success.",
      next: "If the effect is missing, look behind the receiver's answer: the queue or worker it hands events to.",
    };
  }
  const unexplained = verdict !== undefined && !verdict.valid;
  const none = facts.profile.troubleshooting.find(({ on }) => on.includes("no-response"));
  const unseen =
    unrecorded.length > 0
      ? { cause: "the queue kept the event, and not what it was answered", next: undefined }
      : none === undefined
        ? { cause: "nothing was received and logged under this id", next: undefined }
        : { cause: `where no request was seen at all: ${none.cause}`, next: none.next };
  return {
    tone: "open",
    symptom,
    verdict: unexplained
      ? "The signature does not hold, and no known change explains it"
      : "Not decided: no failed attempt of this event is in the evidence",
    proved: false,
    cause: unexplained ? `${verdict.tried} explanations were tested.` : sentence(unseen.cause),
    next: sentence(unseen.next ?? "collect what is missing below"),
  };
};

const symptomOf = (
  facts: Case,
  attempts: readonly SeenAttempt[],
  failed: readonly SeenAttempt[],
  deploys: readonly Deploy[],
  unrecorded: readonly string[],
): string => {
  const [first, last] = [failed[0], failed.at(-1)];
  if (first === undefined || last === undefined) {
    if (unrecorded.length > 0)
      return `${facts.eventId} is a dead letter in ${unrecorded.join(", ")}, which does not tell when and how its delivery failed.`;
    return attempts.length === 0
      ? `No attempt at delivering ${facts.eventId} was found in what was looked at.`
      : `${counted(attempts.length, "attempt")} at delivering ${facts.eventId} seen, none known to have failed.`;
  }
  const answers = [
    ...new Set(failed.map(({ status, error }) => (status === null ? (error?.kind ?? "no answer") : String(status)))),
  ].join(", ");
  const [from, to] = [clock(first.at), clock(last.at)];
  const when = from === to ? `at ${to}` : `from ${from} to ${to}`;
  const all =
    failed.length === attempts.length
      ? counted(failed.length, "attempt")
      : `${failed.length} of ${attempts.length} attempts`;
  const end = last.outcome === "terminal" ? `; ${facts.profile.name} gave up` : "";
  const change = deploys.filter(({ at }) => at <= first.at).toSorted((a, b) => b.at - a.at)[0];
  const before =
    change === undefined || first.at - change.at > recentMs
      ? ""
      : ` The last change before it, ${[change.kind, change.name].join(" ").trim()}, was ${formatDuration(first.at - change.at)} earlier.`;
  return `${all} of ${facts.eventId} failed (${answers}) ${when} UTC${end}.${before}`;
};

/** A change longer ago than this is listed, and not named first. */
const recentMs = 86_400_000;

const clock = (ms: number): string => isoInstant(ms).slice(0, 19).replace("T", " ");

/** The platform's own row for the last failure. */
const rowFor = ({ profile }: Case, { status, error }: SeenAttempt): Trouble | undefined =>
  troubleFor(profile, {
    status,
    headers: [],
    error: error === null ? null : { kind: kindOf(error.kind), code: error.code, message: error.message },
  })[0];

const kindOf = (text: string): NetworkFailureKind => failureKinds.find((kind) => kind === text) ?? "other";

/** What a group of causes means, for someone who does not know the codes. */
const headline = (cause: string | null): string => {
  const [group] = (cause ?? "").split("-");
  switch (group) {
    case "body":
      return "The body that is verified is not the body that was signed";
    case "secret":
      return "It is signed with another secret, or the secret is read in another way";
    case "timestamp":
      return "The timestamp is not accepted";
    case "signature":
      return "The signature header is not as the platform writes it";
    default:
      return "It is signed in another way than the platform does";
  }
};

/** A fix's first line; the code that follows it stands with the finding. */
const firstStep = (fix: string): string => {
  const [first = "", ...code] = fix.split("\n").filter((line) => line.trim() !== "");
  return code.length === 0 ? first : `${first.replace(/:$/, "")} (the code stands with the finding)`;
};

/** Starts with a capital letter and ends with a full stop, as a person would write it. */
const sentence = (text: string): string => {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?:;)}\]`]$/.test(capital) || capital === "" ? capital : `${capital}.`;
};
