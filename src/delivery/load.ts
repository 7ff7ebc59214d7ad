import { paceOf } from "./pace.ts";
import type { PaceOptions } from "./pace.ts";

/** Jobs to run; at most `rate` of them start in a second, evenly spread. */
export interface LoadOptions<T> extends PaceOptions {
  readonly count: number;
  readonly concurrency: number;
  readonly job: (index: number) => Promise<T>;
}

/**
 * Runs jobs side by side at an even rate and yields each result as it comes. After an abort no new
 * job starts; those under way are waited for.
 */
export async function* runLoad<T>(options: LoadOptions<T>): AsyncGenerator<T> {
  const { count, signal } = options;
  const results: T[] = [];
  let failure: { readonly error: unknown } | undefined;
  let wake: (() => void) | undefined;
  let next = 0;
  const pace = paceOf(options);
  const worker = async (): Promise<void> => {
    while (next < count && !signal.aborted && failure === undefined) {
      const index = next++;
      const wait = pace();
      if (wait !== undefined) await wait;
      if (signal.aborted) return;
      results.push(await options.job(index));
      wake?.();
    }
  };
  let running = Math.min(options.concurrency, count);
  for (let at = 0; at < Math.min(options.concurrency, count); at++) {
    void worker()
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        running--;
        wake?.();
      });
  }
  for (;;) {
    while (results.length > 0) {
      const result = results.shift();
      if (result !== undefined) yield result;
    }
    if (failure !== undefined && running === 0) throw failure.error;
    if (running === 0) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

export interface LatencySummary {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** Equal steps from 0 to the 99th percentile; the last goes on to the longest. */
  readonly histogram: readonly { readonly toMs: number; readonly count: number }[];
}

/** Percentiles (nearest rank) and a histogram of latencies in milliseconds. */
export const summarise = (latencies: readonly number[], steps = 10): LatencySummary | null => {
  if (latencies.length === 0) return null;
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const longest = sorted.at(-1) ?? 0;
  const top = Math.max(at(0.99), 0.01);
  const counts = Array.from({ length: steps }, () => 0);
  for (const latency of sorted) {
    const step = Math.min(steps - 1, Math.floor((latency / top) * steps));
    counts[step] = (counts[step] ?? 0) + 1;
  }
  return {
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: longest,
    histogram: counts.map((count, step) => ({
      toMs: step + 1 === steps ? longest : Math.round(((step + 1) * top * 100) / steps) / 100,
      count,
    })),
  };
};
