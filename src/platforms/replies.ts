import * as z from "zod";

const parser =
  <T>(schema: z.ZodType<T>) =>
  (json: unknown): T | undefined => {
    const checked = schema.safeParse(json);
    return checked.success ? checked.data : undefined;
  };

/** What the test route answers (10x.txt: 202 with an eventId). */
export const testReply = parser(z.looseObject({ eventId: z.string().min(1) }));

const subscription = z.looseObject({
  id: z.string().min(1),
  url: z.string(),
  events: z.array(z.string()),
  status: z.string().exactOptional(),
  createdAt: z.string().exactOptional(),
});

/** What listing subscriptions answers (apex.txt, List Webhooks). */
export const subscriptionsReply = parser(z.array(subscription));

/** What creating one answers: the subscription with its secret, returned only this once (apex.txt, Create Webhook). */
export const createdReply = parser(subscription.extend({ secret: z.string().min(1).exactOptional() }));
