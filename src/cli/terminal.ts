import { deliver } from "../delivery/deliver.ts";
import type { Transport } from "../delivery/attempt.ts";
import type { Delivery } from "../delivery/types.ts";
import type { Dlq } from "../dlq/dlq.ts";
import { sampleOf, newEventId } from "../providers/samples.ts";
import type { Profile } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import { setJson } from "../values/json-text.ts";
import { isoInstant } from "../values/instant.ts";
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
  const dlqId = await to.dlq.add({
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    provider: to.profile.id,
    url: delivery.url,
    failedAt: to.context.now(),
    reason: delivery.reason,
    request,
    attempts: delivery.attempts,
  });
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
  const last = delivery.attempts.at(-1);
  const facts: readonly (readonly [path: string, value: unknown])[] = [
    ["id", eventId],
    ["occurredAt", isoInstant(context.now())],
    [
      "payload",
      {
        eventId: delivery.eventId,
        eventType: delivery.eventType,
        url: delivery.url,
        attempts: delivery.attempts.length,
        lastStatus: last?.status ?? null,
        reason: delivery.reason,
        dlqId: delivery.dlqId,
        failedAt: isoInstant(context.now()),
      },
    ],
  ];
  const body = facts.reduce(
    (text, [path, value]) => setJson(text, path, JSON.stringify(value)) ?? text,
    sampleOf(profile, eventType).toString("utf8"),
  );
  const alerted = await deliver({
    profile,
    secret,
    body: Buffer.from(body, "utf8"),
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
