import * as z from "zod";
import { HookproofError } from "../../errors.ts";
import { isProxyEvent, readProxyEvent } from "../../formats/lambda.ts";
import type { HeaderPair } from "../../request/request.ts";
import { nodeAt } from "../../values/json-text.ts";
import { rawOf as rawOfSqs } from "../sqs/raw.ts";
import { atOf, bytesOf, fromBase64, instantOf } from "./envelope.ts";
import type { Document, Envelope, Opened, Unopened } from "./envelope.ts";

const texts = z.record(z.string(), z.string());

const sqsMessage = z.object({
  Body: z.string(),
  MessageId: z.string().exactOptional(),
  ReceiptHandle: z.string().exactOptional(),
  Attributes: texts.exactOptional(),
  MessageAttributes: z
    .record(
      z.string(),
      z.object({
        DataType: z.string().default("String"),
        StringValue: z.string().exactOptional(),
        // The AWS CLI writes bytes as base64.
        BinaryValue: z
          .string()
          .transform((text) => Buffer.from(text, "base64"))
          .exactOptional(),
      }),
    )
    .exactOptional(),
});
const isSqs = z.union([z.looseObject({ MessageId: z.string() }), z.looseObject({ ReceiptHandle: z.string() })]);

const sqsSchema = z.object({ Messages: z.array(z.unknown()) });

const sqs: Envelope = {
  name: "SQS messages (`aws sqs receive-message`)",
  source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html",
  keys: ["Messages", "Body"],
  open: ({ value }) => {
    const list = sqsSchema.safeParse(value);
    const messages = list.success ? list.data.Messages : [value];
    const read = messages.map((one) => (isSqs.safeParse(one).success ? sqsMessage.safeParse(one) : undefined));
    if (!list.success && read[0]?.success !== true) return undefined;
    return read.map((one) => (one?.success === true ? rawOfSqs(one.data) : { problem: "a message without a Body" }));
  },
};

const snsSchema = z.object({
  Type: z.literal("Notification"),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string().exactOptional(),
  MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })).exactOptional(),
});

const sns: Envelope = {
  name: "SNS notification",
  source: "https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html",
  keys: ["TopicArn"],
  open: ({ value }) => {
    const found = snsSchema.safeParse(value);
    if (!found.success) return undefined;
    const { Message, Timestamp, MessageAttributes = {} } = found.data;
    const fields = Object.entries(MessageAttributes).map(([name, { Value }]): HeaderPair => [name, Value]);
    return [{ body: Buffer.from(Message, "utf8"), fields, ...atOf(instantOf(Timestamp)) }];
  },
};

const eventBridgeSchema = z.object({ "detail-type": z.string(), source: z.string(), time: z.string().exactOptional() });

const eventBridge: Envelope = {
  name: "EventBridge event",
  source: "https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html",
  keys: ["detail-type"],
  open: (document) => {
    const found = eventBridgeSchema.safeParse(document.value);
    const detail = nodeAt(document.node, "detail");
    if (!found.success || detail === undefined) return undefined;
    return [{ body: bytesOf(document, detail), ...atOf(instantOf(found.data.time)) }];
  },
};

const destinationSchema = z.object({
  timestamp: z.string().exactOptional(),
  requestContext: z.object({ condition: z.string(), approximateInvokeCount: z.number().exactOptional() }),
});

const destination: Envelope = {
  name: "Lambda destination record",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
  keys: ["requestPayload"],
  open: (document) => {
    const found = destinationSchema.safeParse(document.value);
    const payload = nodeAt(document.node, "requestPayload");
    if (!found.success || payload === undefined) return undefined;
    const { timestamp, requestContext } = found.data;
    return [
      {
        body: bytesOf(document, payload),
        reason: `Lambda: ${requestContext.condition}`,
        ...atOf(instantOf(timestamp)),
        ...(requestContext.approximateInvokeCount === undefined
          ? {}
          : { receiveCount: requestContext.approximateInvokeCount }),
      },
    ];
  },
};

const recordsSchema = z.object({
  Records: z
    .array(
      z.union([
        z.object({ body: z.string(), messageId: z.string().exactOptional(), eventSource: z.literal("aws:sqs") }),
        z.object({ Sns: z.object({ Message: z.string(), Timestamp: z.string().exactOptional() }) }),
      ]),
    )
    .min(1),
});

const records: Envelope = {
  name: "Lambda event of SQS or SNS (`Records`)",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, with-sns.html",
  keys: ["Records"],
  open: ({ value }) => {
    const found = recordsSchema.safeParse(value);
    return found.data?.Records.map((one): Opened =>
      "Sns" in one
        ? { body: Buffer.from(one.Sns.Message, "utf8"), ...atOf(instantOf(one.Sns.Timestamp)) }
        : { body: Buffer.from(one.body, "utf8"), ...(one.messageId === undefined ? {} : { id: one.messageId }) },
    );
  },
};

const pubsubMessage = z.object({
  data: z.string(),
  attributes: texts.nullish(),
  messageId: z.string().exactOptional(),
  publishTime: z.string().exactOptional(),
});

const pubsubSchema = z.union([
  z.object({ receivedMessages: z.array(z.object({ message: pubsubMessage })) }),
  z.object({ message: pubsubMessage, ackId: z.string() }),
  z.object({ message: pubsubMessage, subscription: z.string() }),
]);

const pubsub: Envelope = {
  name: "Pub/Sub message (`gcloud pubsub subscriptions pull`, REST, push)",
  source: "https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage",
  keys: ["receivedMessages", "message"],
  open: ({ value }) => {
    const found = pubsubSchema.safeParse(value);
    if (!found.success) return undefined;
    const all = "receivedMessages" in found.data ? found.data.receivedMessages : [found.data];
    return all.map(({ message }): Opened | Unopened => {
      const body = fromBase64(Buffer.from(message.data, "utf8"));
      if (body === undefined) return { problem: "the data of a Pub/Sub message is not base64" };
      return {
        body,
        fields: Object.entries(message.attributes ?? {}),
        ...(message.messageId === undefined ? {} : { id: message.messageId }),
        ...atOf(instantOf(message.publishTime)),
      };
    });
  },
};

const serviceBusSchema = z.object({
  applicationProperties: z.record(z.string(), z.unknown()).nullish(),
  messageId: z.union([z.string(), z.number()]).exactOptional(),
  enqueuedTimeUtc: z.string().exactOptional(),
  sequenceNumber: z.unknown(),
  deadLetterReason: z.string().nullish(),
  deadLetterErrorDescription: z.string().nullish(),
  deliveryCount: z.number().exactOptional(),
});

const serviceBus: Envelope = {
  name: "Service Bus message (peek)",
  source: "https://learn.microsoft.com/azure/service-bus-messaging/service-bus-messages-payloads",
  keys: ["enqueuedTimeUtc", "sequenceNumber"],
  open: (document) => {
    const found = serviceBusSchema.safeParse(document.value);
    const body = nodeAt(document.node, "body");
    if (!found.success || body === undefined) return undefined;
    const { data } = found;
    if (data.enqueuedTimeUtc === undefined && data.sequenceNumber === undefined) return undefined;
    const reason = [data.deadLetterReason, data.deadLetterErrorDescription].filter((part) => typeof part === "string");
    return [
      {
        body: bytesOf(document, body),
        fields: Object.entries(data.applicationProperties ?? {}).flatMap(([name, one]): HeaderPair[] =>
          typeof one === "string" || typeof one === "number" ? [[name, String(one)]] : [],
        ),
        ...(data.messageId === undefined ? {} : { id: String(data.messageId) }),
        ...atOf(instantOf(data.enqueuedTimeUtc)),
        ...(reason.length === 0 ? {} : { reason: reason.join(": ") }),
        ...(data.deliveryCount === undefined ? {} : { receiveCount: data.deliveryCount }),
      },
    ];
  },
};

const proxyEvent: Envelope = {
  name: "API Gateway, function URL or load balancer event",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html",
  keys: ["httpMethod", "requestContext", "isBase64Encoded"],
  open: ({ value }: Document) => {
    if (!isProxyEvent(value)) return undefined;
    try {
      const request = readProxyEvent(value, "proxy event");
      return [{ body: request.body, headers: request.headers, request }];
    } catch (error) {
      if (!(error instanceof HookproofError)) throw error;
      return [{ problem: error.message }];
    }
  },
};

/** Formats in which AWS, Google Cloud and Azure wrap messages. */
export const cloudEnvelopes: readonly Envelope[] = [
  sqs,
  sns,
  eventBridge,
  destination,
  records,
  pubsub,
  serviceBus,
  proxyEvent,
];
