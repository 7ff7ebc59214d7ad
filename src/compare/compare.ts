import { createHash } from "node:crypto";
import type { WebhookRequest } from "../request/request.ts";
import { diffBytes, firstDifference } from "./byte-diff.ts";
import { bodyCauses } from "./body.ts";
import { compareHeaders } from "./headers.ts";
import type { Infer } from "../values/infer.ts";
import type { comparisonSchema } from "./schema.ts";
import { bytesExcerpt } from "../formats/bytes-excerpt.ts";

/** How a request changed between two points. */
export type Comparison = Infer<typeof comparisonSchema>;
export type Change = NonNullable<Comparison["method"]>;
export type BodyComparison = Comparison["body"];

const maxPlaces = 20;

/**
 * Compares a request as sent with the same request as received: method, target, every header, every byte of the body,
 * and what was done to the body, with the usual cause. Nothing on the way turns one event into another, so that two
 * different events have differences only, and no causes.
 */
export const compareRequests = (
  sent: WebhookRequest,
  received: WebhookRequest,
  events: Comparison["events"] = null,
): Comparison => {
  const caused = <T extends { readonly culprit: string }>(one: T): T =>
    events === null ? one : { ...one, culprit: "" };
  const method = changed(
    sent.method,
    received.method,
    received.method === "GET"
      ? "a redirect that was followed (301 to 303 turn POST into GET)"
      : "a gateway or relay that creates a new request",
  );
  const target = changed(
    sent.target,
    received.target,
    "a proxy that adds or strips a prefix, or tidies or decodes the path",
  );
  const headers = compareHeaders(sent.headers, received.headers).map(caused);
  const body = compareBodies(sent.body, received.body);
  return {
    identical: method === null && target === null && headers.length === 0 && body.identical,
    events,
    method: method && caused(method),
    target: target && caused(target),
    headers,
    body,
    findings: body.identical || events !== null ? [] : bodyCauses(sent, received),
  };
};

const changed = (sent: string, received: string, culprit: string): Change | null => {
  if (sent === received) return null;
  let offset = 0;
  while (offset < sent.length && sent[offset] === received[offset]) offset++;
  return { sent, received, offset, culprit };
};

const compareBodies = (sent: Buffer, received: Buffer): BodyComparison => {
  const identical = sent.equals(received);
  const { places, complete } = identical ? { places: [], complete: true } : diffBytes(sent, received);
  return {
    identical,
    sentLength: sent.length,
    receivedLength: received.length,
    sentSha256: sha256(sent),
    receivedSha256: sha256(received),
    firstByte: identical ? null : firstDifference(sent, received),
    places: places.slice(0, maxPlaces).map(({ sentOffset, receivedOffset, sentLength, receivedLength }) => ({
      // `--json` documents these two names, so they can't change.
      sentAt: sentOffset,
      receivedAt: receivedOffset,
      sentLength,
      receivedLength,
      sent: bytesExcerpt(sent.subarray(sentOffset, sentOffset + sentLength)),
      received: bytesExcerpt(received.subarray(receivedOffset, receivedOffset + receivedLength)),
    })),
    placeCount: complete ? places.length : null,
  };
};

/** The SHA-256 digest in hex. */
export const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
