import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { Attempt } from "../../request/attempt.ts";
import type { DlqEntry } from "../dlq.ts";
import { entryIn } from "../shared/message.ts";
import type { Reading } from "../shared/message.ts";
import { changeLine, entryLine, looksLikeEntry } from "../record.ts";
import { attemptsName, idName, rawOf } from "./raw.ts";
import type { Outgoing } from "./client.ts";

/** Reads a message as an entry. */
export const entryOfMessage = (message: Message, reading: Reading): DlqEntry | { readonly problem: string } =>
  entryIn(rawOf(message), reading);

/** The ARN of the queue that a message came from; SQS records it if a redrive policy moved the message. */
export const sourceArnOf = (message: Message): string | undefined => message.Attributes?.DeadLetterQueueSourceArn;

/** The message as first sent, without hookproof's attributes. @param key a random deduplication id for a FIFO queue */
export const original = (message: Message, key: string): Outgoing => {
  const { [idName]: _id, [attemptsName]: _attempts, ...attributes } = attributesOf(message);
  const group = message.Attributes?.MessageGroupId;
  return { body: message.Body ?? "", attributes, ...(group === undefined ? {} : { group, dedupe: key }) };
};

const attributesOf = (message: Message): Record<string, MessageAttributeValue> =>
  Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        DataType: DataType ?? "String",
        ...(StringValue === undefined ? {} : { StringValue }),
        ...(BinaryValue === undefined ? {} : { BinaryValue }),
      },
    ]),
  );

/** SQS only accepts characters that XML allows. */
const escaped = (line: string): string =>
  line.replaceAll(/[\ufffe\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);

/**
 * Writes a new entry as a message.
 * @param key random; for a FIFO queue the deduplication id, and the group if the event has no id
 */
export const outgoing = (entry: Omit<DlqEntry, "id">, fifo: boolean, key: string): Outgoing => ({
  body: escaped(entryLine({ ...entry, id: "" })),
  attributes: {},
  ...(fifo ? { group: entry.eventId ?? key, dedupe: key } : {}),
});

/**
 * A copy of the message with new attempts, because SQS can't change a message. Its body and other attributes stay the
 * same, except in a hookproof entry, which has the attempts in its body.
 * @returns undefined if there is no room for the attempts
 */
export const withAttempts = (
  message: Message,
  entry: DlqEntry,
  attempts: readonly Attempt[],
  key: string,
): Outgoing | undefined => {
  const all = [...entry.attempts, ...attempts];
  const reason = attempts.at(-1)?.reason ?? entry.reason;
  const own = looksLikeEntry(Buffer.from(message.Body ?? "", "utf8"));
  const attributes = attributesOf(message);
  attributes[idName] = { DataType: "String", StringValue: entry.id };
  if (!own) {
    const change = changeLine({ type: "attempts", id: entry.id, reason, attempts: all });
    attributes[attemptsName] = { DataType: "String", StringValue: escaped(change) };
  }
  const body = own ? escaped(entryLine({ ...entry, id: "", attempts: all, reason })) : (message.Body ?? "");
  if (Object.keys(attributes).length > 10) return undefined;
  const group = message.Attributes?.MessageGroupId;
  return { body, attributes, ...(group === undefined ? {} : { group, dedupe: key }) };
};
