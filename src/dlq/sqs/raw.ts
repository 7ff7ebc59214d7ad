import type { Message } from "@aws-sdk/client-sqs";
import type { HeaderPair } from "../../request/request.ts";
import { changeOf } from "../record.ts";
import type { Opened } from "../envelopes/envelope.ts";

// Attributes that hookproof adds to a message when it is sent again with new attempts.
export const idName = "hookproof-id";
export const attemptsName = "hookproof-attempts";

/** A message's id. If hookproof has sent the message again, this is the id it had at first. */
export const idOf = (message: Message): string =>
  message.MessageAttributes?.[idName]?.StringValue ?? message.MessageId ?? "";

/** The parts of a message that are used. */
export const rawOf = (message: Message): Opened & { readonly id: string } => {
  const { Attributes: system = {}, MessageAttributes: attributes = {}, Body = "" } = message;
  const receives = Number(system.ApproximateReceiveCount ?? 0);
  const source = system.DeadLetterQueueSourceArn?.split(":").at(-1);
  const fields: HeaderPair[] = [];
  let binary: Buffer | undefined;
  for (const [name, { StringValue, BinaryValue }] of Object.entries(attributes)) {
    if (name === idName || name === attemptsName) continue;
    if (BinaryValue !== undefined && /^(?:body|payload)$/i.test(name)) binary = Buffer.from(BinaryValue);
    else fields.push([name, StringValue ?? Buffer.from(BinaryValue ?? []).toString("latin1")]);
  }
  const change = changeOf(Buffer.from(attributes[attemptsName]?.StringValue ?? "", "utf8"));
  return {
    id: idOf(message),
    body: binary ?? Buffer.from(Body, "utf8"),
    fields,
    reason:
      source === undefined
        ? "in the queue; SQS does not record why"
        : `moved here after the consumers of ${source} failed`,
    ...(system.SentTimestamp === undefined ? {} : { at: Number(system.SentTimestamp) }),
    ...(receives === 0 ? {} : { receiveCount: receives }),
    ...(change === undefined ? {} : { change }),
  };
};
