import * as z from "zod";
import { caseIds } from "./types.ts";

/** A case's result as `--json` prints it. */
export const caseSchema = z.strictObject({
  id: z.enum(caseIds),
  title: z.string().describe("the expectation, as a sentence"),
  status: z
    .enum(["pass", "fail", "advice", "skip", "interrupted"])
    .describe("advice: worth checking, but never changes the exit code; interrupted: the run ended first"),
  expected: z.string().describe("how a correct receiver responds"),
  observed: z.string().describe("what happened; for a skipped case, the reason"),
  deliveries: z
    .strictObject({ failed: z.array(z.string()), passed: z.array(z.string()) })
    .exactOptional()
    .describe("if a case of several deliveries failed: which of them failed, and which passed"),
  fix: z.string().nullable().describe("what to change, possibly several lines; null if there is nothing to change"),
  durationMs: z.number().describe("milliseconds"),
});

export const reportSchema = z.strictObject({
  url: z.string(),
  provider: z.string(),
  scheme: z.string().describe("the provider's signature scheme used for the deliveries"),
  passed: z.number(),
  failed: z.number().describe("includes known failures"),
  advice: z.number(),
  skipped: z.number(),
  interrupted: z.number(),
  cases: z.array(caseSchema),
});
