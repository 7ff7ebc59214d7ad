import { HookproofError } from "../../errors.ts";
import { namedBy, taker, urlOf } from "../shared/url.ts";
import type { Named } from "../shared/url.ts";

/** Where a RabbitMQ queue is. */
export interface AmqpAddress extends Named {
  /** For the client, without hookproof's own parameters. */
  readonly url: string;
  readonly queue: string;
}

// What amqplib itself reads from a URL.
const amqpSettings = ["heartbeat", "frameMax", "channelMax", "locale", "connection_timeout"];

/** Reads `amqp://host/vhost?queue=NAME`; `amqps:` is the same over TLS. @throws HookproofError `usage` */
export const amqpAddress = (spec: string): AmqpAddress => {
  const url = urlOf(spec);
  const take = taker(url, ["queue"], amqpSettings);
  const named = namedBy(url);
  const queue = take("queue");
  if (queue === undefined || queue === "")
    throw new HookproofError("usage", `${named.name} names no queue`, { hint: "add ?queue=NAME" });
  return { ...named, queue, url: url.href };
};
