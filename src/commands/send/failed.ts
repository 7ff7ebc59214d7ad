import { deliver } from "../../delivery/deliver.ts";
import { terminalFailure } from "../../delivery/terminal-event.ts";
import type { Delivery } from "../../delivery/types.ts";
import { entryOfDelivery } from "../../dlq/entry-for.ts";
import { HookproofError } from "../../errors.ts";
import { newEventId } from "../../providers/samples.ts";
import type { WebhookRequest } from "../../request/request.ts";
import { meets } from "./expectation.ts";
import type { Sending } from "./sending.ts";

/** A delivery that is over, with its entry's id if the DLQ took it. */
export interface Finished {
  readonly delivery: Delivery;
  /** Why the DLQ did not take it. */
  readonly dlqError?: HookproofError;
}

/**
 * Adds a permanently failed delivery to the DLQ with its bytes, headers and attempts. If an alert endpoint is given,
 * it gets the platform's terminal-failure event, signed, whether the DLQ took the delivery or not.
 */
export const handleFailure = async (sending: Sending, failed: Delivery, request: WebhookRequest): Promise<Finished> => {
  const finished = isForDlq(sending, failed) ? await deadLetter(sending, failed, request) : { delivery: failed };
  if (sending.alert !== undefined) await alert(sending, finished.delivery, sending.alert);
  return finished;
};

/**
 * A delivery that failed as `--expect` asks is not a dead letter: nothing is left to do about it, and a replay would
 * deliver a tampered one with a valid signature. It goes only where the command line names a queue.
 */
const isForDlq = ({ input }: Sending, failed: Delivery): boolean => {
  const isMeant = input.expect !== undefined && meets(input.expect, failed);
  return !isMeant || input.dlq !== undefined;
};

const deadLetter = async (
  { context, profile, dlq }: Sending,
  delivery: Delivery,
  request: WebhookRequest,
): Promise<Finished> => {
  try {
    const queue = await dlq();
    const dlqId = await queue.add(entryOfDelivery(delivery, request, profile.id, context.now()));
    return { delivery: { ...delivery, dlqId } };
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    return { delivery, dlqError: error };
  }
};

const alert = async (
  { context, profile, secret }: Sending,
  failed: Delivery,
  { url, transport }: NonNullable<Sending["alert"]>,
): Promise<void> => {
  const eventType = profile.delivery.terminalEvent;
  if (eventType === undefined) {
    context.warn(`${profile.name} has no terminal-failure event, so nothing is sent to --alert-url`);
    return;
  }
  const eventId = newEventId(profile, context.randomBytes);
  const alerted = await deliver({
    profile,
    secret,
    body: terminalFailure(profile, eventType, { id: eventId, at: context.now() }, failed),
    eventId,
    eventType,
    url,
    transport,
    clock: { now: context.now, uuid: context.uuid, sleep: async () => undefined },
    signal: context.signal,
    retry: "none",
    speed: 1,
  });
  if (alerted.outcome === "delivered") context.note(`${eventType} delivered to ${url}`);
  else context.warn(`${eventType} could not be delivered to ${url}: ${alerted.reason}`);
};
