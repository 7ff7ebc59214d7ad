import * as z from "zod";
import { caseIds } from "./types.ts";

/** A case's result as `--json` prints it. */
export const caseSchema = z.strictObject({
  id: z.enum(caseIds),
  title: z.string().describe("what is right, as a sentence"),
  status: z
    .enum(["pass", "fail", "advice", "skip", "interrupted"])
    .describe("advice: worth a look, and never changes the exit code"),
  expected: z.string().describe("how a correct receiver responds"),
  observed: z.string().describe("what was seen; for a skipped case, why it was skipped"),
  fix: z.string().nullable().describe("what to change, several lines; null where nothing is to be changed"),
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
