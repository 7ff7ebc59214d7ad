import { expect, test } from "vitest";
import { replayProgressText } from "../../src/commands/replay/progress.ts";

const state = { done: 400, failed: 0, total: 5000, remaining: undefined, elapsedMs: 4000 };

test.each([
  ["this process's own work", state, "400/5000, 100/s, 46s left"],
  ["a queue that nobody else drains", { ...state, remaining: 4600 }, "400/5000, 100/s, 46s left"],
  ["a queue that others drain too", { ...state, remaining: 3800 }, "1200/5000 (400 here), 300/s, 12.7s left"],
  [
    "failures, which stay in the queue",
    { ...state, failed: 100, remaining: 4700 },
    "400/5000, 100 failed, 100/s, 46s left",
  ],
  ["a queue that grew meanwhile", { ...state, remaining: 6000 }, "400/5000, 100/s, 46s left"],
  ["an empty queue", { ...state, done: 5000, remaining: 0, elapsedMs: 50_000 }, "5000/5000, 100/s, 0ms left"],
])("the progress of %s", (_name, given, text) => {
  expect(replayProgressText(given)).toBe(text);
});
