import * as z from "zod";
import {
  attemptSchema,
  encodedBytes,
  headerPair,
  instantText,
  knownText,
  lastStatus,
  storedRequest,
  targetText,
} from "../../request/schema.ts";

const failedUrl = z.string().nullable().describe("the endpoint that failed; null if not known");
const bodyBytes = z.number().describe("length of the body in bytes");

export const dlqListLine = z
  .strictObject({
    id: z.string().describe("the entry's id in its queue"),
    eventId: knownText,
    eventType: knownText,
    provider: knownText,
    url: failedUrl,
    failedAt: instantText,
    reason: z.string().describe("why the delivery failed"),
    status: lastStatus,
    attempts: z.number().describe("number of attempts"),
    bytes: bodyBytes,
    receiveCount: z
      .number()
      .exactOptional()
      .describe("how often the queue has delivered this message; only if the engine counts it"),
  })
  .describe("`hookproof dlq list --json`, one per line: oldest first");

export const dlqShowOutput = dlqListLine
  .extend({
    request: z.strictObject({
      method: z.string(),
      target: targetText,
      headers: z.array(headerPair),
      body: encodedBytes,
    }),
    tried: z.array(attemptSchema).describe("all attempts, oldest first"),
  })
  .describe("`hookproof dlq show --json`");

export const dlqExportLine = z
  .strictObject({
    type: z.literal("entry"),
    id: z.string(),
    failedAt: instantText,
    status: lastStatus,
    bytes: bodyBytes,
    attemptCount: z.number().describe("number of attempts"),
    eventType: knownText,
    provider: knownText,
    by: z.enum(["send", "simulate"]).optional().describe("the hookproof command that made the delivery, if one did"),
    eventId: knownText,
    url: failedUrl,
    reason: z.string().describe("why the delivery failed"),
    attempts: z.array(attemptSchema).describe("oldest first"),
    request: storedRequest.strict(),
    v: z.literal(1).describe("version of this format"),
  })
  .describe("`hookproof dlq export`, one per line: the same with and without --json, and a line of the queue's file");

const counts = z.record(z.string(), z.number());

export const dlqStatsOutput = z
  .strictObject({
    total: z.number(),
    claimed: z.number().describe("entries that are being replayed now"),
    oldest: instantText
      .nullable()
      .describe("failure time of the oldest entry, ISO 8601, UTC; null if the queue is empty"),
    newest: instantText
      .nullable()
      .describe("failure time of the newest entry, ISO 8601, UTC; null if the queue is empty"),
    bytes: z.number().describe("length of all bodies in bytes"),
    byType: counts.describe("number of entries by event type"),
    byStatus: counts.describe(
      "number of entries by HTTP status of the last attempt, `no response` or `no attempt recorded`",
    ),
    byProvider: counts.describe("number of entries by provider"),
    byTime: z
      .array(z.strictObject({ from: instantText, to: instantText, count: z.number() }))
      .describe("number of entries by failure time, oldest first; steps without entries are left out"),
  })
  .describe("`hookproof dlq stats --json`");

export const dlqImportOutput = z
  .strictObject({
    imported: z.number(),
    skipped: z.number().describe("not a webhook, or already delivered; the reasons are on stderr"),
    unreadable: z.number().describe("messages or lines that could not be read"),
  })
  .describe("`hookproof dlq import --json`");

export const dlqDiscardOutput = z
  .strictObject({ discarded: z.number(), missing: z.number().describe("ids not found in the queue") })
  .describe("`hookproof dlq discard --json`");
