import * as z from "zod";
import { readCaptures } from "../formats/capture-read.ts";
import { requestOf } from "../formats/capture.ts";
import type { CaptureRecord } from "../formats/capture.ts";
import { eventOf } from "../providers/event.ts";
import type { Profile } from "../providers/profile.ts";
import type { Attempt } from "../request/attempt.ts";
import type { DlqEntry } from "./dlq.ts";
import { profileByHeaders } from "./entry-for.ts";

// Any version may have written the file, so only the fields used here are required.
const responseSchema = z.object({
  type: z.enum(["response", "forward"]),
  requestId: z.string(),
  url: z.string().exactOptional(),
  status: z.number().nullable(),
  durationMs: z.number().default(0),
  sent: z.boolean().default(true),
  error: z.object({ code: z.string(), message: z.string() }).nullable().default(null),
});

type CapturedResponse = z.output<typeof responseSchema>;

/** The responses to a request: the listener's own, and the endpoint's if it was forwarded. */
interface CapturedResponses {
  response?: CapturedResponse;
  forward?: CapturedResponse;
}

/** The events of a capture, and the number of lines that a crash cut off. */
export interface CapturedEvents {
  readonly entries: readonly DlqEntry[];
  readonly torn: number;
}

/**
 * Reads the events of a capture. An event has its latest request, and one attempt with its response for every request.
 * Requests without an event id are separate events.
 * @param profiles detect the provider of lines that don't name one
 * @throws HookproofError `input-malformed`, with file and line
 */
export const capturedEvents = (bytes: Buffer, name: string, profiles: readonly Profile[]): CapturedEvents => {
  const { records, others, tornLines } = readCaptures(bytes, name);
  const responses = new Map<string, CapturedResponses>();
  for (const line of others) {
    const { success, data } = responseSchema.safeParse(line);
    if (!success) continue;
    const known = responses.get(data.requestId);
    if (known === undefined) responses.set(data.requestId, { [data.type]: data });
    else known[data.type] = data;
  }
  const events = new Map<string, [CapturedRequest, ...CapturedRequest[]]>();
  for (const record of records) {
    const seen = seenIn(record, profiles, responses.get(record.id) ?? {});
    const key = seen.eventId === null ? record.id : JSON.stringify([seen.provider, seen.eventId]);
    const existing = events.get(key);
    if (existing === undefined) events.set(key, [seen]);
    else existing.push(seen);
  }
  return { entries: [...events.values()].map(entryOf), torn: tornLines.length };
};

/** Whether an event is undelivered: its last response wasn't a 2xx, never came, or the sender had disconnected. */
export const hasFailed = ({ attempts }: Pick<DlqEntry, "attempts">): boolean =>
  attempts.at(-1)?.outcome !== "delivered";

/** One captured request and what is known about it. */
interface CapturedRequest {
  readonly record: CaptureRecord;
  readonly provider: string | null;
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly responses: CapturedResponses;
}

const seenIn = (record: CaptureRecord, profiles: readonly Profile[], responses: CapturedResponses): CapturedRequest => {
  const { provider, eventId, eventType } = record;
  if (provider !== undefined && provider !== null)
    return { record, provider, eventId: eventId ?? null, eventType: eventType ?? null, responses };
  const request = requestOf(record);
  const profile = profileByHeaders(request, profiles);
  const facts = profile === undefined ? undefined : eventOf(request, profile);
  return {
    record,
    provider: profile?.id ?? null,
    eventId: facts?.id ?? null,
    eventType: facts?.type ?? null,
    responses,
  };
};

const entryOf = (all: readonly [CapturedRequest, ...CapturedRequest[]]): DlqEntry => {
  const last = all.at(-1) ?? all[0];
  const attempts = all.map(attemptOf);
  return {
    id: last.record.id,
    eventId: last.eventId,
    eventType: last.eventType,
    provider: last.provider,
    url: last.responses.forward?.url ?? null,
    failedAt: Date.parse(last.record.receivedAt),
    reason: attempts.at(-1)?.reason ?? "",
    request: requestOf(last.record),
    attempts,
  };
};

const attemptOf = ({ record, responses }: CapturedRequest, index: number): Attempt => {
  const { response, forward } = responses;
  const error = forward?.error ?? null;
  const status = error === null ? (response?.status ?? null) : null;
  const isDelivered = status !== null && status >= 200 && status < 300 && response?.sent !== false;
  const durationMs = response?.durationMs ?? forward?.durationMs ?? 0;
  return {
    number: record.attempt?.claimed ?? record.attempt?.counted ?? index + 1,
    startedAt: record.receivedAt,
    durationMs,
    timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: durationMs },
    status,
    outcome: isDelivered ? "delivered" : "terminal",
    reason: reasonOf(status, response, error),
    nextDelayMs: null,
    error: error === null ? null : { kind: "other", ...error },
  };
};

const reasonOf = (
  status: number | null,
  response: CapturedResponse | undefined,
  error: CapturedResponse["error"],
): string => {
  if (error !== null) return `the endpoint did not respond: ${error.message}`;
  if (response === undefined) return "the capture has no response for it";
  if (status === null) return "no response was sent";
  return response.sent ? `the response was ${status}` : `the sender disconnected before the ${status}`;
};
