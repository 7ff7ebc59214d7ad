import * as z from "zod";

export const explanation = z
  .strictObject({
    provider: z.string(),
    asked: z.string(),
    takenFor: z.string().nullable().describe("what `asked` was interpreted as; null if it was taken literally"),
    outcome: z
      .enum(["delivered", "retryable", "terminal"])
      .nullable()
      .describe(
        "what the platform does if a first attempt gets this response; null for a symptom that is not a response",
      ),
    reason: z.string().nullable().describe("why; null if `outcome` is null"),
    nextDelayMs: z
      .number()
      .nullable()
      .describe("milliseconds the platform waits before its next attempt; null if there is none"),
    rows: z
      .array(
        z.strictObject({
          name: z.string().describe("the symptom, or the statuses and failures that the row is about"),
          cause: z.string().describe("the likely cause"),
          next: z.string().describe("what to do"),
          symptom: z.string().nullable().describe("null if the row is about statuses and failures only"),
          source: z.string().describe("the row's source document"),
        }),
      )
      .describe("rows of the platform's troubleshooting table, most specific first"),
  })
  .describe("for a status or symptom, if a provider is given or set");

export const explainOutput = z
  .union([
    explanation,
    z
      .strictObject({ asked: z.string(), providers: z.array(explanation) })
      .describe("for a status or symptom, without a provider: one explanation for each platform that documents it"),
    z
      .strictObject({ asked: z.string(), finding: z.string().describe("what it means, in Markdown") })
      .describe("for a finding code of `verify`, or a case of `check`"),
  ])
  .describe("`hookproof explain --json`");
