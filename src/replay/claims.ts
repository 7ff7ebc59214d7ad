import type { Claim, Dlq, DlqFilter } from "../dlq/dlq.ts";

export interface ClaimOptions {
  readonly dlq: Dlq;
  readonly filter: DlqFilter;
  /** The maximum number of events to hand out. */
  readonly limit?: number;
  readonly concurrency: number;
}

export interface Claims {
  /** The next event; undefined if none is left. A promise only if the queue must be asked. */
  next(): Claim | undefined | Promise<Claim | undefined>;
  /** Gives back claims that were not handed out. */
  requeueRest(): Promise<void>;
  /** Whether the limit has been handed out. */
  limited(): boolean;
}

/** Hands claims to the workers one by one; they are claimed from the queue in batches, ahead of need. */
export const claims = (options: ClaimOptions): Claims => {
  const batch = Math.min(512, Math.max(16, options.concurrency * 4));
  let remaining = options.limit ?? Number.POSITIVE_INFINITY;
  /** In reverse order: the next claim is the last. */
  let waiting: Claim[] = [];
  let asking: Promise<void> | undefined;
  let dry = false;
  const ask = (): Promise<void> =>
    (asking ??= options.dlq.claim(options.filter, Math.min(batch, remaining)).then(
      (more) => {
        asking = undefined;
        remaining -= more.length;
        dry = more.length === 0;
        waiting = [...more.toReversed(), ...waiting];
      },
      (error: unknown) => {
        asking = undefined;
        throw error;
      },
    ));
  const take = (): Claim | undefined => {
    const claim = waiting.pop();
    if (claim === undefined) return undefined;
    // Prefetch, so that no worker waits; a failure surfaces on the next await.
    if (waiting.length < options.concurrency && !dry && remaining > 0 && asking === undefined)
      ask().catch(() => undefined);
    return claim;
  };
  const asked = async (): Promise<Claim | undefined> => {
    for (;;) {
      if (dry || remaining <= 0) return undefined;
      await ask();
      const claim = take();
      if (claim !== undefined) return claim;
    }
  };
  return {
    next: () => take() ?? asked(),
    requeueRest: async () => {
      await asking?.catch(() => undefined);
      const rest = waiting;
      waiting = [];
      await Promise.all(rest.map((claim) => claim.requeue([])));
    },
    limited: () => remaining <= 0,
  };
};
