import { expect, test } from "vitest";
import { rateLimiter } from "../../src/delivery/rate-limiter.ts";

/** A pace on a clock of its own, and when each start came. */
const paced = (rate: number) => {
  let time = 0;
  const starts: number[] = [];
  const pace = rateLimiter({
    rate,
    now: () => time,
    sleep: async (ms) => {
      time += ms;
    },
    signal: new AbortController().signal,
  });
  return {
    starts,
    start: async (): Promise<void> => {
      await pace();
      starts.push(time);
    },
    hold: (ms: number): void => {
      time += ms;
    },
  };
};

test("starts are even", async () => {
  const { start, starts } = paced(100);
  for (let n = 0; n < 30; n++) await start();
  expect(starts).toEqual(Array.from({ length: 30 }, (_, at) => at * 10));
});

test("after a pause no more is caught up than a timer is late, and starts are even again", async () => {
  const { start, starts, hold } = paced(100);
  for (let n = 0; n < 10; n++) await start();
  hold(5000);
  for (let n = 0; n < 20; n++) await start();
  const resumed = 90 + 5000;
  expect(starts.slice(10)).toEqual([
    ...Array.from({ length: 6 }, () => resumed),
    ...Array.from({ length: 14 }, (_, at) => resumed + (at + 1) * 10),
  ]);
});
