import * as z from "zod";
import { factsSchema, findingSchema, limitSchema } from "../../doctor/schema.ts";

export const doctorOutput = z
  .strictObject({
    url: z.string(),
    healthy: z.boolean().describe("true if no finding is a problem"),
    findings: z.array(findingSchema),
    limits: z
      .array(limitSchema)
      .describe("the response time compared with each platform's timeout; empty if there was no response"),
    facts: factsSchema,
  })
  .describe("`hookproof doctor --json`");
