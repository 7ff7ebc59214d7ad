/** How far behind its plan a pace may be and still catch up: a timer's lateness, never a burst. */
const catchUpMs = 50;

export interface RateLimitOptions {
  /** Starts a second; no limit where not given. */
  readonly rate?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * A function that tells when the next one may start: at once, or when its promise resolves. Evenly, also
 * after the receiver held everything up; at once where the signal aborts.
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
