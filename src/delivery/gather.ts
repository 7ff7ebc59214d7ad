/** How long results gather before they are told, in milliseconds: shorter than a person sees. */
const gatherMs = 20;

/** What the workers of a load share. */
export interface Gathering<T> {
  /** A worker failed: the others are to come to their end. */
  readonly hasFailed: boolean;
  tell(result: T): void;
}

/**
 * Runs workers side by side and yields what they tell, together what comes in a moment: a line at a
 * time costs more than a delivery. Ends when all of them have, and throws what the first of those that
 * failed threw.
 */
export async function* gathered<T>(
  workers: number,
  work: (gathering: Gathering<T>) => Promise<void>,
): AsyncGenerator<readonly T[], void> {
  let results: T[] = [];
  let failure: { readonly error: unknown } | undefined;
  let running = workers;
  let wake: (() => void) | undefined;
  let atEnd: (() => void) | undefined;
  const tell = (): void => {
    const now = wake;
    wake = undefined;
    now?.();
  };
  const gathering: Gathering<T> = {
    get hasFailed() {
      return failure !== undefined;
    },
    tell: (result) => {
      results.push(result);
      tell();
    },
  };
  for (let at = 0; at < workers; at++) {
    void work(gathering)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        running--;
        tell();
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
        const timer = setTimeout(resolve, gatherMs);
        atEnd = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
  if (failure !== undefined) throw failure.error;
}
