import { HookproofError } from "../errors.ts";

/** Where a queue is, as its URL says. */
export type QueueAddress = StreamAddress | BullAddress | SqsAddress | AmqpAddress;

interface Named {
  /** The URL without passwords, for people. */
  readonly name: string;
  /** Never shown: whatever a client says is searched for these. */
  readonly passwords: readonly string[];
}

export interface StreamAddress extends Named {
  readonly kind: "stream";
  /** For the client, without hookproof's own parameters. */
  readonly url: string;
  readonly stream: string;
  readonly group: string;
}

export interface BullAddress extends Named {
  readonly kind: "bullmq";
  readonly url: string;
  readonly queue: string;
  readonly prefix: string;
}

export interface SqsAddress extends Named {
  readonly kind: "sqs";
  /** A queue's name, or its whole URL. */
  readonly queue: string;
  /** Of a compatible server. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** How long a received message is hidden from others; it is extended while it is held. */
  readonly visibilitySeconds: number;
  /** How long a receive waits for a message before the queue counts as empty. */
  readonly waitSeconds: number;
}

export interface AmqpAddress extends Named {
  readonly kind: "amqp";
  readonly url: string;
  readonly queue: string;
}

const defaultStream = "hookproof:dlq";
const defaultGroup = "hookproof";

/**
 * Reads a queue's URL: `redis://host:port/db?stream=NAME&group=NAME`, `redis://…?bullmq=QUEUE&prefix=bull`,
 * `sqs:QUEUE` or `sqs:https://…` with `?endpoint=…&region=…&visibility=60&wait=1`, `amqp://host/vhost?queue=NAME`. `rediss:` and
 * `amqps:` are the same over TLS.
 * @returns undefined for a scheme that is no queue engine's
 * @throws HookproofError `usage` for a URL that is not one, or a parameter that it has no use for
 */
export const queueAddress = (spec: string, endpoint?: string): QueueAddress | undefined => {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(spec)?.[1]?.toLowerCase();
  switch (scheme) {
    case "redis":
    case "rediss":
      return redisAddress(urlOf(spec));
    case "amqp":
    case "amqps":
      return amqpAddress(urlOf(spec));
    case "sqs":
      return sqsAddress(spec.slice("sqs:".length), endpoint);
    default:
      return undefined;
  }
};

const redisAddress = (url: URL): StreamAddress | BullAddress => {
  if (!/^\/?\d*$/.test(url.pathname))
    throw new HookproofError("usage", `'${url.pathname.slice(1)}' is no number of a Redis database`, {
      hint: "redis://HOST:6379/0?stream=NAME",
    });
  const queue = url.searchParams.get("bullmq");
  const take = taker(url, queue === null ? ["stream", "group"] : ["bullmq", "prefix"]);
  const named = namedBy(url);
  if (queue !== null) {
    return {
      kind: "bullmq",
      ...named,
      queue: take("bullmq") ?? queue,
      prefix: take("prefix") ?? "bull",
      url: url.href,
    };
  }
  const stream = take("stream") ?? defaultStream;
  return { kind: "stream", ...named, stream, group: take("group") ?? defaultGroup, url: url.href };
};

// What amqplib itself reads from a URL.
const amqpSettings = ["heartbeat", "frameMax", "channelMax", "locale", "connection_timeout"];

const amqpAddress = (url: URL): AmqpAddress => {
  const take = taker(url, ["queue"], amqpSettings);
  const named = namedBy(url);
  const queue = take("queue");
  if (queue === undefined || queue === "")
    throw new HookproofError("usage", `${named.name} names no queue`, { hint: "add ?queue=NAME" });
  return { kind: "amqp", ...named, queue, url: url.href };
};

const sqsSettings = ["endpoint", "region", "visibility", "wait"];

const sqsAddress = (rest: string, endpoint: string | undefined): SqsAddress => {
  const [queue = "", query = ""] = rest.split("?", 2);
  const settings = new URLSearchParams(query);
  for (const name of settings.keys()) if (!sqsSettings.includes(name)) throw unknownParameter(name, sqsSettings);
  const seconds = (name: string, most: number): number | undefined => {
    const text = settings.get(name);
    if (text === null) return undefined;
    if (!/^\d{1,5}$/.test(text) || Number(text) > most)
      throw new HookproofError("usage", `${name}=${text} is no number of seconds up to ${most}`);
    return Number(text);
  };
  if (queue === "")
    throw new HookproofError("usage", "sqs: names no queue", { hint: "sqs:QUEUE-NAME or sqs:https://…" });
  const isUrl = /^https?:\/\//i.test(queue);
  if (!isUrl && !/^[\w-]{1,80}(?:\.fifo)?$/.test(queue)) {
    throw new HookproofError("usage", `'${queue}' is no name of an SQS queue`, {
      hint: "letters, digits, - and _, at most 80; or the queue's whole URL",
    });
  }
  const given = endpoint ?? settings.get("endpoint") ?? undefined;
  const server = given === undefined ? undefined : urlOf(given);
  const place = isUrl ? urlOf(queue) : undefined;
  // https://sqs.eu-west-1.amazonaws.com/… says its region.
  const region = settings.get("region") ?? /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\./i.exec(queue)?.[1];
  return {
    kind: "sqs",
    name: `sqs:${place === undefined ? queue : namedBy(place).name}`,
    passwords: [place, server].flatMap((url) => (url === undefined ? [] : passwordsOf(url))),
    queue,
    endpoint: server?.href,
    region,
    visibilitySeconds: Math.max(1, seconds("visibility", 43_200) ?? 60),
    waitSeconds: seconds("wait", 20) ?? 1,
  };
};

const urlOf = (text: string): URL => {
  try {
    const url = new URL(text);
    if (!/^[a-z]+:\/\//i.test(text)) throw hostless();
    // Behind an @ in the path or a # stands the rest of a password with a / or # in it.
    if (url.hash !== "" || url.pathname.includes("@")) throw new URIError("not escaped");
    decodeURIComponent(url.username + url.password);
    return url;
  } catch (error) {
    throw error instanceof HookproofError ? error : unreadable(error);
  }
};

const hostless = (): HookproofError =>
  new HookproofError("usage", "the queue's URL names no host", {
    hint: "a scheme, // and a host: redis://localhost:6379, amqp://localhost, for SQS's server http://localhost:4566",
  });

/** The text may hold a password: it is not repeated. */
const unreadable = (cause?: unknown): HookproofError =>
  new HookproofError("usage", "the queue's URL cannot be read", {
    ...(cause === undefined ? {} : { cause }),
    hint: "write characters such as / @ # ? % of a password as %2F %40 %23 %3F %25",
  });

const namedBy = (url: URL): Named => {
  const shown = new URL(url);
  shown.password = "";
  return { name: shown.href, passwords: passwordsOf(url) };
};

const passwordsOf = (url: URL): readonly string[] =>
  url.password === "" ? [] : [url.password, decodeURIComponent(url.password)];

/** Takes hookproof's own parameters out of a URL; any other that is not known is refused. */
const taker = (url: URL, ours: readonly string[], others: readonly string[] = []) => {
  for (const name of url.searchParams.keys()) {
    if (!ours.includes(name) && !others.includes(name)) throw unknownParameter(name, [...ours, ...others]);
  }
  const values = new Map(ours.map((name) => [name, url.searchParams.get(name) ?? undefined]));
  return (name: string): string | undefined => {
    url.searchParams.delete(name);
    const value = values.get(name);
    return value === "" ? undefined : value;
  };
};

const unknownParameter = (name: string, known: readonly string[]): HookproofError =>
  name.includes("@")
    ? unreadable()
    : new HookproofError("usage", `the queue's URL has no parameter '${name}'`, {
        hint: `it may have ${known.join(", ")}`,
      });
