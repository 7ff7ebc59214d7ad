import { deliver } from "../delivery/deliver.ts";
import type { Transport } from "../delivery/attempt.ts";
import { terminalFailure } from "../delivery/terminal-event.ts";
import type { Delivery } from "../delivery/types.ts";
import type { Dlq } from "../dlq/dlq.ts";
import { entryOfDelivery } from "../dlq/entry-for.ts";
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
  readonly dlq: Dlq;
  readonly alertUrl: string | undefined;
}

/**
 * Puts a delivery that failed for good into the DLQ with bytes, headers and attempts, and delivers
 * the platform's terminal-failure event, signed, where an alert endpoint is given.
 * @returns the delivery with the entry's id
 */
export const putAway = async (to: PutAway, delivery: Delivery, request: WebhookRequest): Promise<Delivery> => {
  const dlqId = await to.dlq.add(entryOfDelivery(delivery, request, to.profile.id, to.context.now()));
  const settled = { ...delivery, dlqId };
  if (to.alertUrl !== undefined) await alert(to, settled, to.alertUrl);
  return settled;
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
