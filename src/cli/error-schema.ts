import * as z from "zod";

/** What every command prints on stdout with `--json` when it fails. */
export const errorOutput = z
  .strictObject({
    error: z.strictObject({
      code: z.string().describe("one of the codes in [errors](errors.md)"),
      message: z.string().describe("for people; the wording may change"),
      hint: z.string().nullable().describe("what to do next; null if there is no suggestion"),
    }),
  })
  .describe("any command, when it fails");
