import { onAbort } from "../values/abort.ts";

/** Node takes a longer wait for one of a millisecond. */
const longest = 2 ** 31 - 1;

/** Waits so many milliseconds, or until the signal aborts. */
export const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
  let remainingMs = ms;
  do {
    await wait(Math.min(remainingMs, longest), signal);
    remainingMs -= longest;
  } while (remainingMs > 0 && !signal.aborted);
};

/** A thousand may wait at once: Node's own wait gives each a listener. */
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
