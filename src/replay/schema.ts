import * as z from "zod";

/** What became of one event. */
export const resultSchema = z.strictObject({
  id: z.string().describe("the entry's id, as in `dlq list`"),
  eventId: z.string().nullable(),
  outcome: z
    .enum(["delivered", "returned", "failed", "skipped"])
    .describe("returned: put back on its source queue, with `--to source`"),
  status: z.number().nullable().describe("of the last attempt; null for no response, and where no attempt is recorded"),
  attempts: z.number().describe("all for this event so far"),
  reason: z.string(),
});

export const summarySchema = z.strictObject({
  type: z.literal("summary"),
  delivered: z.number(),
  returned: z.number().describe("put back on their own queue, with `--to source`"),
  failed: z.number().describe("sent, and still in the queue"),
  skipped: z
    .number()
    .describe(
      "not sent: not a webhook, unknown platform, secret or endpoint, replayed too often, or not sendable over HTTP; with --dry-run, everything that would be sent",
    ),
  left: z.number().describe("matching events still in the queue"),
  unreadable: z.number().describe("unreadable messages or lines, left in the queue"),
  perSecond: z.number(),
  seconds: z.number(),
  stopped: z
    .enum(["interrupted", "limit", "failures", "retry-after", "dry-run"])
    .nullable()
    .describe("why it ended before the queue was empty"),
});
