import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { sleep } from "../../src/cli/sleep.ts";

test("a wait longer than a timer's maximum does not end immediately, and ends with its signal", async () => {
  const stop = new AbortController();
  const waiting = sleep(2 ** 32, stop.signal).then(() => "over");
  expect(await Promise.race([waiting, delay(30, "still waiting")])).toBe("still waiting");
  stop.abort();
  expect(await waiting).toBe("over");
});
