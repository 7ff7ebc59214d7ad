const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `stop` when a signal aborts, or at once if it already has. Adds only one listener per signal: Node warns about
 * more than ten, and each costs as much as a small request.
 * @returns a function that cancels this
 */
export const onAbort = (signal: AbortSignal, stop: () => void): (() => void) => {
  if (signal.aborted) {
    stop();
    return () => undefined;
  }
  const stops = waiting.get(signal) ?? listening(signal);
  // A new function each time, so that the same `stop` can be registered twice.
  const own = (): void => stop();
  stops.add(own);
  return () => stops.delete(own);
};

const listening = (signal: AbortSignal): Set<() => void> => {
  const stops = new Set<() => void>();
  waiting.set(signal, stops);
  signal.addEventListener("abort", () => stops.forEach((stop) => stop()), { once: true });
  return stops;
};
