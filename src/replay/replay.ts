import type { Transport } from "../http/client.ts";
import { deliver } from "../delivery/deliver.ts";
import type { DeliverOptions, DeliveryClock } from "../delivery/deliver.ts";
import { runWorkers } from "../delivery/workers.ts";
import type { WorkerPool } from "../delivery/workers.ts";
import { rateLimiter } from "../delivery/rate-limiter.ts";
import type { Delivery } from "../delivery/types.ts";
import type { Claim, DlqEntry } from "../dlq/dlq.ts";
import { isWebhook, notWebhook } from "../dlq/webhook.ts";
import { HookproofError } from "../errors.ts";
import type { Profile } from "../providers/profile.ts";
import type { Infer } from "../values/infer.ts";
import { withOwnHeaders } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import type { Attempt } from "../request/attempt.ts";
import { formatDuration } from "../values/duration.ts";
import { onAbort } from "../values/abort.ts";
import type { Secret } from "../values/secret.ts";
import { claims } from "./claims.ts";
import type { ClaimOptions } from "./claims.ts";
import type { resultSchema, summarySchema } from "./schema.ts";
import { attemptsMade, headersToKeep, retarget } from "./request.ts";
import { longestWaitMs, throttle } from "./throttle.ts";
import type { Throttle } from "./throttle.ts";

export interface ReplayOptions extends ClaimOptions {
  /** Where events go: to a URL (or why there is none), or back to the queue that the message came from. */
  readonly to: "source" | ((entry: DlqEntry) => string | Unsendable);
  /** The user's own headers; they replace those of the same name, `Host` too. */
  readonly headers: readonly HeaderPair[];
  /** Skip events that this many replays failed to deliver. */
  readonly maxReplays: number;
  /** Whether to send requests that don't look like webhooks too. */
  readonly force: boolean;
  /** Called when an endpoint's Retry-After makes the whole run wait. */
  readonly onWait?: (ms: number, status: number) => void;
  /** Events to start per second, evenly spread. */
  readonly rate?: number;
  readonly retry: "none" | "provider";
  readonly speed: number;
  /** `resign` re-signs with the current secret, `keep` sends the stored headers. */
  readonly signature: "resign" | "keep";
  /** The failure rate (0 to 1) at which the run stops; applies after twenty results. */
  readonly stopAtFailures?: number;
  /** Whether to leave delivered events in the queue. */
  readonly keep: boolean;
  readonly transport: Transport;
  readonly clock: DeliveryClock;
  /** Aborts claiming and waiting; in-flight deliveries have a moment to finish. */
  readonly signal: AbortSignal;
  /** The profile and secret of an entry, or why it cannot be signed. */
  readonly signer: (entry: DlqEntry) => Signer | Unsendable | Promise<Signer | Unsendable>;
  readonly scheme?: string | undefined;
  readonly maxTimeMs?: number | undefined;
}

export interface Signer {
  readonly profile: Profile;
  readonly secret: Secret | null;
  /** The private key, for schemes whose signed content includes a secret. */
  readonly key?: Secret | undefined;
}

/** Why an event is not sent. */
export interface Unsendable {
  readonly unsendable: string;
}

/** The result for one event. */
export type ReplayResult = Infer<typeof resultSchema>;

/** Results since the last batch, reported together because reporting each line costs more than sending. */
export interface ReplayResults {
  readonly type: "results";
  readonly results: readonly ReplayResult[];
}

export type ReplaySummary = Infer<typeof summarySchema>;

/** Minimum number of results before the failure rate counts. */
const minimumSample = 20;

/** How long in-flight deliveries may continue after an interrupt. */
const graceMs = 700;

/** How often one event is resent in a run because its endpoint asked to wait. */
const maxWaits = 5;

/**
 * Redelivers a queue's events. Each is claimed first, so that concurrent replays never send the same one. A delivered
 * event leaves only after its 2xx is recorded; a failed one stays with its new attempts. Whatever happens to this
 * process, no event is lost, and at most those in flight are sent twice.
 */
export async function* replay(options: ReplayOptions): AsyncGenerator<ReplayResults, ReplaySummary> {
  const began = options.clock.now();
  const counts = { delivered: 0, returned: 0, failed: 0, skipped: 0 };
  const source = claims(options);
  const waitForSlot = rateLimiter({ ...options, ...options.clock });
  const throttled = throttle(options.clock, options.signal);
  const [cut, over] = [new AbortController(), new AbortController()];
  const endGrace = onAbort(
    options.signal,
    () => void options.clock.sleep(graceMs, over.signal).then(() => cut.abort()),
  );
  let stopped: ReplaySummary["stopped"] = null;

  const worker = async (gathering: WorkerPool<ReplayResult>): Promise<void> => {
    while (!gathering.hasFailed && stopped === null) {
      if (options.signal.aborted) {
        stopped = "interrupted";
        return;
      }
      // Each await costs a microtask; most events need none of the first three.
      const next = source.next();
      const claim = next instanceof Promise ? await next : next;
      if (claim === undefined) return;
      const wait = throttled.wait();
      if (wait !== undefined) await wait;
      const turn = waitForSlot();
      if (turn !== undefined) await turn;
      if (options.signal.aborted) {
        stopped = "interrupted";
        await claim.requeue([]);
        return;
      }
      const { result, needsLongWait } = await one(claim, options, { throttled, cut: cut.signal });
      counts[result.outcome]++;
      if (needsLongWait) stopped ??= "retry-after";
      const done = counts.delivered + counts.failed;
      if (
        options.stopAtFailures !== undefined &&
        done >= minimumSample &&
        counts.failed / done >= options.stopAtFailures
      )
        stopped = "failures";
      gathering.emit(result);
    }
  };
  try {
    for await (const results of runWorkers(options.concurrency, worker)) yield { type: "results", results };
  } finally {
    endGrace();
    over.abort();
    await source.requeueRest();
  }
  const seconds = Math.max(0.001, (options.clock.now() - began) / 1000);
  return {
    type: "summary",
    ...counts,
    left: (await options.dlq.stats(options.filter)).total,
    unreadable: options.dlq.unreadable,
    perSecond: Math.round(((counts.delivered + counts.returned + counts.failed) / seconds) * 10) / 10,
    seconds: Math.round(seconds * 1000) / 1000,
    stopped: stopped ?? (source.limited() ? "limit" : null),
  };
}

interface EventOutcome {
  readonly result: ReplayResult;
  /** Whether its endpoint asked for a longer wait than a run accepts. */
  readonly needsLongWait?: boolean;
}

/** State shared by the deliveries of a run. */
interface Run {
  readonly throttled: Throttle;
  readonly cut: AbortSignal;
}

const one = async (claim: Claim, options: ReplayOptions, run: Run): Promise<EventOutcome> => {
  const { entry } = claim;
  if (options.to === "source") return putBack(claim);
  const skipped = async (reason: string): Promise<EventOutcome> => {
    await claim.requeue([]);
    return { result: resultOf(entry, "skipped", null, entry.attempts.length, reason) };
  };
  const found = options.signer(entry);
  const signer = found instanceof Promise ? await found : found;
  if ("unsendable" in signer) return skipped(signer.unsendable);
  const to = options.to(entry);
  if (typeof to !== "string") return skipped(to.unsendable);
  const why = skipReason(entry, signer.profile, options);
  if (why !== undefined) return skipped(why);
  let sent: Sent;
  try {
    sent = await deliverWithWaits({ entry, signer, to, replay: replaysOf(entry).last + 1 }, options, run);
  } catch (error) {
    // One invalid request must not stop the others.
    if (!(error instanceof HookproofError) || error.code !== "input-malformed") throw error;
    return skipped(error.message);
  }
  const { outcome, reason, attempts, needsLongWait } = sent;
  const count = entry.attempts.length + attempts.length;
  const status = attempts.at(-1)?.status ?? null;
  if (outcome === "delivered") {
    await claim.acknowledge(attempts, options.keep);
    return { result: resultOf(entry, "delivered", status, count, reason) };
  }
  await claim.requeue(attempts);
  return { result: resultOf(entry, "failed", status, count, reason), needsLongWait };
};

/**
 * Why an event isn't sent, regardless of its endpoint and secret; undefined if it may be.
 * @param profile its provider's
 */
export const skipReason = (
  entry: DlqEntry,
  profile: Profile | undefined,
  { maxReplays, force }: Pick<ReplayOptions, "maxReplays" | "force">,
): string | undefined => {
  const { inVain } = replaysOf(entry);
  if (inVain >= maxReplays) return `${inVain} replays failed: use --max-replays ${inVain + 1} to try once more`;
  const isLeft = !force && !isWebhook(entry, entry.provider === null ? undefined : profile);
  return isLeft ? `${notWebhook} (use --force to send it)` : undefined;
};

/**
 * The number of an entry's last replay, and how many have failed since the last success (with `--keep`, delivered
 * entries stay in the queue).
 */
const replaysOf = ({ attempts }: Pick<DlqEntry, "attempts">): { readonly last: number; readonly inVain: number } => {
  let last = 0;
  const inVain = new Set<number>();
  for (const { replay: number, outcome } of attempts) {
    if (number === undefined) continue;
    last = Math.max(last, number);
    if (outcome === "delivered") inVain.clear();
    else inVain.add(number);
  }
  return { last, inVain: inVain.size };
};

/** Puts a message back on the queue it came from. */
const putBack = async (claim: Claim): Promise<EventOutcome> => {
  const { entry } = claim;
  const count = entry.attempts.length;
  const skipped = async (reason: string): Promise<EventOutcome> => {
    await claim.requeue([]);
    return { result: resultOf(entry, "skipped", null, count, reason) };
  };
  if (claim.moveToSource === undefined) return skipped("this queue does not record where an event came from");
  try {
    return { result: resultOf(entry, "returned", null, count, `returned to ${await claim.moveToSource()}`) };
  } catch (error) {
    if (!(error instanceof HookproofError) || error.code !== "unsupported") throw error;
    return skipped(error.message);
  }
};

interface Sending {
  readonly entry: DlqEntry;
  readonly signer: Signer;
  readonly to: string;
  /** The number of this replay of the event, from 1. */
  readonly replay: number;
}

interface Sent {
  readonly outcome: Delivery["outcome"];
  readonly reason: string;
  readonly attempts: readonly Attempt[];
  readonly needsLongWait: boolean;
}

/** Delivers one event, and retries after each wait that its endpoint requests with `Retry-After`. */
const deliverWithWaits = async (sending: Sending, options: ReplayOptions, { throttled, cut }: Run): Promise<Sent> => {
  const attempts: Attempt[] = [];
  for (let waits = 0; ; waits++) {
    let waitMs: number | undefined;
    const delivery = await deliver(
      { ...deliveryOptions(sending, attempts.length, options), cancelSignal: cut },
      (event) => {
        if (event.type === "attempt")
          waitMs = throttled.note({ status: event.attempt.status, headers: event.response.headers });
      },
    );
    attempts.push(...delivery.attempts);
    const { outcome, reason } = delivery;
    if (outcome === "delivered" || waitMs === undefined) return { outcome, reason, attempts, needsLongWait: false };
    if (waitMs > longestWaitMs) {
      const asked = `${reason}; it asked to wait ${formatDuration(waitMs)} (Retry-After)`;
      return { outcome, reason: asked, attempts, needsLongWait: true };
    }
    if (waits === maxWaits || options.signal.aborted) return { outcome, reason, attempts, needsLongWait: false };
    options.onWait?.(waitMs, attempts.at(-1)?.status ?? 0);
    await throttled.wait();
    if (options.signal.aborted) return { outcome, reason, attempts, needsLongWait: false };
  }
};

const resultOf = (
  { id, eventId }: DlqEntry,
  outcome: ReplayResult["outcome"],
  status: number | null,
  attempts: number,
  reason: string,
): ReplayResult => ({ id, eventId, outcome, status, attempts, reason });

const deliveryOptions = (
  { entry, signer: { profile, secret, key }, to, replay: number }: Sending,
  attemptsNow: number,
  options: ReplayOptions,
): DeliverOptions => {
  const keep = options.signature === "keep";
  return {
    profile,
    scheme: options.scheme,
    secret: keep ? null : secret,
    key,
    body: entry.request.body,
    eventId: entry.eventId ?? entry.id,
    eventType: entry.eventType,
    url: to,
    method: entry.request.method,
    extra: keep ? [] : withOwnHeaders(headersToKeep(entry.request.headers, profile), options.headers),
    transport: options.transport,
    clock: options.clock,
    signal: options.signal,
    retry: options.retry,
    speed: options.speed,
    maxTimeMs: options.maxTimeMs,
    attemptsBefore: attemptsMade(entry, profile) + attemptsNow,
    replay: number,
    alter: keep ? { shiftMs: 0, request: () => retarget(entry.request, to, options.headers) } : undefined,
  };
};
