import * as z from "zod";
import { resultSchema, summarySchema } from "../../replay/schema.ts";

export const replayLine = resultSchema
  .extend({
    outcome: z.enum([...resultSchema.shape.outcome.options, "planned"]).describe("planned with --dry-run"),
  })
  .describe("`hookproof replay --json`, a line an event");

export const replaySummaryLine = summarySchema.describe("`hookproof replay --json`, the last line");
