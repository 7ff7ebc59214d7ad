import { deliver } from "../delivery/deliver.ts";
import type { Transport } from "../http/client.ts";
import { terminalFailure } from "../delivery/terminal-event.ts";
import type { Delivery } from "../delivery/types.ts";
import type { Dlq } from "../dlq/dlq.ts";
import { entryOfDelivery } from "../dlq/entry-for.ts";
import { HookproofError } from "../errors.ts";
import { newEventId } from "../providers/samples.ts";
import type { Profile } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import type { Context } from "./context.ts";

/** What is needed to put a failed delivery away. */
export interface PutAway {
  readonly context: Context;
  readonly profile: Profile;
  readonly secret: Secret;
  readonly transport: Transport;
  /** Undefined for a failure that no queue is to keep. */
  readonly dlq: (() => Promise<Dlq>) | undefined;
  readonly alertUrl: string | undefined;
}

/** A delivery that is over, with its entry's id where the queue took it. */
export interface Settled {
  readonly delivery: Delivery;
  /** Why the queue did not take it. */
  readonly unkept?: HookproofError;
}

/**
 * Puts a delivery that failed for good into the DLQ with bytes, headers and attempts, and delivers
 * the platform's terminal-failure event, signed, where an alert endpoint is given: whether the queue took it or not.
 */
export const putAway = async (to: PutAway, delivery: Delivery, request: WebhookRequest): Promise<Settled> => {
  const settled = await kept(to, delivery, request);
  if (to.alertUrl !== undefined) await alert(to, settled.delivery, to.alertUrl);
  return settled;
};

const kept = async (
  { dlq, profile, context }: PutAway,
  delivery: Delivery,
  request: WebhookRequest,
): Promise<Settled> => {
  if (dlq === undefined) return { delivery };
  try {
    const queue = await dlq();
    const dlqId = await queue.add(entryOfDelivery(delivery, request, profile.id, context.now()));
    return { delivery: { ...delivery, dlqId } };
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    return { delivery, unkept: error };
  }
};

const alert = async (
  { context, profile, secret, transport }: PutAway,
  delivery: Delivery,
  url: string,
): Promise<void> => {
  const eventType = profile.delivery.terminalEvent;
  if (eventType === undefined) {
    context.warn(`${profile.name} has no terminal-failure event: nothing is sent to --alert-url`);
    return;
  }
  const eventId = newEventId(profile, context.randomBytes);
  const alerted = await deliver({
    profile,
    secret,
    body: terminalFailure(profile, eventType, { id: eventId, at: context.now() }, delivery),
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
