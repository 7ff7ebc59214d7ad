/** How long results are collected before they are emitted, in milliseconds: too short to notice. */
const batchMs = 20;

/** Shared by the workers of a load. */
export interface WorkerPool<T> {
  /** True if a worker failed; the others should stop. */
  readonly hasFailed: boolean;
  emit(result: T): void;
}

/**
 * Runs workers concurrently and yields what they emit, batched: printing a line at a time would cost more than a
 * delivery. Ends when all workers have ended, and rethrows the first failure.
 */
export async function* runWorkers<T>(
  workers: number,
  work: (pool: WorkerPool<T>) => Promise<void>,
): AsyncGenerator<readonly T[], void> {
  let results: T[] = [];
  let failure: { readonly error: unknown } | undefined;
  let running = workers;
  let wake: (() => void) | undefined;
  let atEnd: (() => void) | undefined;
  const wakeConsumer = (): void => {
    const now = wake;
    wake = undefined;
    now?.();
  };
  const pool: WorkerPool<T> = {
    get hasFailed() {
      return failure !== undefined;
    },
    emit: (result) => {
      results.push(result);
      wakeConsumer();
    },
  };
  for (let at = 0; at < workers; at++) {
    void work(pool)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        running--;
        wakeConsumer();
        if (running === 0) atEnd?.();
      });
  }
  for (;;) {
    if (results.length > 0) {
      const group = results;
      results = [];
      yield group;
      continue;
    }
    if (running === 0) break;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    // Include results that come shortly after; don't wait once all workers have ended.
    if (running > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, batchMs);
        atEnd = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
  if (failure !== undefined) throw failure.error;
}
