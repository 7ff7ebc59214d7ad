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
    waitedFor: z.string().nullable(),
  })
  .describe("`hookproof trigger --json`");

export const subscriptionsListOutput = z
  .strictObject({
    provider: z.string(),
    subscriptions: z.array(
      z.strictObject({
        id: z.string(),
        url: z.string(),
        events: z.array(z.string()),
        status: z.string().nullable(),
        createdAt: z.string().nullable(),
      }),
    ),
  })
  .describe("`hookproof subscriptions list --json`");

export const subscriptionsCreateOutput = z
  .strictObject({
    provider: z.string(),
    id: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    secret: z.string().nullable().describe("name and fingerprint under which it is kept"),
    secretValue: z.string().exactOptional().describe("the secret itself, with --print-secret alone"),
  })
  .describe("`hookproof subscriptions create --json`");

export const subscriptionsDeleteOutput = z
  .strictObject({ provider: z.string(), id: z.string(), deleted: z.literal(true) })
  .describe("`hookproof subscriptions delete --json`");

export const contextStoreSyncOutput = z
  .strictObject({ provider: z.string(), handle: z.string(), source: z.string(), status: z.number() })
  .describe("`hookproof context-store sync --json`");
