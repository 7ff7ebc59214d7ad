import { redisUrl } from "../redis/address.ts";
import { safeName, parameterTaker } from "../shared/url.ts";
import type { QueueAddress } from "../shared/url.ts";

/** Where a BullMQ queue is. */
export interface BullAddress extends QueueAddress {
  /** The URL for the client, without hookproof's own parameters. */
  readonly url: string;
  readonly queue: string;
  readonly prefix: string;
}

/** Reads `redis://host:port/db?bullmq=QUEUE&prefix=bull`. @throws HookproofError `usage` */
export const bullAddress = (spec: string): BullAddress => {
  const url = redisUrl(spec);
  const take = parameterTaker(url, ["bullmq", "prefix"]);
  const named = safeName(url);
  return { ...named, queue: take("bullmq") ?? "", prefix: take("prefix") ?? "bull", url: url.href };
};
