import * as z from "zod";
import type { Attempt } from "../request/attempt.ts";
import type { Owner } from "../storage/owner.ts";
import { attemptsJson, quoted } from "../request/attempt-json.ts";
import { decodeBytes, encodeBytes } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { storedAttempt, storedRequest } from "../request/schema.ts";
import { isoInstant } from "../values/instant.ts";
import type { DlqEntry, DlqSummary } from "./dlq.ts";
import { isPlainEntry } from "./file/plain-entry.ts";
import type { StoredEntry } from "./file/plain-entry.ts";

/** What a line of the queue's file says, besides entries. */
export type Change =
  /** Without ids it is a sign of life: the owner's earlier claims hold until then. */
  | { readonly type: "claim"; readonly ids: readonly string[]; readonly owner: Owner; readonly until: number }
  | { readonly type: "released"; readonly ids: readonly string[] }
  | {
      readonly type: "attempts";
      readonly id: string;
      readonly reason: string;
      /** All of them, so that the last such line alone tells the state. */
      readonly attempts: readonly Attempt[];
    }
  /** The new attempts; all of them where the entry was kept. */
  | { readonly type: "done"; readonly id: string; readonly kept: boolean; readonly attempts: readonly Attempt[] }
  | { readonly type: "discarded"; readonly ids: readonly string[]; readonly reason: string };

const headSchema = z.object({
  type: z.literal("entry"),
  id: z.string(),
  failedAt: z.string(),
  eventId: z.string().nullable(),
  eventType: z.string().nullable(),
  provider: z.string().nullable(),
  url: z.string().nullable(),
  reason: z.string(),
  status: z.number().nullable(),
  bytes: z.number(),
  attemptCount: z.number(),
});

// Counts in a hand-written entry may be missing: they follow from the rest.
const entrySchema = headSchema
  .omit({ status: true, bytes: true, attemptCount: true })
  .extend({ attempts: z.array(storedAttempt), request: storedRequest });

const ids = z.array(z.string());

const changeSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("claim"),
    ids,
    owner: z.object({ host: z.string(), pid: z.number(), token: z.string() }),
    until: z.number(),
  }),
  z.object({ type: z.literal("released"), ids }),
  z.object({ type: z.literal("attempts"), id: z.string(), reason: z.string(), attempts: z.array(storedAttempt) }),
  z.object({ type: z.literal("done"), id: z.string(), kept: z.boolean(), attempts: z.array(storedAttempt) }),
  z.object({ type: z.literal("discarded"), ids, reason: z.string() }),
]) satisfies z.ZodType<Change>;

/** An entry's line: what a list needs first, attempts and bytes after. */
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

/** The line of an entry that was delivered and leaves: a change's, made quicker. */
export const doneLine = (id: string, attempts: readonly Attempt[]): string =>
  `{"type":"done","id":${quoted(id)},"kept":false,"attempts":${attemptsJson(attempts)},"v":1}`;

/** A change's line. */
export const changeLine = (change: Change): string => `${JSON.stringify(change).slice(0, -1)},"v":1}`;

// A line that hookproof wrote begins and ends like this; one that a crash cut has no such end.
const entryMark = Buffer.from('{"type":"entry","id":"');
const doneMark = Buffer.from('{"type":"done","id":"');
const endMark = Buffer.from(',"v":1}');
const detailMark = Buffer.from(',"attempts":[');
const leftMark = Buffer.from('","kept":false');
const quote = 0x22;

/** Whether a mark stands at a place of a line. A loop: a call of Node for so few bytes costs more. */
const hasAt = (line: Buffer, mark: Buffer, from: number): boolean => {
  if (from < 0 || from + mark.length > line.length) return false;
  for (let at = 0; at < mark.length; at++) if (line[from + at] !== mark[at]) return false;
  return true;
};

const startsWith = (line: Buffer, mark: Buffer): boolean => hasAt(line, mark, 0);

const isWhole = (line: Buffer, mark: Buffer): boolean =>
  line.length > mark.length + endMark.length &&
  startsWith(line, mark) &&
  hasAt(line, endMark, line.length - endMark.length);

const typeMark = Buffer.from('{"type":"');

/** Whether a line is, or was before it was cut, an entry. */
export const looksLikeEntry = (line: Buffer): boolean =>
  startsWith(line, entryMark) ||
  (line[0] === 0x7b && !startsWith(line, typeMark) && /"type"\s*:\s*"entry"/.test(line.toString("latin1")));

/** What an index keeps of an entry. */
export type Indexed = Pick<DlqSummary, "id" | "failedAt" | "status" | "attempts" | "bytes" | "eventType" | "provider">;

const indexable =
  /^\{"type":"entry","id":"([^"\\\x80-\xff]+)","failedAt":"([^"\\]{24})","status":(null|\d+),"bytes":(\d+),"attemptCount":(\d+),"eventType":(?:null|"([^"\\\x80-\xff]*)"),"provider":(?:null|"([^"\\\x80-\xff]*)"),/;

/**
 * What an index keeps of an entry's line. Of a line that hookproof wrote only the beginning is
 * looked at, and next to no garbage made: a queue may have a million. Undefined as `summaryOf`.
 */
export const indexedOf = (line: Buffer): Indexed | undefined => {
  const found = isWhole(line, entryMark) ? indexable.exec(line.toString("latin1", 0, 400)) : null;
  const failedAt = Date.parse(found?.[2] ?? "");
  if (found === null || Number.isNaN(failedAt)) return summaryOf(line);
  const [, id = "", , status, bytes, attempts, eventType = null, provider = null] = found;
  return {
    id,
    failedAt,
    status: status === "null" ? null : Number(status),
    attempts: Number(attempts),
    bytes: Number(bytes),
    eventType,
    provider,
  };
};

/**
 * The summary in an entry's line, without reading attempts and bytes where hookproof wrote it.
 * Undefined for a line that is no entry or was cut.
 */
export const summaryOf = (line: Buffer): DlqSummary | undefined => {
  const cut = isWhole(line, entryMark) ? line.indexOf(detailMark) : -1;
  if (cut < 0) {
    const entry = entryOf(line);
    return entry === undefined ? undefined : summarized(entry);
  }
  const head = headSchema.safeParse(jsonOf(`${line.toString("utf8", 0, cut)}}`));
  if (!head.success) return undefined;
  const { type: _, failedAt, attemptCount, ...rest } = head.data;
  return { ...rest, failedAt: Date.parse(failedAt), attempts: attemptCount };
};

/** An entry without its bytes. */
export const summarized = ({ request, attempts, ...rest }: DlqEntry): DlqSummary => ({
  ...rest,
  status: attempts.at(-1)?.status ?? null,
  attempts: attempts.length,
  bytes: request.body.length,
});

/** The whole entry of a line; undefined where it is not one. */
export const entryOf = (line: Buffer): DlqEntry | undefined => {
  const value = jsonOf(line.toString("utf8"));
  const stored: StoredEntry | undefined = isPlainEntry(value) ? value : entrySchema.safeParse(value).data;
  if (stored === undefined) return undefined;
  const { id, failedAt, eventId, eventType, provider, url, reason, attempts } = stored;
  const at = Date.parse(failedAt);
  if (Number.isNaN(at)) return undefined;
  return { id, failedAt: at, eventId, eventType, provider, url, reason, attempts, request: requestOf(stored.request) };
};

const requestOf = (stored: StoredEntry["request"]): WebhookRequest => {
  const { method, target, headers, url, httpVersion, receivedAt } = stored;
  const body = decodeBytes(stored.body);
  // Spreading costs as much as decoding, and few entries have what is spread here.
  if (url === undefined && httpVersion === undefined && receivedAt === undefined)
    return { method, target, headers, body };
  return {
    method,
    target,
    ...(url === undefined ? {} : { url }),
    ...(httpVersion === undefined ? {} : { httpVersion }),
    headers,
    body,
    ...(receivedAt === undefined ? {} : { receivedAt }),
  };
};

/** The id in a line that says its entry was delivered and left; undefined for every other line. */
export const leftId = (line: Buffer): string | undefined => {
  if (!isWhole(line, doneMark)) return undefined;
  const end = line.indexOf(quote, doneMark.length);
  return hasAt(line, leftMark, end) ? line.toString("utf8", doneMark.length, end) : undefined;
};

/** The change a line tells of; undefined where it is none. */
export const changeOf = (line: Buffer): Change | undefined => {
  const checked = changeSchema.safeParse(jsonOf(line.toString("utf8")));
  return checked.success ? checked.data : undefined;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
