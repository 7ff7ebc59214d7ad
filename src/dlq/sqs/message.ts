import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { Attempt } from "../../request/attempt.ts";
import type { DlqEntry } from "../dlq.ts";
import { entryIn } from "../shared/message.ts";
import type { Reading } from "../shared/message.ts";
import { changeLine, entryLine, looksLikeEntry } from "../record.ts";
import { attemptsName, idName, rawOf } from "./raw.ts";
import type { Outgoing } from "./client.ts";

/** The entry that a message stands for. */
export const entryOfMessage = (message: Message, reading: Reading): DlqEntry | { readonly problem: string } =>
  entryIn(rawOf(message), reading);

/** The ARN of the queue that a message was moved from; SQS notes it of messages that a redrive policy moved. */
export const sourceArnOf = (message: Message): string | undefined => message.Attributes?.DeadLetterQueueSourceArn;

/** The message as it was first sent. */
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

/** What SQS takes in a body is what XML takes. */
const escaped = (line: string): string =>
  line.replaceAll(/[\ufffe\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);

/** A new entry as a message. @param key random, for a FIFO queue's own dedupe */
export const outgoing = (entry: Omit<DlqEntry, "id">, fifo: boolean, key: string): Outgoing => ({
  body: escaped(entryLine({ ...entry, id: "" })),
  attributes: {},
  ...(fifo ? { group: entry.eventId ?? key, dedupe: key } : {}),
});

/**
 * The message again, with new attempts: SQS changes no message, so a copy is sent before the original
 * goes. Its body and every attribute are as they were.
 * @returns undefined where there is no room for the attempts
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
