import type { Message, Options } from "amqplib";
import type { Attempt } from "../../request/attempt.ts";
import type { DlqEntry } from "../dlq.ts";
import { entryIn } from "../shared/message.ts";
import type { Reading } from "../shared/message.ts";
import { changeLine, entryLine, looksLikeEntry } from "../record.ts";
import { attemptsName, idOf, lookName, rawOf } from "./raw.ts";
import type { HeldMessage } from "./raw.ts";

/**
 * Reads a message as an entry.
 * @param now epoch milliseconds, used if the message has no time
 */
export const entryOfMessage = (
  message: HeldMessage,
  reading: Reading,
  now: number,
): DlqEntry | { readonly problem: string } => entryIn(rawOf(message), reading, now);

export interface Outgoing {
  readonly content: Buffer;
  readonly options: Options.Publish;
}

/** Writes a new entry as a message. */
export const outgoing = (entry: Omit<DlqEntry, "id">, id: string): Outgoing => ({
  content: Buffer.from(entryLine({ ...entry, id }), "utf8"),
  options: { messageId: id, correlationId: id, persistent: true, contentType: "application/json", appId: "hookproof" },
});

/**
 * A copy of the message with new attempts and everything else unchanged, because a broker can't modify messages.
 * @param look as for `copyOf`
 */
export const withAttempts = (
  message: Message,
  entry: DlqEntry,
  attempts: readonly Attempt[],
  look: string,
): Outgoing => {
  const all = [...entry.attempts, ...attempts];
  const reason = attempts.at(-1)?.reason ?? entry.reason;
  const { content, options } = copyOf(message, look);
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

/**
 * A copy of the message without the broker's delivery counts.
 * @param look identifies the scan that puts the copy back, so that the scan doesn't read it again
 */
export const copyOf = (message: Message, look?: string): Outgoing => {
  // userId must be the connection's own; clusterId is set by the broker.
  const { userId: _user, clusterId: _cluster, headers = {}, ...rest } = message.properties;
  const { "x-delivery-count": _count, "x-acquired-count": _acquired, [lookName]: _look, ...kept } = headers;
  const set = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const own = look === undefined ? kept : { ...kept, [lookName]: look };
  return { content: message.content, options: { ...set, messageId: idOf(message), headers: own } };
};
