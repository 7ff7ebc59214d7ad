import type { Attempt, AttemptOutcome } from "../request/attempt.ts";

/** A whole delivery: one event to one endpoint, all its attempts. */
export interface Delivery {
  readonly eventId: string;
  readonly eventType: string | null;
  readonly url: string;
  readonly outcome: AttemptOutcome;
  readonly reason: string;
  readonly attempts: readonly Attempt[];
  /** The entry it became in the DLQ, where it failed for good. */
  readonly dlqId: string | null;
}
