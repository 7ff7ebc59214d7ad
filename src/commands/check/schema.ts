import * as z from "zod";
import { caseIds } from "../../check/types.ts";

const checkCase = z.strictObject({
  id: z.enum(caseIds),
  title: z.string().describe("what is right, as a sentence"),
  status: z.enum(["pass", "fail", "skip"]),
  expected: z.string().describe("what a right receiver answers"),
  observed: z.string().describe("what was seen; for a skipped case, why it was skipped"),
  fix: z.string().nullable().describe("what to change, several lines; null where nothing is to be changed"),
  durationMs: z.number(),
  known: z.literal(true).optional().describe("with --baseline, on a failure that the baseline knows"),
});

export const checkOutput = z
  .strictObject({
    url: z.string(),
    provider: z.string(),
    passed: z.number(),
    failed: z.number().describe("known failures included"),
    skipped: z.number(),
    cases: z.array(checkCase),
  })
  .describe("`hookproof check --json`");
