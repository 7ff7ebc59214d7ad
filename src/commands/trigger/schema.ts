import * as z from "zod";

export const triggerOutput = z
  .strictObject({
    provider: z.string(),
    handle: z.string(),
    subscription: z.string(),
    status: z.number().describe("HTTP status of the platform's response"),
    eventId: z.string(),
    proves: z.array(z.string()).describe("what this response proves, quoted from the platform's document"),
    doesNotProve: z.array(z.string()).describe("what it does not prove, quoted from the platform's document"),
    arrived: z.boolean().nullable().describe("true if the event arrived; null without --wait"),
    requestId: z
      .string()
      .nullable()
      .describe("id of the captured request that carries the event; null if there is none"),
    waitedFor: z.string().nullable().describe("the value of --wait; null without it"),
  })
  .describe("`hookproof trigger --json`");
