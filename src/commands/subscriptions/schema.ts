import * as z from "zod";

export const subscriptionsListOutput = z
  .strictObject({
    provider: z.string(),
    subscriptions: z.array(
      z.strictObject({
        id: z.string(),
        url: z.string(),
        events: z.array(z.string()),
        status: z.string().nullable().describe("as the platform reports it; null if it does not"),
        createdAt: z.string().nullable().describe("as the platform reports it; null if it does not"),
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
    secret: z
      .string()
      .nullable()
      .describe("name and fingerprint of the stored secret; null if the platform returned none"),
    secretValue: z.string().exactOptional().describe("the secret itself, only with --print-secret"),
  })
  .describe("`hookproof subscriptions create --json`");

export const subscriptionsDeleteOutput = z
  .strictObject({ provider: z.string(), id: z.string(), deleted: z.literal(true) })
  .describe("`hookproof subscriptions delete --json`");
