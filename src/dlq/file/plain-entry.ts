import type { Attempt } from "../../request/attempt.ts";
import type { WebhookRequest } from "../../request/request.ts";
import type { EncodedBytes } from "../../request/request.ts";
import type { DlqEntry } from "../dlq.ts";

/** An entry as its line holds it. */
export type StoredEntry = Omit<DlqEntry, "failedAt" | "request" | "receiveCount"> & {
  readonly failedAt: string;
  readonly request: Omit<WebhookRequest, "body"> & { readonly body: EncodedBytes };
};

/**
 * Whether a parsed line is an entry as hookproof writes them most of the time. It says yes to nothing
 * that the schema would refuse, and asks a tenth of the schema's time and room, which a replay feels;
 * what it says no to is for the schema to judge.
 */
export const isPlainEntry = (value: unknown): value is StoredEntry =>
  isObject(value) &&
  value["type"] === "entry" &&
  isText(value["id"]) &&
  isText(value["failedAt"]) &&
  isTextOrNull(value["eventId"]) &&
  isTextOrNull(value["eventType"]) &&
  isTextOrNull(value["provider"]) &&
  isTextOrNull(value["url"]) &&
  isText(value["reason"]) &&
  isList(value["attempts"], isAttempt) &&
  isRequest(value["request"]);

const isRequest = (value: unknown): value is StoredEntry["request"] =>
  isObject(value) &&
  isText(value["method"]) &&
  isText(value["target"]) &&
  (value["url"] === undefined || isText(value["url"])) &&
  (value["httpVersion"] === undefined || isText(value["httpVersion"])) &&
  (value["receivedAt"] === undefined || isNumber(value["receivedAt"])) &&
  isList(value["headers"], isPair) &&
  isObject(value["body"]) &&
  (value["body"]["encoding"] === "utf8" || value["body"]["encoding"] === "base64") &&
  isText(value["body"]["data"]);

/** One that got an answer, or at least none of the network's failures. */
const isAttempt = (value: unknown): value is Attempt =>
  isObject(value) &&
  isNumber(value["number"]) &&
  isText(value["startedAt"]) &&
  isNumber(value["durationMs"]) &&
  isNumberOrNull(value["status"]) &&
  (value["outcome"] === "delivered" || value["outcome"] === "retryable" || value["outcome"] === "terminal") &&
  isText(value["reason"]) &&
  isNumberOrNull(value["nextDelayMs"]) &&
  value["error"] === null &&
  isTimings(value["timings"]);

const isTimings = (value: unknown): boolean =>
  isObject(value) &&
  isNumberOrNull(value["dnsMs"]) &&
  isNumberOrNull(value["connectMs"]) &&
  isNumberOrNull(value["tlsMs"]) &&
  isNumberOrNull(value["firstByteMs"]) &&
  isNumber(value["totalMs"]);

const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && isText(value[0]) && isText(value[1]);

const isList = (value: unknown, isOne: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isOne);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string";
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const isNumber = (value: unknown): boolean => typeof value === "number";
const isNumberOrNull = (value: unknown): boolean => value === null || isNumber(value);
