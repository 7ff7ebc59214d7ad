import * as z from "zod";

export const explanation = z
  .strictObject({
    provider: z.string(),
    asked: z.string(),
    takenFor: z.string().nullable().describe("what the answer is about, where it is not called as it was asked for"),
    outcome: z
      .enum(["delivered", "retryable", "terminal"])
      .nullable()
      .describe("what the platform makes of it on a first attempt; null for a symptom that is no answer"),
    reason: z.string().nullable(),
    nextDelayMs: z.number().nullable().describe("how long the platform waits before its next attempt"),
    rows: z
      .array(
        z.strictObject({
          name: z.string().describe("the symptom, else the answers that the row is about"),
          cause: z.string(),
          next: z.string(),
          symptom: z.string().nullable(),
          source: z.string().describe("the document the row is from"),
        }),
      )
      .describe("rows of the platform's troubleshooting table, the most particular first"),
  })
  .describe("of a status or symptom, with a provider given or set");

export const explainOutput = z
  .union([
    explanation,
    z
      .strictObject({ asked: z.string(), providers: z.array(explanation) })
      .describe("of a status or symptom, without a provider: by each that documents it"),
    z
      .strictObject({ asked: z.string(), finding: z.string().describe("what it means, in Markdown") })
      .describe("of a finding code of `verify`"),
  ])
  .describe("`hookproof explain --json`");
