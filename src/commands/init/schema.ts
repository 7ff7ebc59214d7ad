import * as z from "zod";

export const initOutput = z
  .strictObject({
    path: z.string().describe("the project file"),
    provider: z.string(),
    endpoint: z.string().nullable(),
    secret: z.string().nullable().describe("the reference in the file; never the secret"),
    ignored: z.array(z.string()).describe("lines added to .gitignore"),
    next: z.array(z.strictObject({ run: z.string(), does: z.string() })).describe("command lines to run next"),
  })
  .describe("`hookproof init --json`");
