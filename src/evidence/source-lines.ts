import * as z from "zod";
import { storedAttempt, storedBytes, storedFailure, storedRequest } from "../request/schema.ts";

/** Any hookproof version may have written it, so only the fields used here are required. */
const attemptSchema = storedAttempt
  .omit({ timings: true })
  .extend({ error: storedFailure.extend({ kind: z.string() }).loose().nullable() })
  .loose();

/** The fields common to a line of the delivery log (as `send --json` prints) and an entry of a file DLQ. */
export const deliverySchema = z.looseObject({
  id: z.string().optional(),
  eventId: z.string().nullable(),
  eventType: z.string().nullable().optional(),
  provider: z.string().nullable().optional(),
  url: z.string().nullable().optional(),
  /** The command that made the event and sent it. */
  by: z.enum(["send", "simulate"]).optional().catch(undefined),
  attempts: z.array(attemptSchema),
  request: storedRequest.optional(),
});

/** A line that a file DLQ appends later: a replay's attempts for an entry. */
export const changeSchema = z.looseObject({
  type: z.enum(["attempts", "done"]),
  id: z.string(),
  attempts: z.array(attemptSchema),
});

/** A response line of a capture file: the listener's own response or the upstream's. */
export const responseLineSchema = z.looseObject({
  type: z.enum(["response", "forward"]),
  requestId: z.string(),
  status: z.number().int().min(100).max(999).nullable(),
  durationMs: z.number().optional(),
  headers: z.array(z.tuple([z.string(), z.string()])).optional(),
  body: storedBytes.optional(),
});

export type DeliveryLine = z.infer<typeof deliverySchema>;
