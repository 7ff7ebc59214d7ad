import type { Message, MessageAttributeValue, SQSClient } from "@aws-sdk/client-sqs";
import { HookproofError, errnoOf } from "../../errors.ts";
import { batched } from "../shared/batch.ts";
import { backendError, loadClient } from "../shared/client.ts";
import type { SqsAddress } from "./address.ts";

/** A message to send: its text and attributes, and for a FIFO queue its group and deduplication id. */
export interface Outgoing {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly group?: string;
  readonly dedupe?: string;
}

interface QueueCounts {
  /** SQS's approximate count, including held and delayed messages. */
  readonly total: number;
  readonly claimed: number;
  /** After how many receives the queue's own redrive policy moves a message; null if it has no such policy. */
  readonly maxReceives: number | null;
}

/** The SQS calls that hookproof uses; failures are HookproofErrors. */
export interface SqsLink {
  receive(max: number): Promise<readonly Message[]>;
  /**
   * Sends a message to this queue, or to the one with the given ARN.
   * @returns the message's id
   * @throws HookproofError `unsupported` if SQS rejects the message, for example for its size
   */
  send(message: Outgoing, arn?: string): Promise<string>;
  remove(handle: string): Promise<void>;
  /** Hides a message from other consumers for this many seconds from now; 0 gives it back. */
  hide(handle: string, seconds: number): Promise<void>;
  counts(): Promise<QueueCounts>;
  close(): void;
}

/**
 * Finds the queue. Region and credentials come from the AWS SDK's usual sources.
 * @throws HookproofError `usage` for a missing queue or region, `backend-unreachable`, `backend-client-missing`
 */
export const connectSqs = async (address: SqsAddress): Promise<SqsLink> => {
  const sdk = await loadClient("@aws-sdk/client-sqs", () => import("@aws-sdk/client-sqs"));
  const isUrl = /^https?:/i.test(address.queue);
  const own = isUrl && !/\.amazonaws\.com(?:\.cn)?$/i.test(new URL(address.queue).hostname);
  const endpoint = address.endpoint ?? (own ? new URL(address.queue).origin : undefined);
  const clientIn = (region: string | undefined): SQSClient =>
    new sdk.SQSClient({
      ...(region === undefined ? {} : { region }),
      ...(endpoint === undefined ? {} : { endpoint, useQueueUrlAsEndpoint: false }),
      requestHandler: {
        connectionTimeout: 5000,
        requestTimeout: (address.waitSeconds + 5) * 1000,
        // Otherwise the SDK only prints a warning and keeps waiting.
        throwOnRequestTimeout: true,
      },
    });
  let client = clientIn(address.region);
  // The SDK requires a region even for a compatible server, which doesn't use it.
  if (endpoint !== undefined && (await client.config.region().catch(() => undefined)) === undefined)
    client = clientIn("us-east-1");
  const failed = (error: unknown): never => {
    throw sqsError(error, address);
  };
  const QueueUrl = isUrl
    ? address.queue
    : (await client.send(new sdk.GetQueueUrlCommand({ QueueName: address.queue })).catch(failed)).QueueUrl;

  const urls = new Map<string, Promise<string | undefined>>();
  /** The URL of the queue with this ARN: `arn:aws:sqs:REGION:ACCOUNT:NAME`. */
  const urlOf = (arn: string): Promise<string | undefined> => {
    const [, , , , account = "", name = ""] = arn.split(":");
    const known =
      urls.get(arn) ??
      client.send(new sdk.GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account })).then(
        (found) => found.QueueUrl,
        (error: unknown) => {
          const { code, message } = sqsError(error, address);
          // If another queue is missing, only this message is affected.
          if (code === "usage") throw new HookproofError("unsupported", `there is no queue ${name}`, { cause: error });
          throw new HookproofError(code, message, { cause: error });
        },
      );
    urls.set(arn, known);
    return known;
  };
  const remove = batched<string>(10, async (handles) => {
    const Entries = handles.map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle }));
    const { Failed } = await client.send(new sdk.DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return failuresOf(Failed);
  });
  const hide = batched<{ readonly handle: string; readonly seconds: number }>(10, async (items) => {
    const Entries = items.map(({ handle, seconds }, at) => ({
      Id: String(at),
      ReceiptHandle: handle,
      VisibilityTimeout: seconds,
    }));
    const { Failed } = await client.send(new sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    return failuresOf(Failed);
  });
  return {
    receive: async (max) => {
      const result = await client
        .send(
          new sdk.ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: Math.min(10, Math.max(1, max)),
            // Only long polling asks all of the servers that store a queue.
            WaitTimeSeconds: address.waitSeconds,
            VisibilityTimeout: address.visibilitySeconds,
            MessageSystemAttributeNames: ["All"],
            MessageAttributeNames: ["All"],
          }),
        )
        .catch((error: unknown) => {
          // 120,000 messages are in flight, SQS's maximum.
          if (nameOf(error) === "OverLimit") return { Messages: [] };
          return failed(error);
        });
      return result.Messages ?? [];
    },
    send: async ({ body, attributes, group, dedupe }, arn) => {
      const result = await client
        .send(
          new sdk.SendMessageCommand({
            QueueUrl: arn === undefined ? QueueUrl : await urlOf(arn),
            MessageBody: body,
            MessageAttributes: { ...attributes },
            ...(group === undefined ? {} : { MessageGroupId: group }),
            ...(dedupe === undefined ? {} : { MessageDeduplicationId: dedupe }),
          }),
        )
        .catch(failed);
      return result.MessageId ?? "";
    },
    remove: (handle) => remove(handle).catch(failed),
    hide: (handle, seconds) => hide({ handle, seconds }).catch(failed),
    counts: async () => {
      const { Attributes = {} } = await client
        .send(new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))
        .catch(failed);
      const number = (name: keyof typeof Attributes): number => Number(Attributes[name] ?? 0);
      const most = /"maxReceiveCount":"?(\d+)/.exec(Attributes.RedrivePolicy ?? "")?.[1];
      const claimed = number("ApproximateNumberOfMessagesNotVisible");
      return {
        total: number("ApproximateNumberOfMessages") + claimed + number("ApproximateNumberOfMessagesDelayed"),
        claimed,
        maxReceives: most === undefined ? null : Number(most),
      };
    },
    close: () => client.destroy(),
  };
};

/** Failures in a batch by index: SQS returns 200 for a batch even if some of its items failed. */
const failuresOf = (
  failed: readonly { Id?: string | undefined; Code?: string | undefined; Message?: string | undefined }[] | undefined,
): ReadonlyMap<number, Error> =>
  new Map((failed ?? []).map(({ Id, Code, Message: said }) => [Number(Id), new Error(said ?? Code ?? "refused")]));

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");

const sqsError = (error: unknown, address: SqsAddress): HookproofError => {
  const name = nameOf(error);
  const said = error instanceof Error ? error.message : String(error);
  if (/QueueDoesNotExist|NonExistentQueue/.test(name))
    return new HookproofError("usage", `${address.name}: there is no such queue`, {
      cause: error,
      hint: "check name, region and account: sqs:https://sqs.REGION.amazonaws.com/ACCOUNT/NAME includes all three",
    });
  if (said.includes("Region is missing"))
    return new HookproofError("usage", `${address.name}: missing AWS region`, {
      cause: error,
      hint: "set AWS_REGION, or add ?region=eu-west-1",
    });
  if (/Credential|AccessDenied|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken|UnrecognizedClient/.test(name))
    return backendError(error, address, "check the AWS credentials, and that they allow receive, send and delete");
  if (/InvalidParameterValue|InvalidMessageContents|InvalidAttributeValue|RequestTooLong/.test(name))
    return new HookproofError("unsupported", `${address.name}: SQS rejected this message: ${said}`, {
      cause: error,
    });
  if (name === "TimeoutError") return backendError(new Error("no response in time"), address);
  return backendError(said === "" ? new Error(errnoOf(error) ?? name) : error, address);
};
