import { decodeBytes, encodeBytes } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Infer } from "../values/infer.ts";
import type { recordSchema } from "./capture-read.ts";

/** A received request as a line of a capture file holds it; also what `listen --json` prints for it. */
export type CaptureRecord = Infer<typeof recordSchema>;

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
