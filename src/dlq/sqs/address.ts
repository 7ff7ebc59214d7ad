import { HookproofError } from "../../errors.ts";
import { safeName, passwordsOf, unknownParameter, urlOf } from "../shared/url.ts";
import type { QueueAddress } from "../shared/url.ts";
import { maskedUrl } from "../../values/masked-url.ts";

/** Where an SQS queue is. */
export interface SqsAddress extends QueueAddress {
  /** A queue's name, or its full URL. */
  readonly queue: string;
  /** The URL of an SQS-compatible server. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** How long a received message is hidden from other consumers; extended while it is held. */
  readonly visibilitySeconds: number;
  /** How long a receive waits for a message before the queue counts as empty. */
  readonly waitSeconds: number;
}

const sqsSettings = ["endpoint", "region", "visibility", "wait"];

/**
 * Reads `sqs:QUEUE` or `sqs:https://…`, with `?endpoint=…&region=…&visibility=60&wait=1`.
 * @param endpoint of an SQS-compatible server; overrides the one in the URL
 * @throws HookproofError `usage`
 */
export const sqsAddress = (spec: string, endpoint: string | undefined): SqsAddress => {
  const [queue = "", query = ""] = spec.slice("sqs:".length).split("?", 2);
  const settings = new URLSearchParams(query);
  for (const name of settings.keys()) if (!sqsSettings.includes(name)) throw unknownParameter(name, sqsSettings);
  const seconds = (name: string, most: number): number | undefined => {
    const text = settings.get(name);
    if (text === null) return undefined;
    if (!/^\d{1,5}$/.test(text) || Number(text) > most)
      throw new HookproofError("usage", `${name}=${text} is not a number of seconds up to ${most}`);
    return Number(text);
  };
  if (queue === "")
    throw new HookproofError("usage", "sqs: needs a queue name", { hint: "sqs:QUEUE-NAME or sqs:https://…" });
  const isUrl = /^https?:\/\//i.test(queue);
  if (!isUrl && !/^[\w-]{1,80}(?:\.fifo)?$/.test(queue)) {
    throw new HookproofError("usage", `'${maskedUrl(queue)}' is not a valid SQS queue name`, {
      hint: "letters, digits, - and _, at most 80; or the full queue URL",
    });
  }
  const given = endpoint ?? settings.get("endpoint") ?? undefined;
  const server = given === undefined ? undefined : urlOf(given);
  const place = isUrl ? urlOf(queue) : undefined;
  // A URL like https://sqs.eu-west-1.amazonaws.com/… contains the region.
  const region = settings.get("region") ?? /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\./i.exec(queue)?.[1];
  return {
    name: `sqs:${place === undefined ? queue : safeName(place).name}`,
    passwords: [place, server].flatMap((url) => (url === undefined ? [] : passwordsOf(url))),
    queue,
    endpoint: server?.href,
    region,
    visibilitySeconds: Math.max(1, seconds("visibility", 43_200) ?? 60),
    waitSeconds: seconds("wait", 20) ?? 1,
  };
};
