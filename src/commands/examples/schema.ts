import * as z from "zod";

export const examplesOutput = z
  .strictObject({
    folder: z.string(),
    files: z.array(z.string()),
    secret: z.string().describe("the samples' signing secret, which is public"),
  })
  .describe("`hookproof examples --json`");
