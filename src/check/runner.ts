import { Battery, interrupted, skipped } from "./battery.ts";
import type { CaseRun } from "./battery.ts";
import { cases } from "./cases.ts";
import { notApplicableReason } from "./case.ts";
import type { CheckCase } from "./case.ts";
import { oneCauseEach } from "./causes.ts";
import { accepted, isAccepted, isPage, outcomeOf, responseWords } from "./delivery-checks.ts";
import { explainRefusal, formTaken, pageForAll } from "./refusal.ts";
import type { CheckSession } from "./session.ts";
import { openSession } from "./session.ts";
import type { CaseId, CaseResult, CheckReport, Deps, Outcome, DeliveryResult, Target } from "./types.ts";

/** Selects the cases to run. */
interface Selection {
  /** Run only these; all if empty. */
  readonly only: readonly CaseId[];
  /** Skip these; they are reported as skipped. */
  readonly skip: readonly CaseId[];
}

/**
 * Runs the cases against a receiver. If the valid delivery isn't accepted, that is the only failure.
 * @param emit called with each case's id when it has ended
 * @returns the results in the order of `caseIds`
 * @throws HookproofError as `sign` if the secret or scheme is unsuitable
 */
export const runChecks = async (
  target: Target,
  selection: Selection,
  deps: Deps,
  emit: (id: CaseId) => void = () => undefined,
): Promise<CheckReport> => {
  const { only, skip } = selection;
  const chosen = cases.filter(({ id, isOmitted: isLeftOut }) =>
    only.length === 0 ? isLeftOut?.(target) !== true : only.includes(id),
  );
  let session = openSession(target, deps);
  try {
    let control = await session.send("valid", session.event().request);
    let form: string | null = null;
    if (!isAccepted(control.exchange) && !deps.signal.aborted) {
      const refusal = await explainRefusal(session, control);
      if ("outcome" in refusal) {
        if (!deps.signal.aborted) return refused(target, chosen, selection, control, refusal.outcome);
      } else {
        form = formTaken(refusal.form);
        control = refusal.accepted;
        await session.close();
        session = openSession({ ...target, scheme: refusal.form }, deps);
      }
    }
    const page = await pageForAll(session, control);
    if (page !== undefined && !deps.signal.aborted) return refused(target, chosen, selection, control, page);
    session.takeFailure();
    const battery = new Battery(session, control.exchange.timings.totalMs, emit);
    for (const one of chosen) {
      const reason = skip.includes(one.id) ? "skipped by --skip" : notApplicableReason(one, session.target);
      if (reason !== undefined) battery.set(one, skipped(reason));
      else if (one.id === "accepts-valid") {
        const outcome = deps.signal.aborted ? interrupted : await validOutcome(one, session, control, form);
        battery.set(one, outcome, control.exchange.timings.totalMs);
      }
    }
    const remaining = (when: CheckCase["when"]): readonly CheckCase[] =>
      chosen.filter((one) => one.when === when && !battery.results.has(one.id));
    await battery.runSequentially(remaining("first"));
    await battery.runConcurrently(remaining("together"));
    await battery.runSequentially(remaining("apart"));
    return reportOf(session.target, battery.results);
  } finally {
    await session.close();
  }
};

/** Combines the first delivery with the other deliveries of its case. */
const validOutcome = async (
  one: CheckCase,
  session: CheckSession,
  control: DeliveryResult,
  form: string | null,
): Promise<Outcome> => {
  const seen = [control];
  if ("deliveries" in one) for await (const more of one.deliveries(session)) seen.push(more);
  const outcome = outcomeOf(seen, accepted, session.target);
  if (outcome.status !== "pass") return outcome;
  const observed = form === null ? outcome.observed : `${outcome.observed}: ${form}`;
  // A catch-all page answers this path too.
  return isPage(control.exchange)
    ? { status: "advice", observed, fix: "Webhook handlers do not return pages: is this the right path?" }
    : { ...outcome, observed };
};

/** The report if the valid delivery isn't accepted: that is the only failure, because nothing else can be tested. */
const refused = (
  target: Target,
  chosen: readonly CheckCase[],
  { skip }: Selection,
  control: DeliveryResult,
  outcome: Outcome,
): CheckReport => {
  const isLate = control.exchange.error?.kind === "timeout" && chosen.some(({ id }) => id === "answers-in-time");
  const root: CaseId = isLate ? "answers-in-time" : "accepts-valid";
  const reason = `the valid delivery is not accepted: ${responseWords(control.exchange)}`;
  const reported = cases.filter((one) => chosen.includes(one) || one.id === root);
  const results = new Map<CaseId, CaseRun>(
    reported.map(({ id }) => {
      if (skip.includes(id)) return [id, { outcome: skipped("skipped by --skip"), durationMs: 0 }];
      const { totalMs } = control.exchange.timings;
      return [id, id === root ? { outcome, durationMs: totalMs } : { outcome: skipped(reason), durationMs: 0 }];
    }),
  );
  return reportOf(target, results);
};

const reportOf = (target: Target, results: ReadonlyMap<CaseId, CaseRun>): CheckReport => {
  const outcomes = oneCauseEach(new Map([...results].map(([id, { outcome }]) => [id, outcome])));
  const reported = cases.flatMap((one): CaseResult[] => {
    const outcome = outcomes.get(one.id);
    if (outcome === undefined) return [];
    const isFound = outcome.status === "fail" || outcome.status === "advice";
    return [
      {
        id: one.id,
        title: one.title,
        status: outcome.status,
        expected: one.expectedOf?.(target.profile) ?? one.expected,
        observed: outcome.observed,
        ...(isFound && outcome.deliveries !== undefined ? { deliveries: outcome.deliveries } : {}),
        fix: isFound ? (outcome.fix ?? one.fix) : null,
        durationMs: results.get(one.id)?.durationMs ?? 0,
        proves: one.proves,
        sent: one.sent,
      },
    ];
  });
  const count = (status: CaseResult["status"]): number => reported.filter((one) => one.status === status).length;
  return {
    url: target.url,
    provider: target.profile.id,
    scheme: target.scheme.name,
    passed: count("pass"),
    failed: count("fail"),
    advice: count("advice"),
    skipped: count("skip"),
    interrupted: count("interrupted"),
    cases: reported,
  };
};
