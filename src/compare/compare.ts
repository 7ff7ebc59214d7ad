import { createHash } from "node:crypto";
import type { WebhookRequest } from "../request/request.ts";
import { diffBytes, firstDifference } from "./byte-diff.ts";
import { bodyCauses } from "./body.ts";
import { compareHeaders } from "./headers.ts";
import type { HeaderChange } from "./headers.ts";
import type { CompareFinding } from "./words.ts";
import { shownBytes } from "../formats/shown-bytes.ts";

/** A stretch of the body that differs, with the beginning of both sides as text that is safe to show. */
export interface BodyPlace {
  readonly sentAt: number;
  readonly receivedAt: number;
  readonly sentLength: number;
  readonly receivedLength: number;
  readonly sent: string;
  readonly received: string;
}

export interface BodyComparison {
  readonly identical: boolean;
  readonly sentLength: number;
  readonly receivedLength: number;
  readonly sentSha256: string;
  readonly receivedSha256: string;
  /** Offset of the first byte that differs, the same in both; null where they are identical. */
  readonly firstByte: number | null;
  /** The first places that differ. */
  readonly places: readonly BodyPlace[];
  /** How many there are in all; null where there are too many to count. */
  readonly placeCount: number | null;
}

export interface Change {
  readonly sent: string;
  readonly received: string;
  /** The first character that differs. */
  readonly offset: number;
  readonly culprit: string;
}

/** What became of a request between two points. */
export interface Comparison {
  readonly identical: boolean;
  readonly method: Change | null;
  readonly target: Change | null;
  readonly headers: readonly HeaderChange[];
  readonly body: BodyComparison;
  /** What was done to the body, outermost change first. */
  readonly findings: readonly CompareFinding[];
}

const shownPlaces = 20;

/**
 * Compares a request as it was sent with the same as it was received: method, target, every header,
 * every byte of the body, and what was done to the body with who usually does it.
 */
export const compareRequests = (sent: WebhookRequest, received: WebhookRequest): Comparison => {
  const method = changed(
    sent.method,
    received.method,
    received.method === "GET"
      ? "a redirect that was followed (301 to 303 turn POST into GET)"
      : "a gateway or relay that sends the request anew",
  );
  const target = changed(
    sent.target,
    received.target,
    "a proxy that adds or strips a prefix, or tidies or decodes the path",
  );
  const headers = compareHeaders(sent.headers, received.headers);
  const body = compareBodies(sent.body, received.body);
  return {
    identical: method === null && target === null && headers.length === 0 && body.identical,
    method,
    target,
    headers,
    body,
    findings: body.identical ? [] : bodyCauses(sent, received),
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
    places: places.slice(0, shownPlaces).map((place) => ({
      ...place,
      sent: shownBytes(sent.subarray(place.sentAt, place.sentAt + place.sentLength)),
      received: shownBytes(received.subarray(place.receivedAt, place.receivedAt + place.receivedLength)),
    })),
    placeCount: complete ? places.length : null,
  };
};

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
