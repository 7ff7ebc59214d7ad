import { setTimeout as pause } from "node:timers/promises";
import type { CheckSession } from "./session.ts";
import type { DeliveryResult } from "./types.ts";

/** Enough to exceed rate limits meant for people, few enough for a development server. */
export const burstSize = 50;

/**
 * Connections opened at once. A server with a short accept queue (Python's: 5) drops the rest, and the kernel retries
 * after 1, 3 and 7 seconds. That isn't the receiver's fault.
 */
const opened = 4;
const betweenMs = 5;
/** How long open connections wait for the others. */
const holdMs = 300;
/** If a peer accepts connections this fast, wait for it: it may accept one at a time. */
const quickConnectMs = 25;
/** Longer than the kernel's first connection retry. */
const maxWaitMs = 1500;

/** Opens one connection per delivery and sends all deliveries at the same moment. */
export const sendBurst = async (session: CheckSession): Promise<readonly DeliveryResult[]> => {
  let release = (): void => undefined;
  const together = new Promise<void>((resolve) => {
    release = resolve;
  });
  const timer = setTimeout(release, holdMs);
  const sent: Promise<DeliveryResult>[] = [];
  let isNear = true;
  try {
    while (sent.length < burstSize) {
      const started = performance.now();
      const group = Array.from({ length: Math.min(opened, burstSize - sent.length) }, (_, at) =>
        open(session, String(sent.length + at + 1), together),
      );
      sent.push(...group.map(({ result }) => result));
      const allConnecting = Promise.all(group.map(({ connecting }) => connecting));
      await Promise.race([allConnecting, pause(isNear ? maxWaitMs : betweenMs, undefined, { ref: false })]);
      if (sent.length === opened) isNear = performance.now() - started < quickConnectMs;
      await pause(betweenMs);
    }
  } finally {
    release();
    clearTimeout(timer);
  }
  return Promise.all(sent);
};

/** One pending delivery; `connecting` resolves when it is connected or failed to connect. */
const open = (
  session: CheckSession,
  label: string,
  together: Promise<void>,
): { readonly result: Promise<DeliveryResult>; readonly connecting: Promise<void> } => {
  let connected = (): void => undefined;
  const connecting = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const hold = async (): Promise<void> => {
    connected();
    await together;
  };
  const result = session.sendOnce(label, session.event().request, { hold }).finally(connected);
  return { result, connecting };
};
