import type { Message, Options } from "amqplib";
import { createHash } from "node:crypto";
import * as z from "zod";
import type { Attempt } from "../../request/attempt.ts";
import type { HeaderPair } from "../../request/request.ts";
import type { DlqEntry } from "../dlq.ts";
import { entryIn } from "../shared/message.ts";
import type { Reading } from "../shared/message.ts";
import { changeLine, changeOf, entryLine, looksLikeEntry, withChange } from "../record.ts";

const attemptsName = "hookproof-attempts";
const lookName = "hookproof-look";

// How the broker tells what it did: facts about the queue, not about the delivery of the webhook.
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
 * Whether putting a message back may lose it: a quorum queue counts how often it has handed it out, tells so from the
 * second time on, and drops it at its delivery limit (RabbitMQ: quorum queues, poison message handling).
 */
export const isCounted = ({ properties }: Held): boolean => properties.headers?.["x-delivery-count"] !== undefined;

/** What is looked at of a message; its fields are of one delivery to one consumer. */
export interface Held {
  readonly content: Buffer;
  readonly properties: {
    readonly headers?: Readonly<Record<string, unknown>> | undefined;
    readonly contentType?: unknown;
    readonly contentEncoding?: unknown;
    readonly messageId?: unknown;
    readonly timestamp?: unknown;
  };
}

/** A message's name: what its sender gave it, else a digest of what it holds. */
export const idOf = ({ content, properties }: Held): string =>
  typeof properties.messageId === "string" && properties.messageId !== ""
    ? properties.messageId
    : `amqp_${createHash("sha256")
        .update(content)
        .update(JSON.stringify([properties.timestamp ?? null, properties.headers?.["x-death"] ?? null]))
        .digest("hex")
        .slice(0, 16)}`;

/**
 * The entry that a message stands for. `x-death` says since when and why it is here; its count is of
 * dead-letterings, and never taken for attempts at delivering.
 * @param now epoch milliseconds, for a message that knows no time
 */
export const entryOfMessage = (
  message: Held,
  reading: Reading,
  now: number,
): DlqEntry | { readonly problem: string } => {
  const { content, properties } = message;
  const death = deaths.safeParse(properties.headers?.["x-death"]);
  const [latest] = death.success ? death.data : [];
  const headers: HeaderPair[] = [];
  if (typeof properties.contentType === "string") headers.push(["Content-Type", properties.contentType]);
  if (properties.contentEncoding === "base64") headers.push(["encoding", "base64"]);
  else if (typeof properties.contentEncoding === "string" && !/^utf-?8$|^$|^binary$/i.test(properties.contentEncoding))
    headers.push(["Content-Encoding", properties.contentEncoding]);
  for (const [name, value] of Object.entries(properties.headers ?? {})) {
    const one: unknown = value;
    if (brokersOwn.test(name) || name === attemptsName || name === lookName) continue;
    if (typeof one === "string" || typeof one === "number") headers.push([name, String(one)]);
    else if (Buffer.isBuffer(one)) headers.push([name, one.toString("latin1")]);
  }
  const seconds = latest?.time?.value ?? (typeof properties.timestamp === "number" ? properties.timestamp : undefined);
  const entry = entryIn(
    {
      id: idOf(message),
      body: content,
      headers,
      at: seconds === undefined ? now : seconds * 1000,
      reason: latest === undefined ? "in the queue; why is not recorded" : `${latest.reason} in ${latest.queue}`,
      ...(latest === undefined ? {} : { receiveCount: latest.count }),
    },
    reading,
  );
  if ("problem" in entry) return entry;
  const noted: unknown = properties.headers?.[attemptsName];
  const change = typeof noted === "string" ? changeOf(Buffer.from(noted, "utf8")) : undefined;
  return withChange(entry, change);
};

export interface Outgoing {
  readonly content: Buffer;
  readonly options: Options.Publish;
}

/** A new entry as a message. */
export const outgoing = (entry: Omit<DlqEntry, "id">, id: string): Outgoing => ({
  content: Buffer.from(entryLine({ ...entry, id }), "utf8"),
  options: { messageId: id, correlationId: id, persistent: true, contentType: "application/json", appId: "hookproof" },
});

/** The message again with new attempts, all else as it was; a broker changes no message. */
export const withAttempts = (message: Message, entry: DlqEntry, attempts: readonly Attempt[]): Outgoing => {
  const all = [...entry.attempts, ...attempts];
  const reason = attempts.at(-1)?.reason ?? entry.reason;
  const { content, options } = copyOf(message);
  return looksLikeEntry(content)
    ? { content: Buffer.from(entryLine({ ...entry, attempts: all, reason }), "utf8"), options }
    : {
        content,
        options: {
          ...options,
          headers: {
            ...options.headers,
            [attemptsName]: changeLine({ type: "attempts", id: entry.id, reason, attempts: all }),
          },
        },
      };
};

/** Whether a message is a copy that a look of this name has put back. */
export const isCopyOf = ({ properties }: Held, look: string): boolean => properties.headers?.[lookName] === look;

/**
 * The message again, as it was before the broker counted its deliveries.
 * @param look names the look that puts it back, which is not to see it twice
 */
export const copyOf = (message: Message, look?: string): Outgoing => {
  // The user must be the connection's own; the cluster is the broker's word.
  const { userId: _user, clusterId: _cluster, headers = {}, ...rest } = message.properties;
  const { "x-delivery-count": _count, "x-acquired-count": _acquired, [lookName]: _look, ...kept } = headers;
  const set = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const own = look === undefined ? kept : { ...kept, [lookName]: look };
  return { content: message.content, options: { ...set, messageId: idOf(message), headers: own } };
};
