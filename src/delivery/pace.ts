/** How far behind its plan a pace may be and still catch up: a timer's lateness, never a burst. */
const catchUpMs = 50;

export interface PaceOptions {
  /** Starts a second; no limit where not given. */
  readonly rate?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * A function that resolves when the next one may start: evenly, also after the receiver held everything
 * up, or at once where the signal aborts.
 */
export const paceOf = ({ rate, now, sleep, signal }: PaceOptions): (() => Promise<void>) => {
  if (rate === undefined) return async () => undefined;
  let due = now();
  return async () => {
    const mine = (due = Math.max(due, now() - catchUpMs));
    due += 1000 / rate;
    const wait = mine - now();
    if (wait > 0) await sleep(wait, signal);
  };
};
