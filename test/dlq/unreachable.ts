import { awsEnv } from "../support/services.ts";

/** What the AWS SDK wants to be told, but for the region: a server of one's own has none. */
export const awsWithoutRegion = { ...awsEnv, AWS_REGION: "" };

/** A queue of each engine's at a port of this machine, with a password in its URL. */
export const serversAt = (port: number): readonly (readonly [string, string])[] => [
  ["a Redis stream", `redis://me:s3cret@127.0.0.1:${port}/0?stream=x`],
  ["BullMQ's failed jobs", `redis://me:s3cret@127.0.0.1:${port}/0?bullmq=x`],
  ["RabbitMQ", `amqp://me:s3cret@127.0.0.1:${port}/?queue=x`],
  ["SQS", `sqs:x?wait=0&endpoint=http://me:s3cret@127.0.0.1:${port}`],
];
