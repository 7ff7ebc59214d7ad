import { labels } from "./labels.ts";
import type { CaseId, FailedDelivery, Outcome } from "./types.ts";

/**
 * One cause behind several failures. If the evidence supports it, only `root` is reported as failed; the others are
 * skipped with that reason.
 */
interface Rule {
  /** The case to report; of several, the first that failed. */
  readonly root: readonly CaseId[];
  /** Whether the failures match this cause. */
  readonly holds: (root: FailedCase, all: ReadonlyMap<CaseId, FailedCase>) => boolean;
  /** Cases it may explain. */
  readonly candidates: readonly CaseId[];
  /** Whether it explains this other failure. */
  readonly explains: (other: FailedCase, root: FailedCase) => boolean;
  /** The cause, if the root's own text doesn't say it. */
  readonly cause?: string;
}

interface FailedCase {
  readonly id: CaseId;
  readonly failing: readonly FailedDelivery[];
}

const forgeries: readonly CaseId[] = [
  "rejects-wrong-secret",
  "rejects-truncated-signature",
  "rejects-tampered-body",
  "rejects-missing-signature",
  "rejects-empty-signature",
  "rejects-non-hex-signature",
  "rejects-stale-timestamp",
  "rejects-future-timestamp",
];

const acceptances: readonly CaseId[] = [
  "keeps-raw-body",
  "accepts-unicode",
  "ignores-header-case",
  "accepts-retry",
  "accepts-duplicate",
  "accepts-unknown-event",
  "accepts-large-body",
  "accepts-chunked",
  "accepts-rotated-secret",
  "answers-in-time",
];

const accepts = ({ failing }: FailedCase): boolean => failing.every(({ isAccepted }) => isAccepted);
const wasAccepted = (failed: FailedCase | undefined, label: string): boolean =>
  failed?.failing.some((one) => one.isAccepted && one.label === label) === true;
const rejectsInBody = (failed: FailedCase | undefined): boolean =>
  failed?.failing.every(
    ({ isAccepted, text }) => isAccepted && /error|invalid|unauthori[sz]ed|forbidden|denied/i.test(text),
  ) === true;
const isBusy = ({ response }: FailedDelivery): boolean => response === 429 || response === 503;
const responses = ({ failing }: FailedCase): ReadonlySet<FailedDelivery["response"]> =>
  new Set(failing.map(({ response }) => response));
/** Whether every response of one also occurs in the other. */
const sameResponses = (one: FailedCase, other: FailedCase): boolean => {
  const known = responses(other);
  return [...responses(one)].every((response) => known.has(response));
};

/** Token checks are independent of signature checks. */
const isToken = ({ failing }: FailedCase): boolean => failing.some(({ label }) => label === labels.falseToken);

const rules: readonly Rule[] = [
  {
    root: ["survives-burst", ...acceptances],
    // A 429 is fine for a forgery but not for a valid delivery.
    holds: ({ failing }, all) =>
      failing.some(isBusy) &&
      [...acceptances, "answers-challenge" as const].some((id) => all.get(id)?.failing.every(isBusy) === true),
    candidates: [
      ...acceptances,
      ...forgeries,
      "rejects-malformed-json",
      "answers-challenge",
      "rejects-false-challenge",
    ],
    explains: ({ failing }) => failing.every(isBusy),
    cause: "the receiver limits the rate of deliveries",
  },
  {
    root: ["rejects-wrong-secret"],
    holds: (root, all) => rejectsInBody(root) && rejectsInBody(all.get("rejects-tampered-body")),
    candidates: [...forgeries, "refuses-get"],
    explains: rejectsInBody,
    cause: "only the body says it is rejected, but the status is what counts",
  },
  {
    root: ["rejects-tampered-body"],
    holds: (root, all) =>
      accepts(root) &&
      wasAccepted(all.get("rejects-wrong-secret"), labels.otherSecret) &&
      wasAccepted(all.get("rejects-missing-signature"), labels.noHeader),
    candidates: [...forgeries, "rejects-malformed-json", "refuses-get", "rejects-false-challenge"],
    explains: (other) => accepts(other) && !isToken(other),
    cause: "signatures are not verified: tampered, wrongly signed and unsigned deliveries are all accepted",
  },
  {
    root: ["rejects-wrong-secret"],
    holds: (root, all) =>
      wasAccepted(root, labels.otherSecret) && all.get("rejects-tampered-body")?.failing[0]?.isAccepted === true,
    candidates: [...forgeries, "rejects-false-challenge"],
    explains: (other) => accepts(other) && !isToken(other),
    cause: "the signature is not compared: any signature is accepted",
  },
  {
    root: ["rejects-truncated-signature"],
    holds: (root) =>
      accepts(root) && root.failing.some(({ label }) => label === labels.firstHalf || label === labels.secondHalf),
    candidates: ["rejects-non-hex-signature"],
    explains: accepts,
    cause: "only part of the signature is compared",
  },
  {
    root: ["rejects-truncated-signature"],
    holds: (root) => wasAccepted(root, labels.firstDigit),
    candidates: ["rejects-empty-signature"],
    explains: accepts,
    cause: "the signature is compared only up to its length",
  },
  {
    root: ["rejects-missing-signature"],
    holds: accepts,
    candidates: ["rejects-empty-signature"],
    explains: accepts,
    cause: "only deliveries with a signature are verified",
  },
  {
    root: ["rejects-stale-timestamp"],
    holds: accepts,
    candidates: ["rejects-future-timestamp"],
    explains: accepts,
    cause: "the timestamp is not checked",
  },
  {
    root: forgeries,
    holds: ({ failing }) => failing.every(({ isAccepted }) => !isAccepted),
    candidates: forgeries,
    explains: (other, root) => other.failing.every(({ isAccepted }) => !isAccepted) && sameResponses(other, root),
  },
  {
    root: ["keeps-raw-body"],
    holds: () => true,
    candidates: ["accepts-unicode", "accepts-large-body", "rejects-malformed-json"],
    explains: (other, root) =>
      other.id === "rejects-malformed-json"
        ? other.failing.every(({ isAccepted }) => !isAccepted)
        : sameResponses(other, root),
  },
  {
    root: ["accepts-unicode"],
    holds: () => true,
    candidates: ["accepts-large-body"],
    explains: sameResponses,
  },
  {
    root: ["answers-challenge"],
    holds: accepts,
    candidates: ["rejects-false-challenge"],
    explains: accepts,
    cause: "a challenge is treated like any other request",
  },
  {
    root: ["accepts-duplicate"],
    holds: () => true,
    candidates: ["accepts-retry"],
    explains: (other, root) =>
      other.failing.every(({ label }) => label === labels.secondAttempt) && sameResponses(other, root),
  },
];

/** Keeps one failure per cause. Its consequences are reported as skipped, naming the case that failed. */
export const oneCauseEach = (outcomes: ReadonlyMap<CaseId, Outcome>): ReadonlyMap<CaseId, Outcome> => {
  const resolved = new Map(outcomes);
  for (const rule of rules) {
    const all = failedOf(resolved);
    const root = rule.root.map((id) => all.get(id)).find((one) => one !== undefined);
    if (root === undefined || !rule.holds(root, all)) continue;
    const followers = rule.candidates.flatMap((id) => {
      const other = all.get(id);
      return other === undefined || id === root.id || !rule.explains(other, root) ? [] : [id];
    });
    const main = resolved.get(root.id);
    if (followers.length === 0 || main === undefined) continue;
    for (const id of followers) {
      resolved.set(id, { status: "skip", observed: `same cause as ${root.id}`, fix: null });
    }
    if (rule.cause !== undefined) resolved.set(root.id, { ...main, observed: `${main.observed}; ${rule.cause}` });
  }
  return resolved;
};

const failedOf = (outcomes: ReadonlyMap<CaseId, Outcome>): ReadonlyMap<CaseId, FailedCase> =>
  new Map(
    [...outcomes].flatMap(([id, { status, failing }]) =>
      (status === "fail" || status === "advice") && failing !== undefined && failing.length > 0
        ? [[id, { id, failing }] as const]
        : [],
    ),
  );
