import * as z from "zod";
import type { Attempt } from "../request/attempt.ts";
import { attemptsJson, quoted } from "../request/attempt-json.ts";
import { decodeBytes, encodeBytes } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { storedAttempt, storedRequest } from "../request/schema.ts";
import { isoInstant } from "../values/instant.ts";

const instant = z.string().transform((text, issues) => {
  const at = Date.parse(text);
  if (Number.isNaN(at)) issues.addIssue("not a point in time");
  return at;
});

const attemptList = z.array(storedAttempt).readonly();

/** The fields that lists and filters use; they come first in an entry's line. */
const facts = z.object({
  type: z.literal("entry"),
  /** The id in the engine: `dlq_…` in a file, a stream id, an SQS message id. */
  id: z.string(),
  /** Epoch milliseconds of the terminal failure. */
  failedAt: instant,
  eventId: z.string().nullable(),
  eventType: z.string().nullable(),
  /** The provider's profile id, if known. */
  provider: z.string().nullable(),
  /** The endpoint that failed. */
  url: z.string().nullable(),
  /** Why delivery failed: `terminal: 401 is never retried`. */
  reason: z.string(),
  /** The command that made and sent the event, where it was hookproof: `send`. */
  by: z.enum(["send", "simulate"]).optional().catch(undefined),
});

// Built field by field: a rest spread would double the time, and a queue may have a million entries.
const entrySchema = facts
  .extend({
    attempts: attemptList,
    request: storedRequest.transform(
      ({ method, target, url, httpVersion, headers, body, receivedAt }): WebhookRequest => ({
        method,
        target,
        ...(url === undefined ? {} : { url }),
        ...(httpVersion === undefined ? {} : { httpVersion }),
        headers,
        body: decodeBytes(body),
        ...(receivedAt === undefined ? {} : { receivedAt }),
      }),
    ),
  })
  .transform(({ id, failedAt, eventId, eventType, provider, by, url, reason, attempts, request }) => ({
    id,
    failedAt,
    eventId,
    eventType,
    provider,
    ...(by === undefined ? {} : { by }),
    url,
    reason,
    attempts,
    request,
  }));

const summarySchema = facts
  .extend({
    /** The last attempt's status; null if there was no response. */
    status: z.number().nullable(),
    /** The body's length. */
    bytes: z.number(),
    attemptCount: z.number(),
  })
  .transform(({ id, failedAt, eventId, eventType, provider, url, reason, status, bytes, attemptCount: attempts }) => ({
    id,
    failedAt,
    eventId,
    eventType,
    provider,
    url,
    reason,
    status,
    bytes,
    attempts,
  }));

interface ReceiveCount {
  /** How often the engine has delivered it, if it counts (SQS ReceiveCount, x-death). */
  readonly receiveCount?: number;
}

/** A delivery that failed permanently: the exact request, where it was meant to go, every attempt. */
export type DlqEntry = Readonly<z.output<typeof entrySchema>> & ReceiveCount;

/** An entry without its bytes, for lists. */
export type DlqSummary = Readonly<z.output<typeof summarySchema>> & ReceiveCount;

const ids = z.array(z.string()).readonly();

const changeSchema = z
  .discriminatedUnion("type", [
    /** With no ids, renews all of the owner's earlier claims. */
    z.object({
      type: z.literal("claim"),
      ids,
      owner: z.object({ host: z.string(), pid: z.number(), token: z.string() }),
      until: z.number(),
    }),
    z.object({ type: z.literal("released"), ids }),
    /** All attempts, so that the last such line has the whole state. */
    z.object({ type: z.literal("attempts"), id: z.string(), reason: z.string(), attempts: attemptList }),
    /** The new attempts; all attempts if the entry was kept. */
    z.object({ type: z.literal("done"), id: z.string(), kept: z.boolean(), attempts: attemptList }),
    z.object({ type: z.literal("discarded"), ids, reason: z.string() }),
  ])
  .readonly();

/** A non-entry line of the queue file. */
export type Change = z.output<typeof changeSchema>;

/** An entry's line: first the fields that a list needs, then attempts and bytes. */
export const entryLine = (entry: DlqEntry): string => {
  const { method, target, url, httpVersion, headers, body, receivedAt } = entry.request;
  return JSON.stringify({
    type: "entry",
    id: entry.id,
    failedAt: isoInstant(entry.failedAt),
    status: entry.attempts.at(-1)?.status ?? null,
    bytes: body.length,
    attemptCount: entry.attempts.length,
    eventType: entry.eventType,
    provider: entry.provider,
    eventId: entry.eventId,
    url: entry.url,
    reason: entry.reason,
    ...(entry.by === undefined ? {} : { by: entry.by }),
    attempts: entry.attempts,
    request: {
      method,
      target,
      ...(url === undefined ? {} : { url }),
      ...(httpVersion === undefined ? {} : { httpVersion }),
      headers,
      body: encodeBytes(body),
      ...(receivedAt === undefined ? {} : { receivedAt }),
    },
    v: 1,
  });
};

/** The line for a delivered entry: a change line, with faster serialization. */
export const doneLine = (id: string, attempts: readonly Attempt[]): string =>
  `{"type":"done","id":${quoted(id)},"kept":false,"attempts":${attemptsJson(attempts)},"v":1}`;

/** A change's line. */
export const changeLine = (change: Change): string => `${JSON.stringify(change).slice(0, -1)},"v":1}`;

// How entry lines written by hookproof start and end. A line that a crash cut off lacks the end.
const entryMark = Buffer.from('{"type":"entry","id":"');
const endMark = Buffer.from(',"v":1}');
const detailMark = Buffer.from(',"attempts":[');

const quote = 0x22;
const typeMark = Buffer.from('{"type":"');

/** Whether a line has a mark at an offset; allocates nothing, because every line is tested. */
const hasAt = (line: Buffer, mark: Buffer, at: number): boolean =>
  at >= 0 && at + mark.length <= line.length && line.compare(mark, 0, mark.length, at, at + mark.length) === 0;

const startsWith = (line: Buffer, mark: Buffer): boolean => hasAt(line, mark, 0);

/** Whether a line is a complete entry in the format hookproof writes. */
const isWholeEntry = (line: Buffer): boolean =>
  startsWith(line, entryMark) && hasAt(line, endMark, line.length - endMark.length);

/** Whether a line is an entry, possibly truncated. In a hand-written one, the keys may be in another order. */
export const looksLikeEntry = (line: Buffer): boolean =>
  startsWith(line, entryMark) ||
  (line[0] === 0x7b && !startsWith(line, typeMark) && /"type"\s*:\s*"entry"/.test(line.toString("latin1")));

const changeMarks = changeSchema.unwrap().options.map(({ shape }) => Buffer.from(`{"type":"${shape.type.value}",`));

/** Whether a line is a truncated change; such a change has no effect. */
export const isCutChange = (line: Buffer): boolean =>
  changeMarks.some((mark) => startsWith(line, mark.subarray(0, line.length))) &&
  !hasAt(line, endMark, line.length - endMark.length);

/**
 * The id in an entry's line, found without parsing if hookproof wrote the line.
 * @returns undefined if the line isn't a complete entry
 */
export const idOf = (line: Buffer): string | undefined => {
  if (!isWholeEntry(line)) return looksLikeEntry(line) ? summaryOf(line)?.id : undefined;
  const id = line.toString("utf8", entryMark.length, line.indexOf(quote, entryMark.length));
  return id.includes("\\") ? summaryOf(line)?.id : id;
};

/**
 * The summary in an entry's line, without parsing attempts and bytes if hookproof wrote the line.
 * @returns undefined if the line isn't a complete entry
 */
export const summaryOf = (line: Buffer): DlqSummary | undefined => {
  const details = isWholeEntry(line) ? line.indexOf(detailMark) : -1;
  if (details >= 0) return summarySchema.safeParse(jsonOf(`${line.toString("utf8", 0, details)}}`)).data;
  const entry = entryOf(line);
  return entry === undefined ? undefined : summarize(entry);
};

/** An entry without its bytes. */
export const summarize = ({ request, attempts, by: _by, ...rest }: DlqEntry): DlqSummary => ({
  ...rest,
  status: attempts.at(-1)?.status ?? null,
  attempts: attempts.length,
  bytes: request.body.length,
});

/** The full entry in a line; undefined if the line isn't one. */
export const entryOf = (line: Buffer): DlqEntry | undefined =>
  entrySchema.safeParse(jsonOf(line.toString("utf8"))).data;

/** The change in a line; undefined if the line isn't one. */
export const changeOf = (line: Buffer): Change | undefined =>
  changeSchema.safeParse(jsonOf(line.toString("utf8"))).data;

/** Applies a later change to an entry: it has all attempts, and may have a new reason. */
export const withChange = (entry: DlqEntry, change: Change | undefined): DlqEntry => {
  if (change?.type === "attempts") return { ...entry, attempts: change.attempts, reason: change.reason };
  return change?.type === "done" && change.kept ? { ...entry, attempts: change.attempts } : entry;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
