import * as z from "zod";
import { deliverySchema, latencySchema } from "../../delivery/schema.ts";

export const deliveryOutput = deliverySchema.describe(
  "`hookproof send --json`: one object, or one a line with --count and --duplicate",
);

export const challengeLine = z
  .strictObject({
    type: z.literal("challenge"),
    provider: z.string(),
    name: z.string().describe("what the platform calls it"),
    method: z.string(),
    url: z.string(),
    status: z.number().nullable(),
    right: z.boolean().describe("whether the platform would take the answer"),
    problem: z.string().nullable().describe("why it would not"),
    durationMs: z.number(),
  })
  .describe("`hookproof send --challenge --json`, one a line");

export const sendSummaryLine = z
  .strictObject({
    type: z.literal("summary"),
    delivered: z.number(),
    retryable: z.number(),
    terminal: z.number(),
    interrupted: z.number().describe("stopped in an attempt, or while waiting for the next"),
    unsent: z.number().describe("not begun because it was interrupted"),
    deadLetters: z.number().describe("of those that failed for good: put into the DLQ"),
    unexpected: z.number().describe("ended otherwise than --expect says, or than delivered"),
    seconds: z.number(),
    perSecond: z.number(),
    latency: latencySchema.nullable().describe("milliseconds an attempt took"),
  })
  .describe("`hookproof send --json`, the last line of several deliveries");
