import * as z from "zod";

/** What every command prints on stdout with `--json` when it cannot go on. */
export const errorOutput = z
  .strictObject({
    error: z.strictObject({
      code: z.string().describe("stable; see docs/exit-codes.md"),
      message: z.string().describe("for people"),
      hint: z.string().nullable().describe("what to do next"),
    }),
  })
  .describe("any command, when it cannot go on (exit 2, 3 or 4)");
