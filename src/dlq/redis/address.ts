import { HookproofError } from "../../errors.ts";
import { safeName, parameterTaker, urlOf } from "../shared/url.ts";
import type { QueueAddress } from "../shared/url.ts";

/** Where a Redis stream is. */
export interface StreamAddress extends QueueAddress {
  /** The URL for the client, without hookproof's own parameters. */
  readonly url: string;
  readonly stream: string;
  readonly group: string;
}

const defaultStream = "hookproof:dlq";
const defaultGroup = "hookproof";

/**
 * Reads `redis://host:port/db?stream=NAME&group=NAME`; `rediss:` is the same over TLS.
 * @throws HookproofError `usage`
 */
export const streamAddress = (spec: string): StreamAddress => {
  const url = redisUrl(spec);
  const take = parameterTaker(url, ["stream", "group"]);
  const named = safeName(url);
  return { ...named, stream: take("stream") ?? defaultStream, group: take("group") ?? defaultGroup, url: url.href };
};

/** The URL of a Redis server; its path is the database number. @throws HookproofError `usage` */
export const redisUrl = (spec: string): URL => {
  const url = urlOf(spec);
  if (!/^\/?\d*$/.test(url.pathname))
    throw new HookproofError("usage", `'${url.pathname.slice(1)}' is not a Redis database number`, {
      hint: "redis://HOST:6379/0?stream=NAME",
    });
  return url;
};
