import * as z from "zod";

export const contextStoreSyncOutput = z
  .strictObject({
    provider: z.string(),
    handle: z.string(),
    source: z.string(),
    status: z.number().describe("HTTP status of the response"),
  })
  .describe("`hookproof context-store sync --json`");
