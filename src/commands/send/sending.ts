import type { Transport } from "../../http/client.ts";
import { deliver } from "../../delivery/deliver.ts";
import type { DeliveryEvent } from "../../delivery/deliver.ts";
import { runLoad, summarise } from "../../delivery/load.ts";
import { troubleOf } from "../../delivery/policy.ts";
import type { Tampering } from "../../delivery/tamper.ts";
import type { Delivery } from "../../delivery/types.ts";
import type { Dlq } from "../../dlq/dlq.ts";
import { countdown } from "../shared/countdown.ts";
import { EventQueue } from "../../values/event-queue.ts";
import { fieldProblems } from "../../providers/fields.ts";
import type { Profile } from "../../providers/profile.ts";
import { maskedHead, tokenSchemes } from "../../providers/tokens.ts";
import { withoutSecret } from "../../values/masked-secret.ts";
import type { WebhookRequest } from "../../request/request.ts";
import type { Secret } from "../../values/secret.ts";
import type { SendInput } from "./command.ts";
import { mayRejectSignature, schemeWords, secretWords } from "../shared/command-words.ts";
import type { Context } from "../../cli/context.ts";
import type { DeliveryLog } from "../shared/delivery-log.ts";
import { isoInstant } from "../../values/instant.ts";
import { shellLine } from "../../values/shell-line.ts";
import { Exit } from "../../cli/exit.ts";
import type { ExitCode } from "../../cli/exit.ts";
import { meets } from "./expectation.ts";
import { hasBody, payloadFor } from "../shared/payload.ts";
import type { Payload } from "../shared/payload.ts";
import type { SendEvent } from "./view.ts";
import type { Finished } from "./failed.ts";

/** What all deliveries of one `send` share. */
export interface Sending {
  readonly context: Context;
  readonly input: SendInput;
  readonly profile: Profile;
  readonly url: string;
  readonly secret: Secret;
  readonly key: Secret | undefined;
  readonly rotated: readonly Secret[];
  readonly tamper: Tampering | undefined;
  readonly transport: Transport;
  /** The endpoint for the platform's terminal-failure event. */
  readonly alert: { readonly url: string; readonly transport: Transport } | undefined;
  readonly log: DeliveryLog;
  /** Opens the queue for permanently failed deliveries when the first one is added. */
  readonly dlq: () => Promise<Dlq>;
}

/** Delivers one event and emits each attempt as it happens. */
export async function* sendOne(sending: Sending): AsyncGenerator<SendEvent, ExitCode> {
  const payload = await payloadFor(sending.context, sending.profile, sending.input);
  warnFields(sending, payload);
  yield {
    type: "start",
    provider: sending.profile.name,
    url: sending.url,
    eventId: payload.eventId,
    eventType: payload.eventType,
    insecure: sending.input.insecure,
  };
  const queue = new EventQueue<DeliveryEvent>(Number.POSITIVE_INFINITY);
  const delivering = deliverPayload(sending, payload, (event) => queue.push(event)).finally(() => queue.close());
  // Awaited only after all events were emitted; until then a rejection must not count as unhandled.
  delivering.catch(() => undefined);
  let request: WebhookRequest | undefined;
  let ticking: { stop(): void } | undefined;
  try {
    for await (const batch of queue.batches()) {
      for (const event of batch) {
        ticking?.stop();
        if (event.type === "waiting") {
          yield event;
          ticking = countdown(sending.context, event.waitMs, `attempt ${event.next}`);
          continue;
        }
        request = event.request;
        yield {
          type: "attempt",
          attempt: event.attempt,
          head: maskedHead(event.head, [sending.profile]),
          response: { ...event.response, body: bodyExcerpt(sending, event.response.body) },
          retrying: sending.input.retry === "provider",
        };
      }
    }
  } finally {
    ticking?.stop();
  }
  const { delivery, dlqError } = await finish(sending, await delivering, request);
  const last = delivery.attempts.at(-1);
  const { expect, tamper } = sending.input;
  const isExpected = expect !== undefined && meets(expect, delivery);
  const isRejected = tamper !== undefined && rejections.has(last?.status ?? 0);
  yield {
    type: "delivery",
    delivery,
    expected: isExpected ? expect.text : null,
    rejected: isRejected ? tamper : null,
    trouble:
      delivery.outcome === "delivered" || last === undefined || isExpected || isRejected
        ? []
        : troubleOf(sending.profile, { ...last, headers: [] }).slice(0, 1),
    check: mayRejectSignature(last?.status) && !isExpected && !isRejected ? checkLine(sending) : null,
  };
  if (delivery.dlqId !== null)
    yield { type: "kept", ids: [delivery.dlqId], replay: await replayLine(sending, [delivery.dlqId]) };
  if (dlqError !== undefined) throw dlqError;
  if (wasStopped(sending.input, delivery)) return Exit.interrupted;
  return successTest(sending.input)(delivery) ? Exit.yes : Exit.no;
}

/** Delivers many events and sums up the results. */
export async function* sendMany(sending: Sending): AsyncGenerator<SendEvent, ExitCode> {
  const { context, input, profile } = sending;
  const total = input.count * input.duplicate;
  const given = hasBody(input) ? Promise.resolve(await payloadFor(context, profile, input)) : undefined;
  const payloads = new Map<number, Promise<Payload>>();
  const began = context.now();
  const progress = context.progress(`0/${total}`);
  const counts = { delivered: 0, retryable: 0, terminal: 0 };
  let interrupted = 0;
  const latencies: number[] = [];
  const isRight = successTest(input);
  let [done, wrong] = [0, 0];
  const deadLetters: string[] = [];
  const job = async (index: number): Promise<Finished> => {
    const event = Math.floor(index / input.duplicate);
    // Stores the promise rather than the payload, because duplicates start concurrently.
    const pending = given ?? payloads.get(event) ?? payloadFor(context, profile, input);
    if ((index + 1) % input.duplicate === 0) payloads.delete(event);
    else payloads.set(event, pending);
    let request: WebhookRequest | undefined;
    const delivery = await deliverPayload(sending, await pending, (event) => {
      if (event.type === "attempt") request = event.request;
    });
    return finish(sending, delivery, request);
  };
  try {
    for await (const finished of runLoad({
      count: total,
      concurrency: input.concurrency,
      ...(input.rate === undefined ? {} : { rate: input.rate }),
      signal: context.signal,
      now: context.now,
      sleep: context.clock.sleep,
      job,
    })) {
      const deliveries = finished.map(({ delivery }) => delivery);
      done += deliveries.length;
      for (const delivery of deliveries) {
        if (wasStopped(input, delivery)) interrupted++;
        else {
          counts[delivery.outcome]++;
          if (!isRight(delivery)) wrong++;
        }
        if (delivery.dlqId !== null) deadLetters.push(delivery.dlqId);
        for (const { durationMs } of delivery.attempts) latencies.push(durationMs);
      }
      progress.update(`${done}/${total}`);
      yield { type: "deliveries", deliveries, failed: deliveries.filter((one) => isFailure(one) && !isRight(one)) };
      const dlqError = finished.find((one) => one.dlqError !== undefined)?.dlqError;
      if (dlqError !== undefined) throw dlqError;
    }
  } finally {
    progress.stop();
  }
  const seconds = Math.max(0.001, (context.now() - began) / 1000);
  yield {
    type: "summary",
    ...counts,
    interrupted,
    unsent: total - done,
    deadLetters: deadLetters.length,
    unexpected: wrong,
    seconds: Math.round(seconds * 1000) / 1000,
    perSecond: Math.round((done / seconds) * 10) / 10,
    latency: summarise(latencies),
  };
  if (deadLetters.length > 0)
    yield { type: "kept", ids: deadLetters, replay: await replayLine(sending, deadLetters, began) };
  if (interrupted > 0 || done < total) return Exit.interrupted;
  return done > 0 && wrong === 0 ? Exit.yes : Exit.no;
}

/** Statuses that a bad signature gets; 404 or 429 say nothing about it. */
const rejections: ReadonlySet<number> = new Set([400, 401, 403, 422]);

/** With more entries than this, the suggested command doesn't name each one. */
const mostNamed = 10;

/** The command that replays these entries of the queue but no older ones. It contains no secrets or passwords. */
const replayLine = async ({ input, dlq, url }: Sending, ids: readonly string[], began = 0): Promise<string> =>
  shellLine([
    "hookproof",
    "replay",
    ...(ids.length > mostNamed ? ["--since", isoInstant(began)] : ids),
    ...(input.dlq === undefined ? [] : ["--dlq", (await dlq()).name]),
    "--to",
    url,
    ...secretWords(input.secret),
  ]);

/** The command that tests the receiver with the same signature. Secrets and passwords are not in it. */
const checkLine = ({ input, profile, url }: Sending): string =>
  shellLine([
    "hookproof",
    "check",
    url,
    "-p",
    profile.id,
    ...schemeWords(input),
    ...(input.insecure ? ["-k"] : []),
    ...secretWords(input.secret),
  ]);

const deliverPayload = (
  { context, input, profile, url, secret, key, rotated, tamper, transport }: Sending,
  payload: Payload,
  emit: (event: DeliveryEvent) => void,
): Promise<Delivery> =>
  deliver(
    {
      profile,
      scheme: input.scheme,
      secret: tamper?.secret ?? secret,
      key,
      rotated: tamper === undefined ? rotated : [],
      ...payload,
      url,
      method: input.method,
      extra: input.header,
      transport,
      clock: context.clock,
      signal: context.signal,
      retry: input.retry,
      speed: input.speed,
      alter: tamper,
      maxTimeMs: input.timeout,
    },
    emit,
  );

/**
 * Finishes a delivery: handles a permanent failure, then logs the result in any case. If the entry can't be added to
 * the user's own queue (as in a container with a read-only home), that is only a warning; for a queue named by `--dlq`
 * it is the error that the run ends with.
 */
const finish = async (sending: Sending, delivery: Delivery, request: WebhookRequest | undefined): Promise<Finished> => {
  const { context, input, log, profile } = sending;
  const finished =
    delivery.outcome === "terminal" && request !== undefined
      ? await (await import("./failed.ts")).handleFailure(sending, delivery, request)
      : { delivery };
  if (finished.dlqError !== undefined && input.dlq === undefined)
    context.warn(`the event is not in the DLQ: ${finished.dlqError.message}`);
  await log.add(profile.id, finished.delivery);
  return input.dlq === undefined ? { delivery: finished.delivery } : finished;
};

/** Whether the delivery was interrupted, during an attempt or before the next, so that its final outcome is unknown. */
const wasStopped = ({ retry }: SendInput, { outcome, attempts }: Delivery): boolean =>
  attempts.at(-1)?.error?.kind === "aborted" || (retry === "provider" && outcome === "retryable");

/** Returns a function that says whether a delivery ended as it should: as `--expect` says, or else delivered. */
const successTest = ({ expect }: SendInput): ((delivery: Delivery) => boolean) =>
  expect === undefined ? (one) => one.outcome === "delivered" : (one) => meets(expect, one);

const isFailure = ({ outcome }: Delivery): boolean => outcome !== "delivered";

/** Warns about fields that the receiving platform will reject, if its docs specify them. */
const warnFields = ({ context, profile, input }: Sending, payload: Payload): void => {
  if (!hasBody(input) && input.set.length === 0) return;
  for (const { path, need, problem } of fieldProblems(profile, payload.body)) {
    const what = path === "" ? "the payload" : `'${path}'`;
    if (need === "required") context.warn(`payload does not match ${profile.name}'s schema: ${what} ${problem}`);
    else context.detail(`${profile.name} recommends ${what}, which ${problem}`);
  }
};

/** The beginning of a response body, masked if the platform sends the secret itself, because a receiver may echo it. */
const bodyExcerpt = ({ profile, secret }: Sending, body: Buffer): string => {
  const text = body.subarray(0, 2000).toString("utf8");
  return tokenSchemes(profile).length > 0 ? withoutSecret(text, secret) : text;
};
