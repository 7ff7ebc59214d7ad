import { runWorkers } from "./workers.ts";
import { rateLimiter } from "./rate-limiter.ts";
import type { RateLimitOptions } from "./rate-limiter.ts";
import type { latencySchema } from "./schema.ts";
import type { Infer } from "../values/infer.ts";

/** Jobs to run; at most `rate` start per second, evenly spaced. */
interface LoadOptions<T> extends RateLimitOptions {
  readonly count: number;
  readonly concurrency: number;
  readonly job: (index: number) => Promise<T>;
}

/**
 * Runs jobs concurrently at an even rate and yields batches of results as they come. After an abort no new job starts;
 * running ones are awaited.
 */
export const runLoad = <T>(options: LoadOptions<T>): AsyncGenerator<readonly T[], void> => {
  const { count, signal } = options;
  let next = 0;
  const waitForSlot = rateLimiter(options);
  return runWorkers<T>(Math.min(options.concurrency, count), async (pool) => {
    while (next < count && !signal.aborted && !pool.hasFailed) {
      const index = next++;
      const wait = waitForSlot();
      if (wait !== undefined) await wait;
      if (signal.aborted) return;
      pool.emit(await options.job(index));
    }
  });
};

/** Percentiles (nearest rank) and a histogram of latencies in milliseconds. */
export const summarise = (latencies: readonly number[], steps = 10): Infer<typeof latencySchema> | null => {
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
