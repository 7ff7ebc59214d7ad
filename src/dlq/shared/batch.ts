/** One item of a batch, with the callbacks of its caller's promise. */
interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects requests made within a moment into batches and reports each result to its caller.
 * @param send processes a batch and returns the failures by index
 */
export const batched = <T>(
  size: number,
  send: (items: readonly T[]) => Promise<ReadonlyMap<number, Error>>,
): ((item: T) => Promise<void>) => {
  const waiting: Waiting<T>[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const now = waiting.splice(0, size);
    if (waiting.length > 0) timer = setTimeout(flush, 0);
    send(now.map(({ item }) => item)).then(
      (failures) => {
        for (const [at, one] of now.entries()) {
          const failure = failures.get(at);
          if (failure === undefined) one.resolve();
          else one.reject(failure);
        }
      },
      (error: unknown) => {
        for (const one of now) one.reject(error);
      },
    );
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (waiting.length >= size) flush();
      else timer ??= setTimeout(flush, 3);
    });
};

/**
 * Group commit: one `commit` serves all callers that asked before it began; later callers share the next one.
 * @returns a function that resolves when a commit that began after the call has finished
 */
export const grouped = (commit: () => Promise<unknown>): (() => Promise<void>) => {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(async () => {
        next = undefined;
        await commit();
      });
    running = next;
    return next;
  };
};
