import * as z from "zod";
import { deliverySchema, latencySchema } from "../../delivery/schema.ts";

export const deliveryOutput = deliverySchema.describe(
  "`hookproof send --json`: one object, or one per line with --count and --duplicate",
);

export const challengeLine = z
  .strictObject({
    type: z.literal("challenge"),
    provider: z.string(),
    name: z.string().describe("the platform's name for the challenge"),
    method: z.string(),
    url: z.string(),
    status: z.number().nullable().describe("HTTP status; null if there was no response"),
    right: z.boolean().describe("true if the platform would accept the response"),
    problem: z.string().nullable().describe("why it would not; null if it would"),
    durationMs: z.number().describe("milliseconds"),
  })
  .describe("`hookproof send --challenge --json`, one per line");

export const sendSummaryLine = z
  .strictObject({
    type: z.literal("summary"),
    delivered: z.number().describe("deliveries by outcome, as are retryable and terminal"),
    retryable: z.number(),
    terminal: z.number(),
    interrupted: z.number().describe("deliveries stopped during an attempt or while waiting for the next one"),
    unsent: z.number().describe("deliveries not started because of the interruption"),
    deadLetters: z.number().describe("deliveries added to the DLQ"),
    unexpected: z.number().describe("deliveries that did not meet --expect, or without --expect were not delivered"),
    seconds: z.number().describe("duration of the run"),
    perSecond: z.number().describe("deliveries per second"),
    latency: latencySchema.nullable().describe("duration of the attempts in milliseconds; null if there were none"),
  })
  .describe("`hookproof send --json`, the last line of several deliveries");
