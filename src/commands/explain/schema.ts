import * as z from "zod";

export const explanation = z
  .strictObject({
    provider: z.string(),
    asked: z.string(),
    takenFor: z.string().nullable().describe("what the explanation is about, if its name differs from the question"),
    outcome: z
      .enum(["delivered", "retryable", "terminal"])
      .nullable()
      .describe("what the platform does on a first attempt; null for a symptom that is not a response"),
    reason: z.string().nullable(),
    nextDelayMs: z.number().nullable().describe("how long the platform waits before its next attempt"),
    rows: z
      .array(
        z.strictObject({
          name: z.string().describe("the symptom, or the responses the row is about"),
          cause: z.string(),
          next: z.string(),
          symptom: z.string().nullable(),
          source: z.string().describe("the row's source document"),
        }),
      )
      .describe("rows of the platform's troubleshooting table, most specific first"),
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
