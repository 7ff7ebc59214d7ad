/** How long results gather before they are told, in milliseconds: shorter than a person sees. */
const batchMs = 20;

/** What the workers of a load share. */
export interface WorkerPool<T> {
  /** A worker failed: the others are to come to their end. */
  readonly hasFailed: boolean;
  flushLater(result: T): void;
}

/**
 * Runs workers side by side and yields what they tell, together what comes in a moment: a line at a
 * time costs more than a delivery. Ends when all of them have, and throws what the first of those that
 * failed threw.
 */
export async function* runWorkers<T>(
  workers: number,
  work: (gathering: WorkerPool<T>) => Promise<void>,
): AsyncGenerator<readonly T[], void> {
  let results: T[] = [];
  let failure: { readonly error: unknown } | undefined;
  let running = workers;
  let wake: (() => void) | undefined;
  let atEnd: (() => void) | undefined;
  const flushLater = (): void => {
    const now = wake;
    wake = undefined;
    now?.();
  };
  const gathering: WorkerPool<T> = {
    get hasFailed() {
      return failure !== undefined;
    },
    flushLater: (result) => {
      results.push(result);
      flushLater();
    },
  };
  for (let at = 0; at < workers; at++) {
    void work(gathering)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        running--;
        flushLater();
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
    // What ends soon after is told with it; the end itself waits for nobody.
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
