import * as z from "zod";
import { HookproofError } from "../../errors.ts";
import { isProxyEvent, readProxyEvent } from "../../formats/lambda.ts";
import type { Profile } from "../../providers/profile.ts";
import type { HeaderPair, WebhookRequest } from "../../request/request.ts";
import { headerValue, utf8Text, withoutHeaders } from "../../request/request.ts";
import { isToken } from "../../request/token.ts";
import { isInstant } from "../../values/instant.ts";
import { nodeAt, readJson, scalarText } from "../../values/json-text.ts";
import type { JsonNode } from "../../values/json-text.ts";
import type { DlqEntry } from "../dlq.ts";
import { entryFor } from "../entry-for.ts";
import { entryOf, looksLikeEntry } from "../record.ts";

/** A message as its engine has it. */
export interface RawMessage {
  /** The engine's own name for it. */
  readonly id: string;
  readonly body: Buffer;
  /** What stands beside the body: attributes, properties, fields. */
  readonly headers: readonly HeaderPair[];
  /** Epoch milliseconds, as the engine knows it. */
  readonly at: number;
  /** Why it is here, where the engine knows. */
  readonly reason?: string;
  readonly receiveCount?: number;
}

export interface Reading {
  /** The platform that messages are of whose headers do not tell. */
  readonly profile: Profile | undefined;
  readonly profiles: readonly Profile[];
  /** Whether a field beside a message's body is a header of the webhook. */
  readonly isHeader: (name: string) => boolean;
}

/**
 * The entry that a message stands for. Forms: our own entry; an SNS notification; a proxy event
 * (API Gateway); an object of headers and body; base64; the bare body of an event.
 * @returns a problem where the message claims a form that it does not keep
 */
export const entryIn = (message: RawMessage, reading: Reading): DlqEntry | { readonly problem: string } => {
  if (!isInstant(message.at)) return { problem: `message ${message.id}: its time is not a point in time` };
  const counted = message.receiveCount === undefined ? {} : { receiveCount: message.receiveCount };
  if (looksLikeEntry(message.body)) {
    const own = entryOf(message.body);
    if (own === undefined) return { problem: `message ${message.id} is an entry of hookproof's that cannot be read` };
    return { ...own, id: message.id, ...counted };
  }
  const found = unwrap(message.body, message.headers, reading);
  if ("problem" in found) return { problem: `message ${message.id}: ${found.problem}` };
  const request: WebhookRequest = found.request ?? {
    method: "POST",
    target: "/",
    headers: typed(found.headers, found.body, reading.profile),
    body: found.body,
  };
  const entry = entryFor(
    request.body,
    request.headers,
    { ...reading, now: message.at, url: request.url ?? null },
    request,
  );
  return {
    ...entry,
    id: message.id,
    failedAt: message.at,
    reason: message.reason ?? "in the engine's dead-letter queue; why is not recorded",
    ...counted,
  };
};

type Unwrapped =
  | { readonly body: Buffer; readonly headers: readonly HeaderPair[]; readonly request?: WebhookRequest }
  | { readonly problem: string };

// An SNS notification of an envelope of base64: three wrappings are the most that people make.
const mostWrappings = 3;

const unwrap = (body: Buffer, fields: readonly HeaderPair[], reading: Reading, depth = 0): Unwrapped => {
  const headers = fields.filter(([name]) => reading.isHeader(name));
  if (body.length === 0) return { problem: "its body is empty" };
  const encoding = headerValue(headers, "encoding") ?? headerValue(headers, "content-transfer-encoding");
  if (encoding?.toLowerCase() === "base64") {
    const bytes = fromBase64(body);
    return bytes === undefined
      ? { problem: "it says that it is base64 and is not" }
      : unwrap(bytes, withoutHeaders(headers, ["encoding", "content-transfer-encoding"]), reading, depth + 1);
  }
  const text = depth < mostWrappings ? utf8Text(body) : undefined;
  if (text === undefined) return { body, headers };
  const root = readJson(text);
  if (root === undefined) {
    // Text that decodes to JSON was base64, whatever else it may be.
    const bytes = fromBase64(body);
    const inside = bytes === undefined ? undefined : utf8Text(bytes);
    return bytes !== undefined && inside !== undefined && readJson(inside)?.kind === "object"
      ? unwrap(bytes, headers, reading, depth + 1)
      : { body, headers };
  }
  if (root.kind !== "object") return { body, headers };
  const notification = sns(text, root);
  if (notification !== undefined)
    return unwrap(notification.body, [...headers, ...notification.headers], reading, depth + 1);
  return proxied(text) ?? enveloped(text, root, headers) ?? { body, headers };
};

/** An SNS notification's message; its own attributes are headers. */
const sns = (text: string, root: JsonNode): { body: Buffer; headers: readonly HeaderPair[] } | undefined => {
  const message = scalarText(nodeAt(root, "Message"));
  if (scalarText(nodeAt(root, "Type")) !== "Notification" || message === undefined || !nodeAt(root, "TopicArn"))
    return undefined;
  const attributes = z
    .object({ MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })) })
    .safeParse(JSON.parse(text));
  return {
    body: Buffer.from(message, "utf8"),
    headers: attributes.success
      ? Object.entries(attributes.data.MessageAttributes).map(([name, { Value }]) => [name, Value] as const)
      : [],
  };
};

const proxied = (text: string): Unwrapped | undefined => {
  const value: unknown = JSON.parse(text);
  if (!isProxyEvent(value)) return undefined;
  try {
    const request = readProxyEvent(value, "proxy event");
    return { body: request.body, headers: request.headers, request };
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    return { problem: error.message };
  }
};

const headersSchema = z.union([
  z.array(z.tuple([z.string(), z.string()])),
  z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
]);

/**
 * `{headers, body}`, as relays and job queues keep a request; `body` may be text, or the event itself,
 * whose text is then taken as it stands.
 */
const enveloped = (text: string, root: JsonNode, beside: readonly HeaderPair[]): Unwrapped | undefined => {
  const body = nodeAt(root, "rawBody") ?? nodeAt(root, "body") ?? nodeAt(root, "payload");
  if (body === undefined || nodeAt(root, "headers")?.kind === undefined) return undefined;
  const value = z
    .object({ headers: headersSchema, method: z.string().optional(), url: z.string().optional() })
    .safeParse(JSON.parse(text));
  if (!value.success) return { problem: "its headers are not a list or an object of texts" };
  const encoded =
    scalarText(nodeAt(root, "isBase64Encoded")) === "true" || scalarText(nodeAt(root, "encoding")) === "base64";
  const content = body.kind === "string" ? Buffer.from(scalarText(body) ?? "", "utf8") : objectBody(text, body);
  const bytes = encoded ? fromBase64(content) : content;
  if (bytes === undefined) return { problem: "its body says that it is base64 and is not" };
  const headers: readonly HeaderPair[] = Array.isArray(value.data.headers)
    ? value.data.headers
    : Object.entries(value.data.headers).flatMap(([name, one]) =>
        (Array.isArray(one) ? one : [String(one)]).map((item) => [name, item] as const),
      );
  return { body: bytes, headers: [...beside, ...headers] };
};

const bufferSchema = z.object({ type: z.literal("Buffer"), data: z.array(z.number().int().min(0).max(255)) });

/** The event's own text; a Node Buffer that JSON.stringify wrote is the bytes it was. */
const objectBody = (text: string, node: JsonNode): Buffer => {
  const slice = text.slice(node.start, node.end);
  const buffer = bufferSchema.safeParse(JSON.parse(slice));
  return buffer.success ? Buffer.from(buffer.data.data) : Buffer.from(slice, "utf8");
};

const fromBase64 = (body: Buffer): Buffer | undefined => {
  const text = body.toString("latin1").replaceAll(/\s/g, "");
  if (text.length === 0 || !/^(?:[A-Za-z0-9+/]+={0,2}|[A-Za-z0-9_-]+={0,2})$/.test(text)) return undefined;
  return text.replace(/=+$/, "").length % 4 === 1 ? undefined : Buffer.from(text, "base64");
};

/** The headers that are HTTP headers, with a content type where they have none. */
const typed = (headers: readonly HeaderPair[], body: Buffer, profile: Profile | undefined): readonly HeaderPair[] => {
  const sendable = headers.filter(([name, value]) => isToken(name) && !/[\r\n\0]/.test(value));
  if (headerValue(sendable, "content-type") !== undefined) return sendable;
  const type = profile?.contentType ?? (utf8Text(body) === undefined ? "application/octet-stream" : "application/json");
  return [["Content-Type", type], ...sendable];
};
