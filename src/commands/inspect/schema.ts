import * as z from "zod";

/** The one line of `inspect --json`. */
export const inspectLine = z
  .strictObject({
    type: z.literal("ready"),
    ui: z.string().describe("the inspector's address, its token included"),
    sources: z
      .array(z.strictObject({ name: z.string(), requests: z.number() }))
      .describe("the files or the queue, and how many requests each holds"),
  })
  .describe("`hookproof inspect --json`: a line once the address can be opened");
