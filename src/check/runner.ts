import { cases } from "./cases.ts";
import type { CheckCase } from "./case.ts";
import { accepted, isAccepted, outcomeOf, responseWords } from "./judge.ts";
import type { CheckSession } from "./session.ts";
import { openSession } from "./session.ts";
import type { CaseId, CaseResult, CheckReport, Outcome, Seen, Target, Deps } from "./types.ts";

/** Which cases run. */
interface Selection {
  /** Only these; all where empty. */
  readonly only: readonly CaseId[];
  /** Not these: told as skipped. */
  readonly skip: readonly CaseId[];
}

/** Cases under way at once: enough to be quick, few enough not to be a burst. */
const width = 6;

/**
 * Runs the battery against a receiver.
 * @param told is handed each result when it is there, in the order in which cases end
 * @returns the results in the battery's order
 * @throws HookproofError as `sign` where the secret or the scheme does not do
 */
export const runChecks = async (
  target: Target,
  selection: Selection,
  deps: Deps,
  told: (result: CaseResult) => void = () => undefined,
): Promise<CheckReport> => {
  const session = openSession(target, deps);
  try {
    const chosen = cases.filter(({ id }) => selection.only.length === 0 || selection.only.includes(id));
    const control = await session.send("valid", session.event().request);
    const results = new Map<CaseId, CaseResult>();
    const run = async (one: CheckCase): Promise<void> => {
      const started = performance.now();
      const outcome = await outcomeFor(one, session, selection, control);
      const durationMs =
        one.id === "accepts-valid" ? control.exchange.timings.totalMs : Math.round(performance.now() - started);
      const result = resultOf(one, outcome, durationMs);
      results.set(one.id, result);
      told(result);
    };
    for (const one of chosen.filter(({ when }) => when === "first")) await run(one);
    await inParallel(
      chosen.filter(({ when }) => when === "together"),
      run,
    );
    for (const one of chosen.filter(({ when }) => when === "apart")) await run(one);
    return reportOf(
      target,
      chosen.flatMap(({ id }) => results.get(id) ?? []),
    );
  } finally {
    await session.close();
  }
};

const outcomeFor = async (
  one: CheckCase,
  session: CheckSession,
  selection: Selection,
  control: Seen,
): Promise<Outcome> => {
  const { target, deps } = session;
  const skipped = (observed: string): Outcome => ({ status: "skip", observed, fix: null });
  if (selection.skip.includes(one.id)) return skipped("left out by --skip");
  const unfit = one.unfit?.(target);
  if (unfit !== undefined) return skipped(unfit);
  const { error } = control.exchange;
  if (one.id === "accepts-valid" && error !== null) return outcomeOf([control], accepted, target);
  if (error !== null && unreached.has(error.kind)) {
    // A receiver that is too slow for one delivery is too slow: the rest would only wait as long.
    return one.id === "answers-in-time" && error.kind === "timeout"
      ? { status: "fail", observed: responseWords(control.exchange), fix: null }
      : skipped(`the valid delivery got no answer: ${error.message}`);
  }
  if (deps.signal.aborted) return skipped("interrupted");
  const before = one.id === "accepts-valid" ? [control] : [];
  const outcome =
    "run" in one
      ? await one.run(session)
      : outcomeOf([...before, ...(await all(one.deliveries(session)))], one.judge, target);
  // What turns everything away turns forgeries away too.
  return one.turnedAway === true && outcome.status === "pass" && !isAccepted(control.exchange)
    ? skipped("the valid delivery is not accepted either: this proves nothing")
    : outcome;
};

const unreached = new Set(["dns", "refused", "unreachable", "tls", "timeout", "aborted"]);

const resultOf = (one: CheckCase, outcome: Outcome, durationMs: number): CaseResult => ({
  id: one.id,
  title: one.title,
  status: outcome.status,
  expected: one.expected,
  observed: outcome.observed,
  fix: outcome.fix ?? (outcome.status === "fail" ? one.fix : null),
  durationMs,
  proves: one.proves,
  sent: one.sent,
});

const reportOf = (target: Target, results: readonly CaseResult[]): CheckReport => {
  const count = (status: CaseResult["status"]): number => results.filter((one) => one.status === status).length;
  return {
    url: target.url,
    provider: target.profile.id,
    passed: count("pass"),
    failed: count("fail"),
    skipped: count("skip"),
    cases: results,
  };
};

const all = async (deliveries: AsyncIterable<Seen>): Promise<readonly Seen[]> => {
  const seen: Seen[] = [];
  for await (const one of deliveries) {
    seen.push(one);
    // Told by one: the others would only wait as long.
    if (one.exchange.error?.kind === "timeout") break;
  }
  return seen;
};

const inParallel = async <T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> => {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: width }, worker));
};
