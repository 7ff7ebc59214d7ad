import { deliver } from "../../delivery/deliver.ts";
import { terminalFailure } from "../../delivery/terminal-event.ts";
import type { Delivery } from "../../delivery/types.ts";
import { entryOfDelivery } from "../../dlq/entry-for.ts";
import { HookproofError } from "../../errors.ts";
import { newEventId } from "../../providers/samples.ts";
import type { WebhookRequest } from "../../request/request.ts";
import { meets } from "./expectation.ts";
import type { Sending } from "./sending.ts";

/** A finished delivery; it has its entry's id if it was added to the DLQ. */
export interface Finished {
  readonly delivery: Delivery;
  /** Why it could not be added to the DLQ. */
  readonly dlqError?: HookproofError;
}

/**
 * Adds a permanently failed delivery to the DLQ with its bytes, headers and attempts. An alert endpoint then gets the
 * platform's signed terminal-failure event, even if the DLQ failed.
 */
export const handleFailure = async (sending: Sending, failed: Delivery, request: WebhookRequest): Promise<Finished> => {
  const finished = isForDlq(sending, failed) ? await deadLetter(sending, failed, request) : { delivery: failed };
  if (sending.alert !== undefined) await alert(sending, finished.delivery, sending.alert);
  return finished;
};

/**
 * Whether a failed delivery belongs in the DLQ. One that failed as `--expect` says doesn't: nothing is left to do about
 * it, and a replay would deliver a tampered one with a valid signature. It is added only if the command line names a
 * queue.
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
    const dlqId = await queue.add(
      entryOfDelivery(delivery, request, { provider: profile.id, by: "send", failedAt: context.now() }),
    );
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
