import { retryAfterMs } from "../delivery/policy.ts";
import type { DeliveryClock } from "../delivery/deliver.ts";
import { headerValue } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";

/** The longest wait that an endpoint may ask of a run; beyond it the run stops. */
export const longestWaitMs = 10 * 60_000;

/** The shortest: none at all, or a time that has passed by this clock, is not meant by a 429. */
const shortestWaitMs = 1000;

/** What one endpoint's `Retry-After` does to a whole run: all workers wait until it has passed. */
export interface Throttle {
  /** Waits while an endpoint has asked for it; undefined where nothing is to be waited for. */
  wait(): Promise<void> | undefined;
  /** Notes a response. @returns the wait it asks for in milliseconds; undefined where it asks for none */
  note(response: { readonly status: number | null; readonly headers: readonly HeaderPair[] }): number | undefined;
}

/** Only 429 and 503 say with `Retry-After` that requests come too fast (RFC 6585 4, RFC 9110 15.6.4). */
export const throttle = (clock: Pick<DeliveryClock, "now" | "sleep">, signal: AbortSignal): Throttle => {
  let until = 0;
  const waited = async (): Promise<void> => {
    // It may be asked for again while the workers wait.
    for (let remainingMs = until - clock.now(); remainingMs > 0 && !signal.aborted; remainingMs = until - clock.now())
      await clock.sleep(remainingMs, signal);
  };
  return {
    wait: () => (until > clock.now() ? waited() : undefined),
    note: ({ status, headers }) => {
      if (status !== 429 && status !== 503) return undefined;
      const asked = retryAfterMs(headerValue(headers, "retry-after"), clock.now());
      const ms = asked === undefined ? undefined : Math.max(shortestWaitMs, asked);
      if (ms !== undefined && ms <= longestWaitMs) until = Math.max(until, clock.now() + ms);
      return ms;
    },
  };
};
