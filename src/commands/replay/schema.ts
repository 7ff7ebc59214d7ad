import * as z from "zod";
import { resultSchema, summarySchema } from "../../replay/schema.ts";

export const replayLine = resultSchema
  .extend({
    outcome: z
      .enum([...resultSchema.shape.outcome.options, "planned"])
      .describe(
        "delivered: got a 2xx; returned: put back on its source queue, with `--to source`; failed: sent but still in the queue; skipped: not sent; planned: would be sent, with --dry-run",
      ),
    provider: z.string().nullable().exactOptional().describe("with --dry-run, the platform of the event"),
    url: z.string().nullable().exactOptional().describe("with --dry-run, the endpoint where the event failed"),
  })
  .describe("`hookproof replay --json`, one line per event");

export const replaySummaryLine = summarySchema.describe("`hookproof replay --json`, the last line");
