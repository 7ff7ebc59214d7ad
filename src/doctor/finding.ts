import { valueOf } from "../providers/profile.ts";
import type { Profile } from "../providers/profile.ts";
import { durationMs } from "../values/duration.ts";
import type { Infer } from "../values/infer.ts";
import type { ProbeFacts } from "./probe.ts";
import type { findingSchema, limitSchema } from "./schema.ts";

export type ProbeFinding = Infer<typeof findingSchema>;
type LimitCheck = Infer<typeof limitSchema>;

export interface FindingOptions {
  /** The platforms that may deliver to the receiver: one if it is known, else all. */
  readonly profiles: readonly Profile[];
  /** Whether this is a test receiver on this machine, for which private addresses and plain HTTP are fine. */
  readonly local: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Compares the response time with each platform's timeout; empty if there was no response. */
export const limitsOf = (facts: ProbeFacts, profiles: readonly Profile[]): readonly LimitCheck[] => {
  const [first] = facts.http;
  if (first === undefined || (first.status === null && first.error?.code !== "TIMEOUT")) return [];
  return profiles.map(({ id, delivery }) => {
    const limitMs = durationMs(valueOf(delivery.timeout)) ?? 30_000;
    return { provider: id, limitMs, inTime: first.status !== null && first.ms < limitMs };
  });
};

type Part = Omit<ProbeFinding, "step">;

/** Creates a finding for a step. */
export const at = (step: ProbeFinding["step"], part: Part): ProbeFinding => ({ step, ...part });
