import * as z from "zod";

export const triggerOutput = z
  .strictObject({
    provider: z.string(),
    handle: z.string(),
    subscription: z.string(),
    status: z.number(),
    eventId: z.string(),
    proves: z.array(z.string()),
    doesNotProve: z.array(z.string()),
    arrived: z.boolean().nullable().describe("null without --wait"),
    requestId: z.string().nullable().describe("the captured request that carries the event"),
    waitedFor: z.string().nullable().describe("the value of --wait"),
  })
  .describe("`hookproof trigger --json`");
