import * as z from "zod";

/** What every command prints on stdout with `--json` when it cannot go on. */
export const errorOutput = z
  .strictObject({
    error: z.strictObject({
      code: z.string().describe("one of those in [errors](errors.md)"),
      message: z.string().describe("for people: its words may change"),
      hint: z.string().nullable().describe("what to do next"),
    }),
  })
  .describe("any command, when it cannot go on");
