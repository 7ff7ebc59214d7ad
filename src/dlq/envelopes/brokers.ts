import * as z from "zod";
import type { HeaderPair } from "../../request/request.ts";
import { nodeAt, readJson, scalarText } from "../../values/json-text.ts";
import { rawOf as rawOfAmqp } from "../amqp/raw.ts";
import { atOf, bytesOf, fromBase64, instantOf } from "./envelope.ts";
import type { Envelope, Opened, Unopened } from "./envelope.ts";

// The management API writes an empty object as `[]`, and the times in `x-death` as plain seconds.
const orEmptyList = <S extends z.ZodType>(object: S) =>
  z.preprocess((value) => (Array.isArray(value) && value.length === 0 ? {} : value), object);

const rabbitMessage = z.object({
  payload: z.string(),
  payload_encoding: z.enum(["string", "base64"]),
  properties: orEmptyList(
    z.object({
      headers: orEmptyList(z.record(z.string(), z.unknown())).optional(),
      content_type: z.string().optional(),
      content_encoding: z.string().optional(),
      message_id: z.string().optional(),
      timestamp: z.number().optional(),
    }),
  ).optional(),
});

/** Converts the times in `x-death` to their form in the AMQP protocol. */
const timesOf = (deaths: unknown): unknown =>
  Array.isArray(deaths)
    ? deaths.map((one: unknown) => {
        const death = z.looseObject({ time: z.number() }).safeParse(one);
        return death.success ? { ...death.data, time: { value: death.data.time } } : one;
      })
    : deaths;

const rabbit: Envelope = {
  name: "RabbitMQ message (management API, `rabbitmqadmin get -f raw_json`)",
  source: "https://www.rabbitmq.com/docs/http-api-reference, /api/queues/vhost/name/get",
  keys: ["payload_encoding"],
  open: ({ value }) => {
    const found = rabbitMessage.safeParse(value);
    if (!found.success) return undefined;
    const { payload, payload_encoding: encoding, properties } = found.data;
    const { headers = {}, content_type, content_encoding, message_id, timestamp } = properties ?? {};
    return [
      rawOfAmqp({
        content: Buffer.from(payload, encoding === "base64" ? "base64" : "utf8"),
        properties: {
          headers: { ...headers, "x-death": timesOf(headers["x-death"]) },
          contentType: content_type,
          contentEncoding: content_encoding,
          messageId: message_id,
          timestamp,
        },
      }),
    ];
  },
};

const kcatSchema = z.object({
  topic: z.string(),
  partition: z.number().exactOptional(),
  offset: z.number(),
  ts: z.number().exactOptional(),
  headers: z.array(z.union([z.string(), z.null()])).nullish(),
});

const kcat: Envelope = {
  name: "Kafka message (`kcat -J`)",
  source: "https://github.com/edenhill/kcat, -J",
  keys: ["offset"],
  open: (document) => {
    const found = kcatSchema.safeParse(document.value);
    const payload = nodeAt(document.node, "payload");
    if (!found.success || payload === undefined) return undefined;
    const { topic, partition, offset, ts, headers } = found.data;
    const flat = headers ?? [];
    const fields = flat.flatMap((name, at): HeaderPair[] => {
      const value = flat[at + 1];
      return at % 2 === 0 && typeof name === "string" && typeof value === "string" ? [[name, value]] : [];
    });
    return [
      {
        body: bytesOf(document, payload),
        fields,
        id: `${topic}/${partition ?? 0}/${offset}`,
        reason: `in the topic ${topic}`,
        ...atOf(instantOf(ts)),
      },
    ];
  },
};

/** A BullMQ job as JSON, as written by `JSON.stringify(job)` or Bull Board. */
const bullSchema = z.object({
  name: z.string(),
  opts: z.unknown(),
  attemptsMade: z.number(),
  timestamp: z.number().exactOptional(),
  finishedOn: z.number().nullish(),
  failedReason: z.string().nullish(),
});

const bull: Envelope = {
  name: "BullMQ job",
  source: "https://api.docs.bullmq.io/interfaces/v5.JobJson.html",
  keys: ["attemptsMade"],
  open: (document) => {
    const found = bullSchema.safeParse(document.value);
    const data = nodeAt(document.node, "data");
    if (!found.success || data === undefined) return undefined;
    const { failedReason, finishedOn, timestamp } = found.data;
    return [
      {
        body: bytesOf(document, data),
        reason: failedReason ?? "failed without a reason",
        ...atOf(instantOf(finishedOn ?? timestamp)),
      },
    ];
  },
};

const celerySchema = z.object({
  body: z.string(),
  headers: z.looseObject({ task: z.string(), id: z.string().exactOptional() }),
  properties: z.looseObject({ body_encoding: z.string().exactOptional() }),
});

const celery: Envelope = {
  name: "Celery task (kombu message)",
  source: "https://docs.celeryq.dev/en/stable/internals/protocol.html, message protocol 2",
  keys: ["properties"],
  open: ({ value }) => {
    const found = celerySchema.safeParse(value);
    if (!found.success) return undefined;
    const { body, headers, properties } = found.data;
    const bytes = properties.body_encoding === "base64" ? fromBase64(Buffer.from(body)) : Buffer.from(body, "utf8");
    if (bytes === undefined) return [{ problem: "the body of a Celery task is not base64" }];
    return [argumentOf(bytes.toString("utf8"), `the task ${headers.task}`)];
  },
};

const sidekiqSchema = z.object({
  class: z.string(),
  jid: z.string(),
  args: z.array(z.unknown()),
  failed_at: z.number().exactOptional(),
  created_at: z.number().exactOptional(),
  error_message: z.string().exactOptional(),
  retry_count: z.number().exactOptional(),
});

const sidekiq: Envelope = {
  name: "Sidekiq job",
  source: "https://github.com/sidekiq/sidekiq/wiki/Job-Format",
  keys: ["jid"],
  open: ({ text, value }) => {
    const found = sidekiqSchema.safeParse(value);
    if (!found.success) return undefined;
    const { data } = found;
    const opened = argumentOf(text, `the job ${data.class}`, "args");
    if ("problem" in opened) return [opened];
    return [
      {
        ...opened,
        id: data.jid,
        ...(data.error_message === undefined ? {} : { reason: data.error_message }),
        // In seconds; in milliseconds since version 8.
        ...atOf(timeOf(data.failed_at ?? data.created_at)),
      },
    ];
  },
};

const timeOf = (value: number | undefined): number | undefined =>
  instantOf(value, value !== undefined && value < 1e11 ? "s" : "ms");

/**
 * Finds the one argument of a job that is an event: an object, or a string with a JSON object.
 * @param path the path of the arguments; kombu's body is `[args, kwargs, embed]`
 */
const argumentOf = (text: string, what: string, path = "0"): Opened | Unopened => {
  const node = readJson(text);
  const args = node === undefined ? undefined : nodeAt(node, path);
  if (args?.kind !== "array") return { problem: `${what} has no arguments` };
  const events = args.items.filter(
    (one) => one.kind === "object" || (one.kind === "string" && /^\s*\{/.test(scalarText(one) ?? "")),
  );
  const [event] = events;
  if (event === undefined || events.length > 1)
    return { problem: `${what} has ${events.length} arguments that may be the event` };
  return { body: bytesOf({ text, node: event, value: undefined }, event) };
};

/** Formats of message brokers' tools and of job runners. */
export const brokerEnvelopes: readonly Envelope[] = [rabbit, kcat, bull, celery, sidekiq];
