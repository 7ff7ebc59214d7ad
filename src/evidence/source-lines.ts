import * as z from "zod";
import { storedAttempt, storedBytes, storedFailure, storedRequest } from "../request/schema.ts";

/** Of whichever version wrote it: no more is asked for than is told. */
const attemptSchema = storedAttempt
  .omit({ timings: true })
  .extend({ error: storedFailure.extend({ kind: z.string() }).loose().nullable() })
  .loose();

/** A line of the delivery log (what `send --json` prints) or an entry of a file DLQ: both carry these. */
export const deliverySchema = z.looseObject({
  id: z.string().optional(),
  eventId: z.string().nullable(),
  eventType: z.string().nullable().optional(),
  provider: z.string().nullable().optional(),
  url: z.string().nullable().optional(),
  attempts: z.array(attemptSchema),
  request: storedRequest.optional(),
});

/** What a file DLQ adds later: a replay's attempts on an entry. */
export const changeSchema = z.looseObject({
  type: z.enum(["attempts", "done"]),
  id: z.string(),
  attempts: z.array(attemptSchema),
});

/** What a capture file says of an answer: the listener's own, or the upstream's. */
export const responseLineSchema = z.looseObject({
  type: z.enum(["response", "forward"]),
  requestId: z.string(),
  status: z.number().int().min(100).max(999).nullable(),
  durationMs: z.number().optional(),
  headers: z.array(z.tuple([z.string(), z.string()])).optional(),
  body: storedBytes.optional(),
});

export type DeliveryLine = z.infer<typeof deliverySchema>;
