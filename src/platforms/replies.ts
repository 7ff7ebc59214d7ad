import * as z from "zod";

const parser =
  <T>(schema: z.ZodType<T>) =>
  (json: unknown): T | undefined => {
    const checked = schema.safeParse(json);
    return checked.success ? checked.data : undefined;
  };

/** The test route's reply (10x.txt: 202 with an eventId). */
export const testReply = parser(z.looseObject({ eventId: z.string().min(1) }));

const subscription = z.looseObject({
  id: z.string().min(1),
  url: z.string(),
  events: z.array(z.string()),
  status: z.string().exactOptional(),
  createdAt: z.string().exactOptional(),
});

/** The reply to listing subscriptions (apex.txt, List Webhooks). */
export const subscriptionsReply = parser(z.array(subscription));

/**
 * The reply to creating a subscription: it includes the secret, which is returned only this once (apex.txt, Create
 * Webhook).
 */
export const createdReply = parser(subscription.extend({ secret: z.string().min(1).exactOptional() }));
