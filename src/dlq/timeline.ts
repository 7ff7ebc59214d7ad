import type { TimeStep } from "./dlq.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Natural time steps. Each is a multiple of the smaller steps that are merged into it. */
const steps = [minute, 5 * minute, 15 * minute, hour, 6 * hour, day, 7 * day, 28 * day, 364 * day];
/** The maximum number of steps in a result, so that they fit on a screen. */
const maxSteps = 24;
/** The maximum number of steps held while counting; beyond it they are merged into longer ones. */
const maxHeldSteps = 5000;

/**
 * Counts instants per time step, with a step length that gives few enough steps. Memory doesn't grow with the number of
 * instants.
 */
export const timeline = () => {
  let size = minute;
  let held = new Map<number, number>();
  const grow = (to: number): void => {
    const merged = new Map<number, number>();
    for (const [from, count] of held) {
      const start = Math.floor(from / to) * to;
      merged.set(start, (merged.get(start) ?? 0) + count);
    }
    size = to;
    held = merged;
  };
  const longer = (): number => steps.find((one) => one > size) ?? size * 2;
  return {
    add: (at: number): void => {
      const from = Math.floor(at / size) * size;
      held.set(from, (held.get(from) ?? 0) + 1);
      if (held.size > maxHeldSteps) grow(longer());
    },
    result: (): readonly TimeStep[] => {
      while (spanOf([...held.keys()]) / size >= maxSteps) grow(longer());
      return [...held].toSorted(([a], [b]) => a - b).map(([from, count]) => ({ from, to: from + size, count }));
    },
  };
};

const spanOf = (starts: readonly number[]): number => {
  let [first, last] = [Infinity, -Infinity];
  for (const start of starts) [first, last] = [Math.min(first, start), Math.max(last, start)];
  return last - first;
};
