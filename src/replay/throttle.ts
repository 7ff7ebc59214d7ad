import { retryAfterMs } from "../delivery/policy.ts";
import type { DeliveryClock } from "../delivery/deliver.ts";
import { headerValue } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";

/** The longest wait that an endpoint may request; for a longer one, the run stops. */
export const longestWaitMs = 10 * 60_000;

/** The minimum wait: a 429 doesn't mean zero, or a time already past by this clock. */
const shortestWaitMs = 1000;

/** What one endpoint's `Retry-After` does to a whole run: all workers wait until it has passed. */
export interface Throttle {
  /** Waits as long as an endpoint has asked for; undefined if there is no need to wait. */
  wait(): Promise<void> | undefined;
  /** Notes a response. @returns the requested wait in milliseconds; undefined if there is none */
  note(response: { readonly status: number | null; readonly headers: readonly HeaderPair[] }): number | undefined;
}

/**
 * Creates a throttle. `Retry-After` only means that requests are too fast with 429 and 503 (RFC 6585 4, RFC 9110
 * 15.6.4).
 */
export const throttle = (clock: Pick<DeliveryClock, "now" | "sleep">, signal: AbortSignal): Throttle => {
  let until = 0;
  const waited = async (): Promise<void> => {
    // The wait may be extended while the workers are waiting.
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
