import * as z from "zod";
import { knownText, lastStatus } from "../request/schema.ts";

/** The result for one event. */
export const resultSchema = z.strictObject({
  id: z.string().describe("the entry's id, as in `dlq list`"),
  eventId: knownText,
  outcome: z
    .enum(["delivered", "returned", "failed", "skipped"])
    .describe(
      "delivered: got a 2xx; returned: put back on its source queue, with `--to source`; failed: sent but still in the queue; skipped: not sent",
    ),
  status: lastStatus,
  attempts: z.number().describe("all attempts for this event so far"),
  reason: z.string().describe("why"),
});

export const summarySchema = z.strictObject({
  type: z.literal("summary"),
  delivered: z.number(),
  returned: z.number().describe("put back on their source queue, with `--to source`"),
  failed: z.number().describe("sent but still in the queue"),
  skipped: z
    .number()
    .describe(
      "not sent: not a webhook; unknown provider, secret or endpoint; replayed too often; or not sendable over HTTP. With --dry-run, also everything that would be sent",
    ),
  left: z.number().describe("matching events still in the queue"),
  unreadable: z.number().describe("unreadable messages or lines, left in the queue"),
  perSecond: z.number().describe("events per second"),
  seconds: z.number().describe("duration of the run"),
  stopped: z
    .enum(["interrupted", "limit", "failures", "retry-after", "dry-run"])
    .nullable()
    .describe("why it ended before the queue was empty; null if it did not"),
});
