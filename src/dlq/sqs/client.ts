import type { Message, MessageAttributeValue, SQSClient } from "@aws-sdk/client-sqs";
import { HookproofError, errnoOf } from "../../errors.ts";
import { batched } from "../shared/batch.ts";
import { backendError, loadClient } from "../shared/client.ts";
import type { SqsAddress } from "./address.ts";

/** What is sent: a text, its attributes, and for a FIFO queue its group and key. */
export interface Outgoing {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly group?: string;
  readonly dedupe?: string;
}

interface QueueCounts {
  /** As SQS counts, which is about right: held and delayed ones too. */
  readonly total: number;
  readonly claimed: number;
  /** The queue has a redrive policy of its own: a message received too often moves on. */
  readonly maxReceives: number | null;
}

/** The calls that hookproof makes of SQS; each failure is a HookproofError. */
export interface SqsLink {
  receive(max: number): Promise<readonly Message[]>;
  /** @returns the message's id. @throws HookproofError `unsupported` where SQS takes no such message (its size) */
  /** To this queue, or the one of an ARN. */
  send(message: Outgoing, arn?: string): Promise<string>;
  remove(handle: string): Promise<void>;
  /** Makes a message invisible for so many seconds from now; 0 gives it back. */
  hide(handle: string, seconds: number): Promise<void>;
  counts(): Promise<QueueCounts>;
  close(): void;
}

/**
 * Finds the queue. Region and credentials come from where every AWS tool takes them.
 * @throws HookproofError `usage` for a queue or region that is not there, `backend-unreachable`, `backend-client-missing`
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
        // Else the SDK only prints a warning, and waits on.
        throwOnRequestTimeout: true,
      },
    });
  let client = clientIn(address.region);
  // Whoever names a server of his own need not name a region as well, which that server has no use for.
  if (endpoint !== undefined && (await client.config.region().catch(() => undefined)) === undefined)
    client = clientIn("us-east-1");
  const failed = (error: unknown): never => {
    throw sqsError(error, address);
  };
  const QueueUrl = isUrl
    ? address.queue
    : (await client.send(new sdk.GetQueueUrlCommand({ QueueName: address.queue })).catch(failed)).QueueUrl;

  const urls = new Map<string, Promise<string | undefined>>();
  /** The URL of the queue of an ARN: `arn:aws:sqs:REGION:ACCOUNT:NAME`. */
  const urlOf = (arn: string): Promise<string | undefined> => {
    const [, , , , account = "", name = ""] = arn.split(":");
    const known =
      urls.get(arn) ??
      client.send(new sdk.GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account })).then(
        (found) => found.QueueUrl,
        (error: unknown) => {
          const { code, message } = sqsError(error, address);
          // That another queue is gone concerns this message alone.
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
            // Only a long poll asks all of the servers that a queue is spread over.
            WaitTimeSeconds: address.waitSeconds,
            VisibilityTimeout: address.visibilitySeconds,
            MessageSystemAttributeNames: ["All"],
            MessageAttributeNames: ["All"],
          }),
        )
        .catch((error: unknown) => {
          // 120,000 messages in flight: as many as SQS lends out.
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

/** A batch as a whole may be answered with 200 and still have failed in part. */
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
