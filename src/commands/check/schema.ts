import * as z from "zod";
import { caseSchema, reportSchema } from "../../check/schema.ts";

const known = z.literal(true).optional().describe("with --baseline, on a known failure");

export const checkOutput = reportSchema
  .extend({ cases: z.array(caseSchema.extend({ known })) })
  .describe("`hookproof check --json`");
