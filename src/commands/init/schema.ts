import * as z from "zod";

export const initOutput = z
  .strictObject({
    path: z.string().describe("the project file"),
    provider: z.string(),
    endpoint: z.string().nullable().describe("null if none was given"),
    secret: z.string().nullable().describe("the secret reference in the file, never the secret; null if there is none"),
    ignored: z.array(z.string()).describe("lines added to .gitignore"),
    next: z
      .array(z.strictObject({ run: z.string(), does: z.string() }))
      .describe("commands to run next, and what each does"),
  })
  .describe("`hookproof init --json`");
