import { HookproofError } from "../../errors.ts";
import { safeName, parameterTaker, urlOf } from "../shared/url.ts";
import type { QueueAddress } from "../shared/url.ts";

/** Where a RabbitMQ queue is. */
export interface AmqpAddress extends QueueAddress {
  /** The URL for the client, without hookproof's own parameters. */
  readonly url: string;
  readonly queue: string;
}

// Parameters that amqplib reads from the URL.
const amqpSettings = ["heartbeat", "frameMax", "channelMax", "locale", "connection_timeout"];

/** Reads `amqp://host/vhost?queue=NAME`; `amqps:` is the same over TLS. @throws HookproofError `usage` */
export const amqpAddress = (spec: string): AmqpAddress => {
  const url = urlOf(spec);
  const take = parameterTaker(url, ["queue"], amqpSettings);
  const named = safeName(url);
  const queue = take("queue");
  if (queue === undefined || queue === "")
    throw new HookproofError("usage", `${named.name} names no queue`, { hint: "add ?queue=NAME" });
  return { ...named, queue, url: url.href };
};
