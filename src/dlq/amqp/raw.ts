import { createHash } from "node:crypto";
import * as z from "zod";
import type { HeaderPair } from "../../request/request.ts";
import type { Opened } from "../envelopes/envelope.ts";
import { changeOf } from "../record.ts";

export const attemptsName = "hookproof-attempts";
export const lookName = "hookproof-look";

// Headers added by the broker: facts about the queue, not about the webhook delivery.
const brokersOwn = /^x-(?:death|delivery-count|acquired-count|first-death-\w+|last-death-\w+|opt-.*)$/i;

const deaths = z
  .array(
    z.object({
      count: z.number(),
      reason: z.string(),
      queue: z.string(),
      time: z.object({ value: z.number() }).optional(),
    }),
  )
  .min(1);

/**
 * Whether requeuing a message may lose it. A quorum queue counts deliveries, shows the count from the second delivery
 * on, and drops messages at its delivery limit (RabbitMQ: quorum queues, poison message handling).
 */
export const isCounted = ({ properties }: HeldMessage): boolean =>
  properties.headers?.["x-delivery-count"] !== undefined;

/** The parts of a message that are used. Its `fields` are omitted: they belong to one delivery to one consumer. */
export interface HeldMessage {
  readonly content: Buffer;
  readonly properties: {
    readonly headers?: Readonly<Record<string, unknown>> | undefined;
    readonly contentType?: unknown;
    readonly contentEncoding?: unknown;
    readonly messageId?: unknown;
    readonly timestamp?: unknown;
  };
}

/** A message's id: set by the sender, else a digest of its content. */
export const idOf = ({ content, properties }: HeldMessage): string =>
  typeof properties.messageId === "string" && properties.messageId !== ""
    ? properties.messageId
    : `amqp_${createHash("sha256")
        .update(content)
        .update(JSON.stringify([properties.timestamp ?? null, properties.headers?.["x-death"] ?? null]))
        .digest("hex")
        .slice(0, 16)}`;

/** The queue that a message was last dead-lettered from; undefined if the broker didn't record it. */
export const sourceOf = ({ properties }: HeldMessage): string | undefined =>
  deaths.safeParse(properties.headers?.["x-death"]).data?.[0]?.queue;

/**
 * Reads a message. Its `x-death` header says when and why it was dead-lettered; the count there is of dead-letterings,
 * not delivery attempts.
 */
export const rawOf = (message: HeldMessage): Opened & { readonly id: string } => {
  const { content, properties } = message;
  const death = deaths.safeParse(properties.headers?.["x-death"]);
  const [latest] = death.success ? death.data : [];
  const fields: HeaderPair[] = [];
  if (typeof properties.contentType === "string") fields.push(["Content-Type", properties.contentType]);
  if (properties.contentEncoding === "base64") fields.push(["encoding", "base64"]);
  else if (typeof properties.contentEncoding === "string" && !/^utf-?8$|^$|^binary$/i.test(properties.contentEncoding))
    fields.push(["Content-Encoding", properties.contentEncoding]);
  for (const [name, value] of Object.entries(properties.headers ?? {})) {
    const one: unknown = value;
    if (brokersOwn.test(name) || name === attemptsName || name === lookName) continue;
    if (typeof one === "string" || typeof one === "number") fields.push([name, String(one)]);
    else if (Buffer.isBuffer(one)) fields.push([name, one.toString("latin1")]);
  }
  const seconds = latest?.time?.value ?? (typeof properties.timestamp === "number" ? properties.timestamp : undefined);
  const noted: unknown = properties.headers?.[attemptsName];
  const change = typeof noted === "string" ? changeOf(Buffer.from(noted, "utf8")) : undefined;
  return {
    id: idOf(message),
    body: content,
    fields,
    reason: latest === undefined ? "in the queue; the reason is not recorded" : `${latest.reason} in ${latest.queue}`,
    ...(seconds === undefined ? {} : { at: seconds * 1000 }),
    ...(latest === undefined ? {} : { receiveCount: latest.count }),
    ...(change === undefined ? {} : { change }),
  };
};

/** Whether a message is a copy put back by this scan. */
export const isCopyOf = ({ properties }: HeldMessage, look: string): boolean => properties.headers?.[lookName] === look;
