import * as z from "zod";
import { attemptOutcome, attemptSchema, knownText } from "../request/schema.ts";

/** A whole delivery: one event to one endpoint, all its attempts. */
export const deliverySchema = z.strictObject({
  eventId: z.string(),
  eventType: knownText,
  url: z.string(),
  outcome: attemptOutcome.describe("outcome of the last attempt: see [outcomes](delivery.md#outcomes)"),
  reason: z.string().describe("why"),
  attempts: z.array(attemptSchema).describe("oldest first"),
  dlqId: z.string().nullable().describe("id of its DLQ entry; null if it is not in the DLQ"),
});

/** Latencies in milliseconds. */
export const latencySchema = z.strictObject({
  p50: z.number().describe("milliseconds, as are p90, p99 and max"),
  p90: z.number(),
  p99: z.number(),
  max: z.number(),
  histogram: z
    .array(z.strictObject({ toMs: z.number(), count: z.number() }))
    .describe(
      "steps of equal width in milliseconds, from 0 to the 99th percentile; the last one extends to the maximum",
    ),
});
