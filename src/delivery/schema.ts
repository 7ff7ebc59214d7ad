import * as z from "zod";
import { attemptOutcome, attemptSchema } from "../request/schema.ts";

/** A whole delivery: one event to one endpoint, all its attempts. */
export const deliverySchema = z.strictObject({
  eventId: z.string(),
  eventType: z.string().nullable(),
  url: z.string(),
  outcome: attemptOutcome.describe("see [delivering](delivery.md#outcomes)"),
  reason: z.string(),
  attempts: z.array(attemptSchema),
  dlqId: z.string().nullable().describe("its DLQ entry, if it permanently failed"),
});

/** Latencies in milliseconds. */
export const latencySchema = z.strictObject({
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  max: z.number(),
  histogram: z
    .array(z.strictObject({ toMs: z.number(), count: z.number() }))
    .describe("equal steps from 0 to the 99th percentile; the last goes on to the longest"),
});
