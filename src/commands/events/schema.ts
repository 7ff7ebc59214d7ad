import * as z from "zod";
import { encodedBytes } from "../../request/schema.ts";

const common = {
  provider: z.string(),
  assumed: z.string().nullable().describe("why the samples are assumptions; null if they are documented"),
};

/** All platforms with their event types; the output if no platform is given. */
export const overview = z
  .strictObject({ providers: z.array(z.strictObject({ provider: z.string(), events: z.array(z.string()) })) })
  .describe("`hookproof events --json`, without a provider set");

/** One platform's event types, or the sample of one. */
export const platformEvents = z.union([
  z
    .strictObject({ ...common, events: z.array(z.strictObject({ type: z.string(), when: z.string() })) })
    .describe("`hookproof events ID --json`"),
  z.strictObject({ ...common, type: z.string(), sample: encodedBytes }).describe("`hookproof events ID TYPE --json`"),
]);

export const eventsOutput = z.union([...platformEvents.options, overview]).describe("`hookproof events --json`");
