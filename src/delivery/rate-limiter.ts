/** How far the starts may fall behind schedule and still catch up: enough for timer delays, too little for a burst. */
const catchUpMs = 50;

export interface RateLimitOptions {
  /** Starts per second; unlimited if undefined. */
  readonly rate?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Returns a function that waits until the next start is due; it returns undefined if that is now. Starts stay evenly
 * spaced even after the receiver has stalled. An abort ends a wait.
 */
export const rateLimiter = ({ rate, now, sleep, signal }: RateLimitOptions): (() => Promise<void> | undefined) => {
  if (rate === undefined) return () => undefined;
  let due = now();
  return () => {
    const mine = (due = Math.max(due, now() - catchUpMs));
    due += 1000 / rate;
    const wait = mine - now();
    return wait > 0 ? sleep(wait, signal) : undefined;
  };
};
