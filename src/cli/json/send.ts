import * as z from "zod";
import { failureKinds } from "../../delivery/types.ts";
import type { Attempt, Delivery } from "../../delivery/types.ts";
import { instantText } from "./common.ts";

export const timings = z.strictObject({
  dnsMs: z.number().nullable(),
  connectMs: z.number().nullable(),
  tlsMs: z.number().nullable(),
  firstByteMs: z.number().nullable().describe("from the request going out to the answer's first byte"),
  totalMs: z.number(),
});

export const attempt = z.strictObject({
  number: z.number().describe("as the platform's attempt header counts"),
  startedAt: instantText,
  durationMs: z.number(),
  timings: timings.describe("null for a phase that did not happen"),
  status: z.number().nullable(),
  outcome: z.enum(["delivered", "retryable", "terminal"]),
  reason: z.string(),
  nextDelayMs: z.number().nullable().describe("the platform's wait before its next attempt; not shortened by --speed"),
  error: z
    .strictObject({
      kind: z.enum(failureKinds),
      code: z.string().nullable(),
      message: z.string(),
    })
    .nullable(),
}) satisfies z.ZodType<Attempt>;

export const deliveryOutput = z
  .strictObject({
    eventId: z.string(),
    eventType: z.string().nullable(),
    url: z.string(),
    outcome: z.enum(["delivered", "retryable", "terminal"]),
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
  .describe("the last line of `hookproof send --json` with several deliveries");
