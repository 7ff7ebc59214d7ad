import * as z from "zod";
import { caseSchema, reportSchema } from "../../check/schema.ts";

const known = z.literal(true).optional().describe("only with --baseline: a failure that the baseline already has");

export const checkOutput = reportSchema
  .extend({ cases: z.array(caseSchema.extend({ known })) })
  .describe("`hookproof check --json`");
