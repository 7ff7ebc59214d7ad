import * as z from "zod";
import { redactionSchema } from "../../evidence/schema.ts";

export const redactOutput = z
  .strictObject({
    files: z.array(
      z.strictObject({
        file: z.string().describe("the name as given; `-` for standard input"),
        kind: z
          .enum(["har", "json", "capture", "log", "curl"])
          .describe("detected from the content; json: any other document"),
        output: z.string().nullable().describe("the masked file, `-` for standard output; null with --check"),
        masked: z.number().describe("number of masked values"),
      }),
    ),
    check: z.boolean().describe("true with --check: nothing was written"),
    redactions: z.array(redactionSchema).describe("what was masked and where, never the values"),
  })
  .describe("`hookproof redact --json`");
