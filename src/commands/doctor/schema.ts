import * as z from "zod";
import { factsSchema, findingSchema, limitSchema } from "../../doctor/schema.ts";

export const doctorOutput = z
  .strictObject({
    url: z.string(),
    healthy: z.boolean(),
    findings: z.array(findingSchema),
    limits: z
      .array(limitSchema)
      .describe("the answer's time against each platform's limit; empty where there was no answer"),
    facts: factsSchema,
  })
  .describe("`hookproof doctor --json`");
