import * as z from "zod";
import { redactionSchema } from "../../evidence/schema.ts";

export const redactOutput = z
  .strictObject({
    files: z.array(
      z.strictObject({
        file: z.string().describe("as it was named; `-` for standard input"),
        kind: z.enum(["har", "json", "capture", "log", "curl"]).describe("by its content; json: any other document"),
        output: z.string().nullable().describe("the masked file, `-` for standard output; null with --check"),
        masked: z.number().describe("how many values are masked"),
      }),
    ),
    check: z.boolean().describe("true where nothing was written"),
    redactions: z.array(redactionSchema).describe("what is masked and where; never a value"),
  })
  .describe("`hookproof redact --json`");
