import * as z from "zod";
import { attemptSchema, encodedBytes, headerPair, instantText, storedRequest } from "../../request/schema.ts";

export const dlqListLine = z
  .strictObject({
    id: z.string().describe("the engine's own id for it"),
    eventId: z.string().nullable(),
    eventType: z.string().nullable(),
    provider: z.string().nullable(),
    url: z.string().nullable().describe("the endpoint that failed"),
    failedAt: instantText,
    reason: z.string(),
    status: z
      .number()
      .nullable()
      .describe("of the last attempt; null for no response, and where no attempt is recorded"),
    attempts: z.number(),
    bytes: z.number().describe("of the body"),
    receiveCount: z.number().exactOptional().describe("how often the engine has delivered it, if it counts"),
  })
  .describe("`hookproof dlq list --json`, one per line: oldest first");

export const dlqShowOutput = dlqListLine
  .extend({
    request: z.strictObject({
      method: z.string(),
      target: z.string(),
      headers: z.array(headerPair),
      body: encodedBytes,
    }),
    tried: z.array(attemptSchema).describe("the attempts, oldest first"),
  })
  .describe("`hookproof dlq show --json`");

export const dlqExportLine = z
  .strictObject({
    type: z.literal("entry"),
    id: z.string(),
    failedAt: instantText,
    status: z.number().nullable().describe("of the last attempt; null for no response"),
    bytes: z.number().describe("of the body"),
    attemptCount: z.number(),
    eventType: z.string().nullable(),
    provider: z.string().nullable(),
    eventId: z.string().nullable(),
    url: z.string().nullable().describe("the endpoint that failed"),
    reason: z.string(),
    attempts: z.array(attemptSchema).describe("oldest first"),
    request: storedRequest.strict(),
    v: z.literal(1).describe("version of this format"),
  })
  .describe("`hookproof dlq export`, one per line: the same with and without --json, and a line of the queue's file");

const counts = z.record(z.string(), z.number());

export const dlqStatsOutput = z
  .strictObject({
    total: z.number(),
    claimed: z.number().describe("being replayed now"),
    oldest: instantText.nullable(),
    newest: instantText.nullable(),
    bytes: z.number().describe("of all bodies"),
    byType: counts,
    byStatus: counts.describe("by the last attempt's status, `no response` or `no attempt recorded`"),
    byProvider: counts,
    byTime: z
      .array(z.strictObject({ from: instantText, to: instantText, count: z.number() }))
      .describe("failures in each step of time that had any, oldest first"),
  })
  .describe("`hookproof dlq stats --json`");

export const dlqImportOutput = z
  .strictObject({
    imported: z.number(),
    skipped: z.number().describe("skipped: not a webhook, or already delivered; each with its reason on stderr"),
    unreadable: z.number(),
  })
  .describe("`hookproof dlq import --json`");

export const dlqDiscardOutput = z
  .strictObject({ discarded: z.number(), missing: z.number().describe("ids not found in the queue") })
  .describe("`hookproof dlq discard --json`");
