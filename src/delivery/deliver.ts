import { buildRequest } from "../signature/build-request.ts";
import type { BuildOptions } from "../signature/build-request.ts";
import type { Signed } from "../signature/sign.ts";
import type { WebhookRequest } from "../request/request.ts";
import { isoInstant } from "../values/instant.ts";
import type { Transport } from "../http/client.ts";
import { classify, timeLimitMs } from "./policy.ts";
import type { Exchange, SentExchange } from "../http/types.ts";
import type { Delivery } from "./types.ts";
import type { Attempt } from "../request/attempt.ts";

/** The clock used for deliveries; tests pass their own. */
export interface DeliveryClock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after `ms` milliseconds, or when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly uuid: () => string;
}

export interface DeliverOptions extends Omit<BuildOptions, "attempt" | "at" | "uuid" | "url"> {
  readonly url: string;
  readonly transport: Transport;
  readonly clock: DeliveryClock;
  readonly signal: AbortSignal;
  /** Cancels an exchange in flight; `signal` by default. */
  readonly cancelSignal?: AbortSignal;
  /** `provider` follows the platform's schedule, `none` makes one attempt. */
  readonly retry: "none" | "provider";
  /** Speeds up the schedule: its waits are divided by this. */
  readonly speed: number;
  /** Overrides the platform's timeout, in milliseconds. */
  readonly maxTimeMs?: number | undefined;
  /** Earlier attempts (a replay continues counting). */
  readonly attemptsBefore?: number;
  /** The number of this replay, from 1; recorded with its attempts. */
  readonly replay?: number;
  /** Changes a built request before it is sent (tampering), and shifts the signing clock by milliseconds. */
  readonly alter?:
    | {
        readonly shiftMs: number;
        readonly request: (request: WebhookRequest, signed: Signed | null) => WebhookRequest;
      }
    | undefined;
}

export type DeliveryEvent =
  | {
      readonly type: "attempt";
      readonly attempt: Attempt;
      readonly request: WebhookRequest;
      /** The request's head as sent. */
      readonly head: string;
      readonly response: Pick<SentExchange, "protocol" | "statusText" | "headers" | "body">;
    }
  /** Waiting for the next attempt; `waitMs` is the wait here, `delayMs` the platform's. */
  | { readonly type: "waiting"; readonly delayMs: number; readonly waitMs: number; readonly next: number };

/**
 * Delivers one event as the platform does: each attempt is re-signed with the same event id, the attempt header counts
 * up, and waits follow the platform's schedule.
 * @param onEvent called for each attempt and each wait
 * @returns the whole delivery; a failure is a result, not an exception
 * @throws HookproofError as `buildRequest`, before anything is sent
 */
export const deliver = async (options: DeliverOptions, onEvent?: (event: DeliveryEvent) => void): Promise<Delivery> => {
  const { profile, clock, signal, alter } = options;
  const before = options.attemptsBefore ?? 0;
  const attempts: Attempt[] = [];
  for (let index = 0; ; index++) {
    const startedAt = clock.now();
    const built = buildRequest({
      profile,
      scheme: options.scheme,
      secret: options.secret,
      key: options.key,
      rotated: options.rotated,
      body: options.body,
      url: options.url,
      method: options.method,
      eventId: options.eventId,
      eventType: options.eventType,
      attempt: before + index,
      at: startedAt + (alter?.shiftMs ?? 0),
      timestampText: options.timestampText,
      uuid: clock.uuid,
      extra: options.extra,
    });
    const request = alter?.request(built.request, built.signed) ?? built.request;
    const exchange = await options.transport.exchange(request, {
      timeoutMs: options.maxTimeMs ?? timeLimitMs(profile.delivery),
      signal: options.cancelSignal ?? signal,
    });
    // A replay starts the platform's schedule again.
    const attempt = attemptOf(options, exchange, before + index, index, startedAt);
    attempts.push(attempt);
    onEvent?.({ type: "attempt", attempt, request, head: exchange.head, response: exchange });
    if (attempt.nextDelayMs === null || options.retry === "none" || signal.aborted)
      return deliveryOf(options, attempts);
    const waitMs = Math.round(attempt.nextDelayMs / options.speed);
    onEvent?.({ type: "waiting", delayMs: attempt.nextDelayMs, waitMs, next: attempt.number + 1 });
    await clock.sleep(waitMs, signal);
    if (signal.aborted) return deliveryOf(options, attempts);
  }
};

const attemptOf = (
  options: DeliverOptions,
  exchange: Exchange,
  count: number,
  index: number,
  startedAt: number,
): Attempt => {
  const { outcome, reason, nextDelayMs } = classify(options.profile, exchange, index, options.clock.now());
  return {
    number: count + (options.profile.attempt?.first ?? 1),
    startedAt: isoInstant(startedAt),
    durationMs: exchange.timings.totalMs,
    timings: exchange.timings,
    status: exchange.status,
    outcome,
    reason,
    nextDelayMs,
    error: exchange.error,
    ...(options.replay === undefined ? {} : { replay: options.replay }),
  };
};

const deliveryOf = (options: DeliverOptions, attempts: readonly Attempt[]): Delivery => {
  const last = attempts.at(-1);
  return {
    eventId: options.eventId,
    eventType: options.eventType,
    url: options.url,
    outcome: last?.outcome ?? "terminal",
    reason: last?.reason ?? "nothing was sent",
    attempts,
    dlqId: null,
  };
};
