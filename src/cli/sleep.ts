import { onAbort } from "../values/abort.ts";

/** Node fires longer timers after one millisecond. */
const longest = 2 ** 31 - 1;

/** Waits `ms` milliseconds, or until the signal aborts. */
export const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
  let remainingMs = ms;
  do {
    await wait(Math.min(remainingMs, longest), signal);
    remainingMs -= longest;
  } while (remainingMs > 0 && !signal.aborted);
};

/** Thousands of waits may share a signal: Node's own wait would add one listener each. */
const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(() => {
      endWait();
      done();
    }, ms);
    const endWait = onAbort(signal, () => {
      clearTimeout(timer);
      done();
    });
  });
