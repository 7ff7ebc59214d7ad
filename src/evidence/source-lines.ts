import * as z from "zod";

const attemptSchema = z.looseObject({
  number: z.number(),
  startedAt: z.string(),
  durationMs: z.number(),
  status: z.number().nullable(),
  outcome: z.enum(["delivered", "retryable", "terminal"]),
  reason: z.string(),
  nextDelayMs: z.number().nullable(),
  error: z.looseObject({ kind: z.string(), code: z.string().nullable(), message: z.string() }).nullable(),
});

const requestSchema = z.object({
  method: z.string(),
  target: z.string(),
  url: z.string().exactOptional(),
  httpVersion: z.string().exactOptional(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.object({ encoding: z.enum(["utf8", "base64"]), data: z.string() }),
  receivedAt: z.number().exactOptional(),
});

/** A line of the delivery log (what `send --json` prints) or an entry of a file DLQ: both carry these. */
export const deliverySchema = z.looseObject({
  id: z.string().optional(),
  eventId: z.string().nullable(),
  eventType: z.string().nullable().optional(),
  url: z.string().nullable().optional(),
  attempts: z.array(attemptSchema),
  request: requestSchema.optional(),
});

/** What a file DLQ adds later: a replay's attempts on an entry. */
export const changeSchema = z.looseObject({
  type: z.enum(["attempts", "done"]),
  id: z.string(),
  attempts: z.array(attemptSchema),
});

/** What a capture file says of an answer: the listener's own, or the upstream's. */
export const answerSchema = z.looseObject({
  type: z.enum(["response", "forward"]),
  requestId: z.string(),
  status: z.number().int().min(100).max(999).nullable(),
  durationMs: z.number().optional(),
  headers: z.array(z.tuple([z.string(), z.string()])).optional(),
  body: z.object({ encoding: z.enum(["utf8", "base64"]), data: z.string() }).optional(),
});

export type DeliveryLine = z.infer<typeof deliverySchema>;
