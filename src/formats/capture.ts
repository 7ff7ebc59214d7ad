import { decodeBytes, encodeBytes } from "../request/request.ts";
import type { EncodedBytes, HeaderPair, WebhookRequest } from "../request/request.ts";

/** A received request as a line of a capture file holds it; also what `listen --json` prints for it. */
export interface CaptureRecord {
  readonly type: "request";
  /** `req_…`; `response` and `forward` lines point to it with `requestId`. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  readonly method: string;
  readonly target: string;
  readonly url?: string;
  readonly httpVersion?: string;
  /** In wire order and case; one character is one byte (Latin-1). */
  readonly headers: readonly HeaderPair[];
  readonly body: EncodedBytes;
  /** Address of the sender: `127.0.0.1:50212`. */
  readonly remote?: string;
  readonly provider?: string | null;
  readonly eventType?: string | null;
  readonly eventId?: string | null;
  readonly attempt?: CapturedAttempt;
  readonly verdict?: CapturedVerdict;
}

export interface CapturedAttempt {
  /** What the platform's attempt header says; null where it says nothing. */
  readonly claimed: number | null;
  /** How often this event has come, by its dedupe key, this time included; null where it has none. */
  readonly counted: number | null;
}

/** The part of a verdict that a capture keeps; the rest can be had again from the bytes. */
export interface CapturedVerdict {
  readonly valid: boolean;
  readonly cause: string | null;
  readonly scheme: string | null;
  readonly matchedSecret: string | null;
}

/** What a capture says about a request besides its bytes. */
export type CaptureFacts = Pick<
  CaptureRecord,
  "id" | "remote" | "provider" | "eventType" | "eventId" | "attempt" | "verdict"
>;

/**
 * A request as the record that goes to the capture file.
 * @param receivedAt epoch milliseconds, where the request does not carry it
 */
export const captureRecord = (
  request: WebhookRequest,
  facts: CaptureFacts,
  receivedAt: number = request.receivedAt ?? 0,
): CaptureRecord => ({
  type: "request",
  id: facts.id,
  receivedAt: new Date(receivedAt).toISOString(),
  method: request.method,
  target: request.target,
  ...(request.url === undefined ? {} : { url: request.url }),
  ...(request.httpVersion === undefined ? {} : { httpVersion: request.httpVersion }),
  headers: request.headers,
  body: encodeBytes(request.body),
  ...factsBesideId(facts),
});

const factsBesideId = ({ id: _id, ...rest }: CaptureFacts): Omit<CaptureFacts, "id"> => rest;

/** One line of a capture file, without its line feed. Checks nothing: it is on the listener's way. */
export const captureLine = (record: CaptureRecord): string => JSON.stringify(record);

/** The request that a record holds, byte for byte. */
export const requestOf = (record: CaptureRecord): WebhookRequest => {
  const receivedAt = Date.parse(record.receivedAt);
  return {
    method: record.method,
    target: record.target,
    ...(record.url === undefined ? {} : { url: record.url }),
    ...(record.httpVersion === undefined ? {} : { httpVersion: record.httpVersion }),
    headers: record.headers,
    body: decodeBytes(record.body),
    ...(Number.isNaN(receivedAt) ? {} : { receivedAt }),
  };
};
