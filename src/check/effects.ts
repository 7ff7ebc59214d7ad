import { HookproofError } from "../errors.ts";
import type { CheckSession } from "./session.ts";
import type { Outcome } from "./types.ts";

/** Poll interval of the count while the receiver may still be working. */
const pollMs = 150;
/** The count is final after it hasn't changed for this long. */
const quietMs = 600;
/** How long the receiver may take to apply an event. */
const maxWaitMs = 10_000;

/**
 * Sends events more than once and checks their effect with the user's count command. Work may continue after the
 * response, so a count is only used once it stops changing.
 */
export const appliesOnce = async (session: CheckSession): Promise<Outcome> => {
  const count = session.target.effects;
  if (count === undefined)
    return { status: "skip", observed: "pass --effects CMD (a command that prints a count)", fix: null };
  try {
    return await applied(session, count);
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    return {
      status: "fail",
      observed: error.message,
      fix: "Give --effects a command that prints one whole number and exits with 0.",
    };
  }
};

const applied = async (session: CheckSession, count: () => Promise<number>): Promise<Outcome> => {
  const before = await settled(session, count);
  // Signed a second apart, none in the future.
  const made = session.event({ shiftMs: -2000 });
  await session.send("first", made.request);
  const first = await risen(session, count, before);
  if (first === before) {
    return {
      status: "fail",
      observed: `the count stayed at ${before} after a valid delivery, which proves nothing`,
      fix: "Check that --effects counts what this event does, or choose another with --event TYPE.",
    };
  }
  if (first > before + 1) {
    return { status: "fail", observed: `one delivery raised the count by ${first - before}`, fix: null };
  }
  await session.send("retry", session.resend(made, { attempt: 1, shiftMs: -1000 }).request);
  await session.send("duplicate", session.resend(made).request);
  const afterwards = await settled(session, count);
  if (afterwards > first) {
    return { status: "fail", observed: `the duplicates raised the count by ${afterwards - first}`, fix: null };
  }
  const twin = session.event({ shiftMs: -1000 });
  await Promise.all([session.send("twin", twin.request), session.send("twin", session.resend(twin).request)]);
  const last = await settled(session, count, await risen(session, count, afterwards));
  return last > afterwards + 1
    ? {
        status: "fail",
        observed: `two deliveries of one event at the same time raised the count by ${last - afterwards}`,
        fix: null,
      }
    : { status: "pass", observed: `${last - before} events, the count rose by ${last - before}`, fix: null };
};

/** Waits until the count exceeds `from` or the time is up. */
const risen = async (session: CheckSession, count: () => Promise<number>, from: number): Promise<number> => {
  for (let waited = 0; waited < maxWaitMs && !session.deps.signal.aborted; waited += pollMs) {
    if ((await count()) > from) return settled(session, count);
    await pause(pollMs);
  }
  return from;
};

/** The count once it has stopped changing. */
const settled = async (session: CheckSession, count: () => Promise<number>, known?: number): Promise<number> => {
  let last = known ?? (await count());
  for (let quiet = 0, waited = 0; quiet < quietMs && waited < maxWaitMs; waited += pollMs) {
    if (session.deps.signal.aborted) break;
    await pause(pollMs);
    const next = await count();
    quiet = next === last ? quiet + pollMs : 0;
    last = next;
  }
  return last;
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
