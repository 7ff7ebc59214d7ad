import * as z from "zod";
import { encodedBytes } from "../../request/schema.ts";

const common = {
  provider: z.string(),
  assumed: z.string().nullable().describe("why the samples are guesses; null where the document shows them"),
};

export const eventsOutput = z
  .union([
    z
      .strictObject({ ...common, events: z.array(z.strictObject({ type: z.string(), when: z.string() })) })
      .describe("`hookproof events ID --json`"),
    z.strictObject({ ...common, type: z.string(), sample: encodedBytes }).describe("`hookproof events ID TYPE --json`"),
  ])
  .describe("`hookproof events --json`");
