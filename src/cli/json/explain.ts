import * as z from "zod";

export const explainOutput = z
  .strictObject({
    provider: z.string(),
    asked: z.string(),
    outcome: z
      .enum(["delivered", "retryable", "terminal"])
      .nullable()
      .describe("what the platform makes of it on a first attempt; null for a symptom that is no answer"),
    reason: z.string().nullable(),
    nextDelayMs: z.number().nullable().describe("how long the platform waits before its next attempt"),
    rows: z
      .array(
        z.strictObject({
          cause: z.string(),
          next: z.string(),
          symptom: z.string().nullable(),
          source: z.string().describe("the document the row is from"),
        }),
      )
      .describe("rows of the platform's troubleshooting table, the most particular first"),
  })
  .describe("`hookproof explain --json`");
