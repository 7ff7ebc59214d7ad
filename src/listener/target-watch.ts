import { createConnector } from "../http/connect.ts";
import type { TargetEvent } from "./events.ts";
import { isDirect } from "./target.ts";
import type { ForwardTarget } from "./target.ts";

/** How often to poll a target that is down. */
const everyMs = 500;
const connectMs = 2000;

/**
 * Opens a connection to a target and closes it without sending anything. @param secure whether to make a TLS handshake;
 * any certificate is accepted
 */
export const isReachable = async (
  { host, port, addresses, unixSocket }: ForwardTarget,
  secure: boolean,
): Promise<boolean> => {
  const resolve = addresses.map(({ address }) => ({ host, port, address }));
  const name = host.includes(":") ? `[${host}]` : host;
  const where = unixSocket === null ? { resolve } : { unixSocket };
  const opening = createConnector({ insecure: true, ...where }, () => performance.now())(
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

export interface TargetWatch {
  /** A request was refused: reports that once, and polls until the target is up again. */
  refused(target: ForwardTarget): void;
  end(): void;
}

/**
 * Reports when a target goes down and comes back. A target that is up isn't polled: the next request shows if it is
 * down.
 */
export const watchTargets = (
  targets: readonly ForwardTarget[],
  onChange: (event: Omit<TargetEvent, "type">) => void,
): TargetWatch => {
  const timers = new Set<NodeJS.Timeout>();
  const down = new Set<ForwardTarget>();
  let isOver = false;
  const emit = (target: ForwardTarget, up: boolean): void => {
    if (down.has(target) !== up) return;
    if (up) down.delete(target);
    else down.add(target);
    onChange({ url: target.url, up });
  };
  const lookLater = (target: ForwardTarget): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      void look(target);
    }, everyMs);
    timers.add(timer);
  };
  const look = async (target: ForwardTarget): Promise<void> => {
    const up = await isReachable(target, false);
    if (isOver) return;
    emit(target, up);
    if (!up) lookLater(target);
  };
  for (const target of targets) if (isDirect(target)) void look(target);
  return {
    refused: (target) => {
      if (isOver || down.has(target) || !isDirect(target)) return;
      emit(target, false);
      lookLater(target);
    },
    end: () => {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
