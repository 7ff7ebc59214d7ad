import { describe, expect, test } from "vitest";
import { runLoad } from "../../src/delivery/load.ts";

describe("a load with a rate", () => {
  test("starts evenly also after the receiver held everything up", async () => {
    let time = 0;
    const starts: number[] = [];
    const load = runLoad({
      count: 20,
      concurrency: 1,
      rate: 10,
      signal: new AbortController().signal,
      now: () => time,
      sleep: async (ms) => {
        time += ms;
      },
      job: async (index) => {
        starts.push(time);
        if (index === 0) time += 1500;
      },
    });
    for await (const _ of load);
    const most = Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1000).length));
    expect(most).toBeLessThanOrEqual(11);
  });
});
