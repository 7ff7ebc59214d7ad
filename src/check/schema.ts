import * as z from "zod";
import { caseIds } from "./types.ts";

/** A case's result as `--json` prints it. */
export const caseSchema = z.strictObject({
  id: z.enum(caseIds),
  title: z.string().describe("the expectation, as a sentence"),
  status: z
    .enum(["pass", "fail", "advice", "skip", "interrupted"])
    .describe("advice: worth a look, never changes the exit code"),
  expected: z.string().describe("how a correct receiver responds"),
  observed: z.string().describe("what was observed; for a skipped case, the reason"),
  fix: z.string().nullable().describe("what to change, possibly several lines; null if nothing"),
  durationMs: z.number(),
});

export const reportSchema = z.strictObject({
  url: z.string(),
  provider: z.string(),
  scheme: z.string().describe("how the deliveries were signed: a scheme of the provider"),
  passed: z.number(),
  failed: z.number().describe("known failures included"),
  advice: z.number(),
  skipped: z.number(),
  interrupted: z.number(),
  cases: z.array(caseSchema),
});
