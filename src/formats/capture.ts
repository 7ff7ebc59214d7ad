import { decodeBytes, encodeBytes } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Infer } from "../values/infer.ts";
import { isWhitespace } from "../values/whitespace.ts";
import type { recordSchema } from "./capture-read.ts";
import { linesOf } from "../storage/lines.ts";

/** A received request, as in a line of a capture file. */
export type CaptureRecord = Infer<typeof recordSchema>;

/** What a capture says about a request besides its bytes. */
type CaptureFacts = Pick<CaptureRecord, "id" | "remote" | "provider" | "eventType" | "eventId" | "attempt" | "verdict">;

/**
 * The capture file's record of a request.
 * @param receivedAt epoch milliseconds, if the request itself doesn't have it
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
  ...withoutId(facts),
});

const withoutId = ({ id: _id, ...rest }: CaptureFacts): Omit<CaptureFacts, "id"> => rest;

/** The request in a record, byte for byte. */
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

/** Whether the bytes begin like a capture file: the first line is JSON with a `type`, either complete or cut off. */
export const beginsCapture = (bytes: Buffer): boolean => {
  const [first] = linesOf(bytes);
  if (first === undefined || first.bytes.find((byte) => !isWhitespace(byte)) !== 0x7b) return false;
  const isOneLine = first.bytes.length + 2 >= bytes.length;
  if (!isOneLine && first.bytes.at(-1) !== 0x7d) return false;
  const text = first.bytes.toString("utf8");
  try {
    return isCaptureLine(JSON.parse(text));
  } catch {
    return /^\s*\{"type":"request","id":/.test(text.slice(0, 64));
  }
};

/** Whether parsed JSON is a line of a capture file. */
export const isCaptureLine = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "type" in value &&
  typeof value.type === "string" &&
  (value.type === "request"
    ? "headers" in value || "receivedAt" in value
    : nonRequestTypes.has(value.type) || ("requestId" in value && "durationMs" in value));

/** What `listen` may write before the first request. */
const nonRequestTypes = new Set(["ready", "notice", "summary"]);
