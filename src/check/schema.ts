import * as z from "zod";
import { caseIds } from "./types.ts";

/** A case's result as `--json` prints it. */
export const caseSchema = z.strictObject({
  id: z.enum(caseIds),
  title: z.string().describe("what is right, as a sentence"),
  status: z.enum(["pass", "fail", "skip"]),
  expected: z.string().describe("what a right receiver answers"),
  observed: z.string().describe("what was seen; for a skipped case, why it was skipped"),
  fix: z.string().nullable().describe("what to change, several lines; null where nothing is to be changed"),
  durationMs: z.number(),
});

export const reportSchema = z.strictObject({
  url: z.string(),
  provider: z.string(),
  passed: z.number(),
  failed: z.number().describe("known failures included"),
  skipped: z.number(),
  cases: z.array(caseSchema),
});
