import { setTimeout as pause } from "node:timers/promises";
import type { CheckSession } from "./session.ts";
import type { DeliveryResult } from "./types.ts";

/** Enough to go over limits made for people, few enough for a development server. */
export const burstSize = 50;

/**
 * Connections opened at once. A listener with a short queue (Python's: 5) drops what comes beyond it,
 * and the system asks again after 1, 3 and 7 seconds: that is not a fault of the receiver's.
 */
const opened = 4;
const betweenMs = 5;
/** How long those that stand wait for the others. */
const holdMs = 300;
/** A peer that takes connections as fast as this is waited for: it may be one that takes one at a time. */
const nearMs = 25;
/** Longer than the system waits before it asks a second time. */
const patienceMs = 1500;

/** Opens a connection for each of many deliveries, and sends them all at the same moment. */
export const sendBurst = async (session: CheckSession): Promise<readonly DeliveryResult[]> => {
  let letGo = (): void => undefined;
  const together = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const timer = setTimeout(letGo, holdMs);
  const sent: Promise<DeliveryResult>[] = [];
  let isNear = true;
  try {
    while (sent.length < burstSize) {
      const started = performance.now();
      const group = Array.from({ length: Math.min(opened, burstSize - sent.length) }, (_, at) =>
        open(session, String(sent.length + at + 1), together),
      );
      sent.push(...group.map(({ answer }) => answer));
      const standing = Promise.all(group.map(({ stands }) => stands));
      await Promise.race([standing, pause(isNear ? patienceMs : betweenMs, undefined, { ref: false })]);
      if (sent.length === opened) isNear = performance.now() - started < nearMs;
      await pause(betweenMs);
    }
  } finally {
    letGo();
    clearTimeout(timer);
  }
  return Promise.all(sent);
};

/** One delivery on its way; `stands` is kept once it is connected, or cannot be. */
const open = (
  session: CheckSession,
  label: string,
  together: Promise<void>,
): { readonly answer: Promise<DeliveryResult>; readonly stands: Promise<void> } => {
  let connected = (): void => undefined;
  const stands = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const hold = async (): Promise<void> => {
    connected();
    await together;
  };
  const answer = session.sendOnce(label, session.event().request, { hold }).finally(connected);
  return { answer, stands };
};
