import type { Transport } from "../http/client.ts";
import { deliver } from "../delivery/deliver.ts";
import type { DeliveryClock } from "../delivery/deliver.ts";
import { gathered } from "../delivery/gather.ts";
import type { Gathering } from "../delivery/gather.ts";
import { paceOf } from "../delivery/pace.ts";
import type { Delivery } from "../delivery/types.ts";
import type { Claim, DlqEntry } from "../dlq/dlq.ts";
import { HookproofError } from "../errors.ts";
import type { Profile } from "../providers/profile.ts";
import type { Infer } from "../values/infer.ts";
import type { Secret } from "../values/secret.ts";
import { claims } from "./claims.ts";
import type { ClaimOptions } from "./claims.ts";
import type { resultSchema, summarySchema } from "./schema.ts";
import { retarget, attemptsMade, headersToKeep } from "./request.ts";

export interface ReplayOptions extends ClaimOptions {
  /** The endpoint's URL. */
  readonly to: string;
  /** Events started a second, evenly spread. */
  readonly rate?: number;
  readonly retry: "none" | "provider";
  readonly speed: number;
  /** `resign` signs afresh with the current secret, `keep` sends the stored headers. */
  readonly signature: "resign" | "keep";
  /** Share of failures (0 to 1) at which it stops; judged from twenty results on. */
  readonly stopAtFailures?: number;
  /** Leave delivered events in the queue. */
  readonly keep: boolean;
  readonly transport: Transport;
  readonly clock: DeliveryClock;
  /** Aborts claiming; what is in flight comes to its end. */
  readonly signal: AbortSignal;
  /** The profile and secret of an entry; undefined where it cannot be signed, with the reason told. */
  readonly signer: (entry: DlqEntry) => Signer | Unsignable | Promise<Signer | Unsignable>;
  readonly scheme?: string | undefined;
  readonly maxTimeMs?: number | undefined;
}

export interface Signer {
  readonly profile: Profile;
  readonly secret: Secret | null;
}

export interface Unsignable {
  readonly unsignable: string;
}

/** What became of one event. */
export type ReplayResult = Infer<typeof resultSchema>;

/** What came of events since the last such: told together, since a line at a time costs more than sending. */
export interface ReplayResults {
  readonly type: "results";
  readonly results: readonly ReplayResult[];
}

export type ReplaySummary = Infer<typeof summarySchema>;

/** Results before a share of failures says something. */
const minimumSample = 20;

/**
 * Delivers a queue's events again. Each is claimed first, so that two replays at once never send the
 * same one; a delivered event leaves only after its 2xx is recorded, a failed one stays with its new
 * attempts. Whatever happens to this process, no event is lost, and at most those in flight are sent
 * twice.
 */
export async function* replay(options: ReplayOptions): AsyncGenerator<ReplayResults, ReplaySummary> {
  const began = options.clock.now();
  const counts = { delivered: 0, failed: 0, skipped: 0 };
  const source = claims(options);
  const pace = paceOf({ ...options, ...options.clock });
  let stopped: ReplaySummary["stopped"] = null;

  const worker = async (gathering: Gathering<ReplayResult>): Promise<void> => {
    while (!gathering.hasFailed && stopped === null) {
      if (options.signal.aborted) {
        stopped = "interrupted";
        return;
      }
      // Every wait costs a turn of promises: most events need none of the first three.
      const next = source.next();
      const claim = next instanceof Promise ? await next : next;
      if (claim === undefined) return;
      const wait = pace();
      if (wait !== undefined) await wait;
      if (options.signal.aborted) {
        stopped = "interrupted";
        await claim.giveBack([]);
        return;
      }
      const result = await one(claim, options);
      counts[result.outcome]++;
      const done = counts.delivered + counts.failed;
      if (
        options.stopAtFailures !== undefined &&
        done >= minimumSample &&
        counts.failed / done >= options.stopAtFailures
      )
        stopped = "failures";
      gathering.tell(result);
    }
  };
  try {
    for await (const results of gathered(options.concurrency, worker)) yield { type: "results", results };
  } finally {
    await source.giveBackRest();
  }
  const seconds = Math.max(0.001, (options.clock.now() - began) / 1000);
  return {
    type: "summary",
    ...counts,
    left: (await options.dlq.stats(options.filter)).total,
    perSecond: Math.round(((counts.delivered + counts.failed) / seconds) * 10) / 10,
    seconds: Math.round(seconds * 1000) / 1000,
    stopped: stopped ?? (source.limited() ? "limit" : null),
  };
}

const one = async (claim: Claim, options: ReplayOptions): Promise<ReplayResult> => {
  const { entry } = claim;
  const found = options.signer(entry);
  const signer = found instanceof Promise ? await found : found;
  if ("unsignable" in signer) {
    await claim.giveBack([]);
    return resultOf(entry, "skipped", null, entry.attempts.length, signer.unsignable);
  }
  let delivery: Delivery;
  try {
    delivery = await delivered(entry, signer, options);
  } catch (error) {
    // One request that cannot be made must not keep the others from going.
    if (!(error instanceof HookproofError) || error.code !== "input-malformed") throw error;
    await claim.giveBack([]);
    return resultOf(entry, "skipped", null, entry.attempts.length, error.message);
  }
  const attempts = entry.attempts.length + delivery.attempts.length;
  const status = delivery.attempts.at(-1)?.status ?? null;
  if (delivery.outcome === "delivered") {
    await claim.acknowledge(delivery.attempts, options.keep);
    return resultOf(entry, "delivered", status, attempts, delivery.reason);
  }
  await claim.giveBack(delivery.attempts);
  return resultOf(entry, "failed", status, attempts, delivery.reason);
};

const resultOf = (
  { id, eventId }: DlqEntry,
  outcome: ReplayResult["outcome"],
  status: number | null,
  attempts: number,
  reason: string,
): ReplayResult => ({ id, eventId, outcome, status, attempts, reason });

const delivered = (entry: DlqEntry, { profile, secret }: Signer, options: ReplayOptions): Promise<Delivery> => {
  const keep = options.signature === "keep";
  return deliver({
    profile,
    scheme: options.scheme,
    secret: keep ? null : secret,
    body: entry.request.body,
    eventId: entry.eventId ?? entry.id,
    eventType: entry.eventType,
    url: options.to,
    method: entry.request.method,
    extra: keep ? [] : headersToKeep(entry.request.headers, profile),
    transport: options.transport,
    clock: options.clock,
    signal: options.signal,
    drain: true,
    retry: options.retry,
    speed: options.speed,
    maxTimeMs: options.maxTimeMs,
    attemptsBefore: attemptsMade(entry, profile),
    alter: keep ? { shiftMs: 0, request: () => retarget(entry.request, options.to) } : undefined,
  });
};
