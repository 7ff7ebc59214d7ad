import { lookup } from "node:dns/promises";
import { isIP } from "node:net"; // Used to tell addresses from names; opens no socket.
import { errnoOf } from "../errors.ts";
import type { ProbeFacts } from "./probe.ts";
import { failed, within } from "./step.ts";

type DnsFacts = ProbeFacts["dns"];

/** The addresses of a name, from this machine's resolver. An IP address is returned unchanged. */
export const probeDns = async (hostname: string, timeoutMs: number, signal: AbortSignal): Promise<DnsFacts> => {
  const host = hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  if (family !== 0)
    return { hostname: host, addresses: [{ address: host, family: family === 6 ? 6 : 4 }], ms: 0, error: null };
  const start = performance.now();
  try {
    const found = await within(lookup(host, { all: true, verbatim: true }), timeoutMs, signal);
    const addresses = found.map(({ address, family: one }) => ({
      address,
      family: one === 6 ? (6 as const) : (4 as const),
    }));
    return { hostname: host, addresses, ms: performance.now() - start, error: null };
  } catch (error) {
    return { hostname: host, addresses: [], ms: performance.now() - start, error: failed(error, errnoOf(error)) };
  }
};
