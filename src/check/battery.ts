import { setTimeout as pause } from "node:timers/promises";
import type { Exchange } from "../http/types.ts";
import type { CheckCase } from "./case.ts";
import { problemFix } from "./fixes.ts";
import { outcomeOf } from "./delivery-checks.ts";
import type { ConnectionFailure, CheckSession } from "./session.ts";
import type { CaseId, Outcome, DeliveryResult } from "./types.ts";

/** A case's outcome and how long it took. */
export interface CaseRun {
  readonly outcome: Outcome;
  readonly durationMs: number;
}

/** Concurrent cases for slow receivers: fast enough, but not a burst. */
const concurrency = 6;
/** Faster receivers are tested one case at a time, so that a crash can be attributed to one delivery. */
const quickMs = 100;
/** Poll interval while the receiver is down. */
const pollMs = 200;
/**
 * Without a response to a valid delivery for this long, the receiver counts as down, unless it was slow from the start.
 */
const maxWaitMs = 5000;
/** How long to wait for a crash caused by work done after the response. */
const aftermathMs = 300;
/** How many earlier cases may have caused a crash through work they left behind. */
const suspectedCases = 4;
/** After this many crashes the run stops. */
const maxCrashes = 3;

/** Runs the cases against one receiver and survives the receiver's crashes. */
export class Battery {
  readonly #session: CheckSession;
  readonly #receiverMs: number;
  readonly #emit: (id: CaseId) => void;
  readonly #results = new Map<CaseId, CaseRun>();
  /** Cases that ended since the receiver was last known to work, most recent last. */
  #ended: CheckCase[] = [];
  #crashes = 0;
  /** The last probe. */
  #probe: Exchange | undefined;
  /** Why the run stopped early. */
  #stopReason: string | undefined;

  /** @param receiverMs how long the receiver took for a valid delivery */
  constructor(session: CheckSession, receiverMs: number, emit: (id: CaseId) => void) {
    this.#session = session;
    this.#receiverMs = receiverMs;
    this.#emit = emit;
  }

  get #isStopped(): boolean {
    return this.#session.deps.signal.aborted;
  }

  get results(): ReadonlyMap<CaseId, CaseRun> {
    return this.#results;
  }

  /** Records the outcome of a case that needs no run. */
  set(one: CheckCase, outcome: Outcome, durationMs = 0): void {
    this.#results.set(one.id, { outcome, durationMs });
    this.#emit(one.id);
  }

  /** Runs cases that may overlap; still one by one if the receiver is fast. */
  async runConcurrently(cases: readonly CheckCase[]): Promise<void> {
    const ordered = cases.toSorted((a, b) => Number(b.id === baselineForgery) - Number(a.id === baselineForgery));
    // The first delivery may have hit the receiver while it was warming up.
    const isQuick =
      this.#receiverMs < quickMs || ((await this.#isUp()) && (this.#probe?.timings.totalMs ?? 0) < quickMs);
    if (!isQuick && (await this.#runGroup(ordered))) return;
    await this.runSequentially(ordered);
  }

  /** Runs cases one after the other. */
  async runSequentially(cases: readonly CheckCase[]): Promise<void> {
    for (const one of cases) await this.#step(one);
  }

  /**
   * Runs cases concurrently. Returns false if one of them may have crashed the receiver, because the results then mean
   * nothing.
   */
  async #runGroup(cases: readonly CheckCase[]): Promise<boolean> {
    const queue = [...cases];
    const ended = new Map<CheckCase, CaseRun>();
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        ended.set(next, await this.#run(next));
        this.#emit(next.id);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    const broken = this.#session.takeFailure();
    const isSound =
      broken === undefined || this.#isStopped || (broken.failure.kind === "timeout" && (await this.#isUp()));
    if (!isSound) {
      if (await this.#waitUntilUp()) return false;
      if (this.#isStopped) return this.runSequentially(cases).then(() => true);
      const suspects = cases.filter((one) =>
        ended.get(one)?.outcome.failing?.some(({ response }) => response !== "refused"),
      );
      const names = suspects.map(({ id }) => id).join(", ");
      this.#crash(suspects[0]?.id ?? "accepts-valid", `the receiver went down while these cases ran: ${names}`);
      this.#stopReason = "not run: the receiver is down";
      return false;
    }
    for (const [one, { outcome, durationMs }] of ended) this.set(one, outcome, durationMs);
    return true;
  }

  async #step(one: CheckCase): Promise<void> {
    if (this.#results.has(one.id)) return;
    if (this.#stopReason !== undefined) return this.set(one, skipped(this.#stopReason));
    if (one.passesOnRejection === true && one.id !== baselineForgery && this.#cannotReject !== undefined) {
      return this.set(one, skipped(this.#cannotReject));
    }
    const ran = await this.#run(one);
    const broken = this.#session.takeFailure();
    const isSound = broken === undefined || this.#isStopped || (!broken.isRefused && (await this.#isUp()));
    if (!isSound) return this.#afterCrash(one, broken);
    this.set(one, ran.outcome, ran.durationMs);
    this.#ended = broken === undefined ? [...this.#ended.slice(1 - suspectedCases), one] : [];
  }

  /** Why forgeries are skipped: the basic one crashed the receiver or got no response in time. */
  get #cannotReject(): string | undefined {
    const outcome = this.#results.get(baselineForgery)?.outcome;
    if (outcome?.isDown === true) return `a rejection takes the receiver down: see ${baselineForgery}`;
    const hangs = outcome?.failing?.some(({ response }) => response === "timeout") === true;
    return hangs ? `a rejection gets no response in time: see ${baselineForgery}` : undefined;
  }

  /**
   * Finds the case that crashed the receiver: this one, or an earlier one through work it left behind. Reruns each
   * alone, if the receiver comes back.
   */
  async #afterCrash(one: CheckCase, { failure, before }: ConnectionFailure): Promise<void> {
    if (await this.#waitUntilUp()) return this.#findCulprit(one);
    if (this.#isStopped) return this.set(one, interrupted);
    const previous = this.#ended.at(-1)?.id ?? "accepts-valid";
    const then = `valid deliveries after it get none either: ${this.#probe?.error?.message ?? "no response"}`;
    // A refused connection means that the receiver was already down.
    const culprit = before === 0 && failure.kind === "refused" ? previous : one.id;
    const beforeIt = culprit === one.id && before === 0 ? ` (the case before: ${previous})` : "";
    this.#crash(culprit, `${culprit === one.id ? "no response, and" : "it got a response, but"} ${then}${beforeIt}`);
    this.#stopReason = `not run: the receiver has been down since ${culprit}`;
    await this.#step(one);
  }

  async #findCulprit(one: CheckCase): Promise<void> {
    let own: CaseRun | undefined;
    for (const suspect of [undefined, one, ...this.#ended.toReversed()]) {
      // The first entry is the valid delivery that showed the receiver is back.
      const ran = suspect === undefined ? undefined : await this.#run(suspect);
      const isUp = await this.#staysUp();
      if (this.#isStopped) return this.set(one, interrupted);
      if (isUp && suspect === one) own = ran;
      if (isUp) continue;
      const culprit = suspect?.id ?? "accepts-valid";
      const isBack = suspect !== undefined && (await this.#waitUntilUp());
      const isUnreal =
        isBack && suspect.isArtificial === true && this.#results.get(baselineForgery)?.outcome.status === "pass";
      this.#crash(culprit, "the receiver went down even when only this was sent", isUnreal);
      if (suspect === undefined) this.#stopReason = "not run: a valid delivery takes the receiver down";
      else if (!isBack) this.#stopReason = `not run: the receiver has been down since ${culprit}`;
      break;
    }
    // The crash can't be reproduced, so these deliveries didn't cause it.
    this.#ended = [];
    if (own !== undefined) this.set(one, own.outcome, own.durationMs);
    else await this.#step(one);
  }

  /** @param isHarmless the receiver rejects forgeries, came back, and no platform sends the body that crashed it */
  #crash(id: CaseId, what: string, isHarmless = false): void {
    this.#ended = [];
    const failing = [{ label: "", isAccepted: false, response: "reset", text: "" }] as const;
    const outcome: Outcome = isHarmless
      ? { status: "advice", observed: `${what}; it came back`, fix: problemFix.restarts, failing, isDown: true }
      : { status: "fail", observed: what, fix: problemFix.down, failing, isDown: true };
    this.#results.set(id, { outcome, durationMs: this.#results.get(id)?.durationMs ?? 0 });
    if (++this.#crashes >= maxCrashes) this.#stopReason = `not run: the receiver went down ${this.#crashes} times`;
    this.#emit(id);
  }

  async #run(one: CheckCase): Promise<CaseRun> {
    const started = performance.now();
    const outcome = await outcomeFor(one, this.#session);
    return { outcome, durationMs: Math.round(performance.now() - started) };
  }

  /** Whether the receiver responds to a valid delivery. */
  async #isUp(): Promise<boolean> {
    const session = this.#session;
    const limitMs = Math.min(session.target.timeLimitMs, Math.max(maxWaitMs, 5 * this.#receiverMs));
    const { exchange } = await session.sendOnce("probe", session.event().request, undefined, limitMs);
    session.takeFailure();
    this.#probe = exchange;
    return exchange.status !== null;
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#session.deps.signal }).catch(() => undefined);
  }

  /** Whether the receiver is up and stays up after finishing any background work. */
  async #staysUp(): Promise<boolean> {
    const until = performance.now() + aftermathMs;
    while (await this.#isUp()) {
      if (performance.now() >= until) return true;
      await this.#pause(aftermathMs / 6);
    }
    return false;
  }

  /** Waits until the receiver is up again, for as long as a restart may take. */
  async #waitUntilUp(): Promise<boolean> {
    const { target, deps } = this.#session;
    const until = performance.now() + target.restartMs;
    while (!deps.signal.aborted) {
      if (await this.#isUp()) return true;
      if (performance.now() >= until) return false;
      await this.#pause(pollMs);
    }
    return false;
  }
}

/** The forgery without special features. */
const baselineForgery: CaseId = "rejects-wrong-secret";

export const skipped = (observed: string): Outcome => ({ status: "skip", observed, fix: null });

export const interrupted: Outcome = { status: "interrupted", observed: "interrupted", fix: null };

const outcomeFor = async (one: CheckCase, session: CheckSession): Promise<Outcome> => {
  const { target, deps } = session;
  if (deps.signal.aborted) return interrupted;
  const outcome =
    "run" in one ? await one.run(session) : outcomeOf(await all(one.deliveries(session)), one.check, target);
  if (deps.signal.aborted) return interrupted;
  return one.isAdvice === true && outcome.status === "fail" ? { ...outcome, status: "advice" } : outcome;
};

const all = async (deliveries: AsyncIterable<DeliveryResult>): Promise<readonly DeliveryResult[]> => {
  const seen: DeliveryResult[] = [];
  for await (const one of deliveries) {
    seen.push(one);
    // One timeout is enough: the others would only wait as long.
    if (one.exchange.error?.kind === "timeout") break;
  }
  return seen;
};
