import * as z from "zod";
import { deliverySchema, latencySchema } from "../../delivery/schema.ts";

export const deliveryOutput = deliverySchema.describe(
  "`hookproof send --json`: one object, or one per line with --count and --duplicate",
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
  .describe("`hookproof send --challenge --json`, one per line");

export const sendSummaryLine = z
  .strictObject({
    type: z.literal("summary"),
    delivered: z.number(),
    retryable: z.number(),
    terminal: z.number(),
    interrupted: z.number().describe("stopped during an attempt, or while waiting for the next"),
    unsent: z.number().describe("not started because of the interruption"),
    deadLetters: z.number().describe("permanently failed: added to the DLQ"),
    unexpected: z.number().describe("did not end as --expect says, or were not delivered"),
    seconds: z.number(),
    perSecond: z.number(),
    latency: latencySchema.nullable().describe("milliseconds an attempt took"),
  })
  .describe("`hookproof send --json`, the last line of several deliveries");
