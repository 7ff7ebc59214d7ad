import { createConnector } from "../http/connect.ts";
import type { TargetEvent } from "./events.ts";
import type { ForwardTarget } from "./target.ts";

/** How often a target that is not there is looked for. */
const everyMs = 500;
const connectMs = 2000;

/** Opens a connection to a target and closes it; nothing is sent. @param secure with a TLS handshake, whose certificate may be any */
export const answersAt = async ({ host, port, addresses }: ForwardTarget, secure: boolean): Promise<boolean> => {
  const resolve = addresses.map(({ address }) => ({ host, port, address }));
  const name = host.includes(":") ? `[${host}]` : host;
  const opening = createConnector({ insecure: true, resolve }, () => performance.now())(
    new URL(`${secure ? "https" : "http"}://${name}:${port}`),
    undefined,
  );
  const timer = setTimeout(() => opening.destroy(), connectMs);
  try {
    (await opening.socket).destroy();
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Tells where nothing listens at a target, and when that changes.
 * @returns what ends the watch
 */
export const watchTargets = (
  targets: readonly ForwardTarget[],
  told: (event: Omit<TargetEvent, "type">) => void,
): (() => void) => {
  const timers = new Set<NodeJS.Timeout>();
  let isOver = false;
  const look = async (target: ForwardTarget, isFirst: boolean): Promise<void> => {
    const up = await answersAt(target, false);
    if (isOver) return;
    if (up !== isFirst) told({ url: target.url, up });
    if (up) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void look(target, false);
    }, everyMs);
    timers.add(timer);
  };
  // Through a proxy it has no address of its own, and is the proxy's to reach.
  for (const target of targets) if (target.addresses.length > 0) void look(target, true);
  return () => {
    isOver = true;
    for (const timer of timers) clearTimeout(timer);
  };
};
