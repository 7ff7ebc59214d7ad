import type { Profile } from "../../providers/profile.ts";
import type { HeaderPair, WebhookRequest } from "../../request/request.ts";
import { headerValue, utf8Text, withoutHeaders } from "../../request/request.ts";
import { isToken } from "../../request/token.ts";
import { isInstant } from "../../values/instant.ts";
import { readJson } from "../../values/json-text.ts";
import type { DlqEntry } from "../dlq.ts";
import { entryFor } from "../entry-for.ts";
import { fromBase64 } from "../envelopes/envelope.ts";
import type { Opened, Unopened } from "../envelopes/envelope.ts";
import { open } from "../envelopes/envelopes.ts";
import { isWholeEvent } from "../webhook.ts";
import { entryOf, looksLikeEntry, withChange } from "../record.ts";

/** A message as read from its engine. */
export interface RawMessage extends Opened {
  /** The message's id in the engine. */
  readonly id: string;
}

export interface Reading {
  /** The provider of messages whose headers don't identify one. */
  readonly profile: Profile | undefined;
  readonly profiles: readonly Profile[];
  /** The reason for messages that don't have one. */
  readonly reason: string;
  /** Whether a field next to a message's body is a header of the webhook. */
  readonly isHeader: (name: string) => boolean;
}

/**
 * Reads a message as an entry. It may be a hookproof entry, an event in any of the envelopes, base64, or an event's
 * bare body.
 * @param now epoch milliseconds, for a message that has no time
 * @returns a problem if the message is malformed or contains several events
 */
export const entryIn = (message: RawMessage, reading: Reading, now = 0): DlqEntry | Unopened => {
  const [first, ...more] = entriesIn(message, reading, now);
  if (first === undefined) return { problem: `message ${message.id}: it contains no event` };
  if (more.length === 0) return first;
  return {
    problem: `message ${message.id}: it contains ${more.length + 1} events; \`dlq import\` imports them one by one`,
  };
};

/** Like `entryIn`, but a message with several events gives one entry for each. */
export const entriesIn = (message: RawMessage, reading: Reading, now: number): readonly (DlqEntry | Unopened)[] => {
  if (message.at !== undefined && !isInstant(message.at))
    return [{ problem: `message ${message.id}: its time is invalid` }];
  const counted = message.receiveCount === undefined ? {} : { receiveCount: message.receiveCount };
  if (looksLikeEntry(message.body)) {
    const own = entryOf(message.body);
    if (own === undefined) return [{ problem: `message ${message.id} is a hookproof entry that cannot be read` }];
    return [withChange({ ...own, id: message.id, ...counted }, message.change)];
  }
  return unwrap(message, reading, 0).map((found) => {
    if ("problem" in found) return { problem: `message ${message.id}: ${found.problem}` };
    const headers = headersOf(found, reading);
    const request: WebhookRequest = found.request ?? {
      method: "POST",
      target: "/",
      headers: typed(headers, found.body, reading.profile),
      body: found.body,
    };
    const at = found.at ?? now;
    if (!isInstant(at)) return { problem: `message ${message.id}: its time is invalid` };
    const entry = entryFor(request.body, request.headers, { ...reading, now: at, url: request.url ?? null }, request);
    return withChange(
      {
        ...entry,
        id: message.id,
        failedAt: at,
        reason: found.reason ?? reading.reason,
        ...(found.receiveCount === undefined ? counted : { receiveCount: found.receiveCount }),
      },
      found.change ?? message.change,
    );
  });
};

// For example, base64 of an envelope in an SNS notification in SQS.
const maxNesting = 4;

/** Unwraps nested envelopes. If several have a time or reason, the outermost wins. */
const unwrap = (outer: Opened, reading: Reading, depth: number): readonly (Opened | Unopened)[] => {
  const { body } = outer;
  if (body.length === 0) return [{ problem: "its body is empty" }];
  const headers = headersOf(outer, reading);
  const encoding = headerValue(headers, "encoding") ?? headerValue(headers, "content-transfer-encoding");
  if (encoding?.toLowerCase() === "base64") {
    const bytes = fromBase64(body);
    if (bytes === undefined) return [{ problem: "it is marked base64 but is not" }];
    const rest = withoutHeaders(headers, ["encoding", "content-transfer-encoding"]);
    return unwrap({ ...outer, body: bytes, headers: rest, fields: [] }, reading, depth + 1);
  }
  // Some programs write a BOM, which JSON doesn't allow.
  const text = depth < maxNesting ? utf8Text(body)?.replace(/^\ufeff/, "") : undefined;
  if (text === undefined) return [outer];
  const node = readJson(text);
  if (node === undefined) {
    // If it decodes to JSON, it was base64.
    const bytes = fromBase64(body);
    const inside = bytes === undefined ? undefined : utf8Text(bytes);
    return bytes !== undefined && inside !== undefined && readJson(inside)?.kind === "object"
      ? unwrap({ ...outer, body: bytes }, reading, depth + 1)
      : [outer];
  }
  if (node.kind !== "object" || isWholeEvent(headers, body, reading)) return [outer];
  const opened = open({ text, node, value: JSON.parse(text) });
  if (opened === undefined) return [outer];
  return opened.flatMap((inner) =>
    "problem" in inner
      ? [inner]
      : unwrap(
          {
            ...inner,
            ...definedOf(outer),
            body: inner.body,
            headers: [...headers, ...headersOf(inner, reading)],
            fields: [],
            ...(inner.request === undefined ? {} : { request: inner.request }),
          },
          reading,
          depth + 1,
        ),
  );
};

/** The outer envelope's fields that override the inner one's. */
const definedOf = ({ id, at, reason, receiveCount, change }: Opened): Partial<Opened> => ({
  ...(id === undefined ? {} : { id }),
  ...(at === undefined ? {} : { at }),
  ...(reason === undefined ? {} : { reason }),
  ...(receiveCount === undefined ? {} : { receiveCount }),
  ...(change === undefined ? {} : { change }),
});

/** The webhook's headers, including those among the fields next to the body. */
const headersOf = ({ headers = [], fields = [] }: Opened, { isHeader }: Reading): readonly HeaderPair[] => [
  ...fields.filter(([name]) => isHeader(name)),
  ...headers,
];

/** The headers that are valid in HTTP, with a content type added if there is none. */
const typed = (headers: readonly HeaderPair[], body: Buffer, profile: Profile | undefined): readonly HeaderPair[] => {
  const sendable = headers.filter(([name, value]) => isToken(name) && !/[\r\n\0]/.test(value));
  if (headerValue(sendable, "content-type") !== undefined) return sendable;
  const type = profile?.contentType ?? (utf8Text(body) === undefined ? "application/octet-stream" : "application/json");
  return [["Content-Type", type], ...sendable];
};
