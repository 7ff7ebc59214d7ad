import * as z from "zod";
import { readRequests } from "../formats/read.ts";
import { eventOf } from "../providers/event.ts";
import type { Profile } from "../providers/profile.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { headerValue, utf8Text } from "../request/request.ts";
import { HookproofError } from "../errors.ts";
import type { DlqEntry } from "./dlq.ts";
import { changeOf, entryOf, looksLikeEntry } from "./record.ts";
import type { Change } from "./record.ts";

export interface ImportOptions {
  /** The platform the events are of; told by headers where not given. */
  readonly profile: Profile | undefined;
  readonly profiles: readonly Profile[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly url: string | null;
}

export type Imported = { readonly entry: Omit<DlqEntry, "id"> } | { readonly problem: string };

const sqs = z.object({
  Messages: z.array(
    z.object({
      Body: z.string(),
      MessageId: z.string().exactOptional(),
      Attributes: z.record(z.string(), z.string()).exactOptional(),
      MessageAttributes: z
        .record(
          z.string(),
          z.object({ StringValue: z.string().exactOptional(), BinaryValue: z.string().exactOptional() }),
        )
        .exactOptional(),
    }),
  ),
});

const rabbit = z
  .array(
    z.object({
      payload: z.string(),
      payload_encoding: z.enum(["string", "base64"]),
      properties: z
        .object({
          headers: z.record(z.string(), z.unknown()).exactOptional(),
          message_id: z.string().exactOptional(),
          type: z.string().exactOptional(),
        })
        .exactOptional(),
    }),
  )
  .min(1);

/**
 * The events in a file as people have them: our own NDJSON, `aws sqs receive-message` output,
 * RabbitMQ's management `get` output, captures, HAR, raw HTTP, or a bare payload.
 * @param name the file's name, for messages
 */
export async function* importedEntries(bytes: Buffer, name: string, options: ImportOptions): AsyncGenerator<Imported> {
  const own = ownLines(bytes, name);
  if (own !== undefined) {
    yield* own;
    return;
  }
  const messages = messagesOf(bytes);
  if (messages !== undefined) {
    for (const message of messages) yield { entry: entryFor(message.body, message.headers, options) };
    return;
  }
  yield* requestsOf(bytes, name, options);
}

/** Entries of our own NDJSON, with what its later lines say of them: an exported file, or a queue's own. */
const ownLines = (bytes: Buffer, name: string): readonly Imported[] | undefined => {
  const end = bytes.indexOf(0x0a);
  if (!isOwn(end < 0 ? bytes : bytes.subarray(0, end))) return undefined;
  const entries = new Map<string, DlqEntry>();
  const problems: { readonly problem: string }[] = [];
  let number = 0;
  for (let start = 0; start < bytes.length;) {
    const next = bytes.indexOf(0x0a, start);
    const line = bytes.subarray(start, next < 0 ? bytes.length : next);
    start += line.length + 1;
    number++;
    if (line.length === 0) continue;
    const entry = entryOf(line);
    const change = entry === undefined ? changeOf(line) : undefined;
    if (entry !== undefined) entries.set(entry.id, entry);
    else if (change !== undefined) applied(entries, change);
    else problems.push({ problem: `${name}: line ${number} is not an entry as \`dlq export\` writes it` });
  }
  return [...problems, ...[...entries.values()].map((entry) => ({ entry }))];
};

const applied = (entries: Map<string, DlqEntry>, change: Change): void => {
  switch (change.type) {
    case "claim":
    case "released":
      return;
    case "discarded":
      for (const id of change.ids) entries.delete(id);
      return;
    case "done":
    case "attempts": {
      const entry = entries.get(change.id);
      if (change.type === "done" && !change.kept) entries.delete(change.id);
      else if (entry !== undefined)
        entries.set(change.id, {
          ...entry,
          attempts: change.attempts,
          ...(change.type === "attempts" ? { reason: change.reason } : {}),
        });
    }
  }
};

const isOwn = (line: Buffer): boolean => looksLikeEntry(line) || changeOf(line) !== undefined;

interface Message {
  readonly body: Buffer;
  readonly headers: readonly HeaderPair[];
}

const messagesOf = (bytes: Buffer): readonly Message[] | undefined => {
  const value = jsonOf(bytes);
  const fromSqs = sqs.safeParse(value);
  if (fromSqs.success) {
    return fromSqs.data.Messages.map(({ Body, MessageAttributes = {} }) => ({
      body: unwrapped(Body, MessageAttributes["encoding"]?.StringValue === "base64"),
      headers: Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
        StringValue === undefined ? [] : [[name, StringValue] as const],
      ),
    }));
  }
  const fromRabbit = rabbit.safeParse(value);
  if (!fromRabbit.success) return undefined;
  return fromRabbit.data.map(({ payload, payload_encoding: encoding, properties }) => ({
    body: unwrapped(payload, encoding === "base64"),
    headers: Object.entries(properties?.headers ?? {}).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as const] : [],
    ),
  }));
};

/** The event in a message's text: what base64 or an SNS envelope wraps is taken out, else the text's own bytes. */
export const unwrapped = (text: string, base64: boolean): Buffer => {
  if (base64) return Buffer.from(text, "base64");
  const sns = z
    .object({ Type: z.literal("Notification"), TopicArn: z.string(), Message: z.string() })
    .safeParse(jsonOf(Buffer.from(text)));
  return Buffer.from(sns.success ? sns.data.Message : text, "utf8");
};

const requestsOf = async function* (bytes: Buffer, name: string, options: ImportOptions): AsyncGenerator<Imported> {
  let requests: readonly WebhookRequest[];
  try {
    requests = await readRequests(bytes, name);
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    if (options.profile === undefined) {
      yield { problem: `${name}: ${error.message}` };
      return;
    }
    requests = [];
  }
  if (requests.length === 0) {
    yield { entry: entryFor(bytes, [], options) };
    return;
  }
  for (const request of requests) yield { entry: entryFor(request.body, request.headers, options, request) };
};

/** An entry for an event whose history is not known. */
export const entryFor = (
  body: Buffer,
  headers: readonly HeaderPair[],
  options: ImportOptions,
  request?: WebhookRequest,
): Omit<DlqEntry, "id"> => {
  const whole: WebhookRequest = request ?? {
    method: "POST",
    target: "/",
    headers:
      headerValue(headers, "content-type") === undefined
        ? [
            [
              "Content-Type",
              options.profile?.contentType ??
                (utf8Text(body) === undefined ? "application/octet-stream" : "application/json"),
            ],
            ...headers,
          ]
        : headers,
    body,
  };
  const profile = options.profile ?? profileByHeaders(whole, options.profiles);
  const facts = profile === undefined ? undefined : eventOf(whole, profile);
  return {
    eventId: facts?.id ?? null,
    eventType: facts?.type ?? null,
    provider: profile?.id ?? null,
    url: options.url ?? whole.url ?? null,
    failedAt: whole.receivedAt ?? options.now,
    reason: "imported",
    request: whole,
    attempts: [],
  };
};

const profileByHeaders = (request: WebhookRequest, profiles: readonly Profile[]): Profile | undefined =>
  profiles.find((profile) => {
    const schemes =
      "undocumented" in profile.schemes ? [] : "assumed" in profile.schemes ? profile.schemes.assumed : profile.schemes;
    return schemes.some(({ header }) => headerValue(request.headers, header) !== undefined);
  });

const jsonOf = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
};
