/** How far behind schedule it may fall and still catch up: covers timer delays without a burst. */
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
 * Returns a function that waits until the next start is due; undefined means now. Starts stay evenly spaced even after
 * the receiver stalled. Doesn't wait once the signal has aborted.
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
