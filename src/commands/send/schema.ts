import * as z from "zod";
import type { Delivery } from "../../delivery/types.ts";
import type { Attempt } from "../../request/attempt.ts";
import { storedAttempt, storedFailure, storedTimings } from "../../request/stored.ts";
import { instantText } from "../shared/schema.ts";

export const attempt = storedAttempt
  .extend({
    startedAt: instantText,
    timings: storedTimings.strict().describe("null for a phase that did not happen"),
    error: storedFailure.strict().nullable(),
  })
  .strict() satisfies z.ZodType<Attempt>;

export const deliveryOutput = z
  .strictObject({
    eventId: z.string(),
    eventType: z.string().nullable(),
    url: z.string(),
    outcome: z.enum(["delivered", "retryable", "terminal"]).describe("see [delivering](delivery.md#outcomes)"),
    reason: z.string(),
    attempts: z.array(attempt),
    dlqId: z.string().nullable().describe("the DLQ entry it became, where it failed for good"),
  })
  .describe(
    "`hookproof send --json`: one object, or one a line with --count and --duplicate",
  ) satisfies z.ZodType<Delivery>;

export const sendSummaryLine = z
  .strictObject({
    type: z.literal("summary"),
    delivered: z.number(),
    retryable: z.number(),
    terminal: z.number(),
    unsent: z.number().describe("not sent because it was interrupted"),
    deadLetters: z.number().describe("of those that failed for good: put into the DLQ"),
    unexpected: z.number().describe("ended otherwise than --expect says, or than delivered"),
    seconds: z.number(),
    perSecond: z.number(),
    latency: z
      .strictObject({
        p50: z.number(),
        p90: z.number(),
        p99: z.number(),
        max: z.number(),
        histogram: z.array(z.strictObject({ toMs: z.number(), count: z.number() })),
      })
      .nullable()
      .describe("milliseconds an attempt took"),
  })
  .describe("`hookproof send --json`, the last line of several deliveries");
