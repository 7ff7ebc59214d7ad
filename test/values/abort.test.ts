import { getEventListeners } from "node:events";
import { test } from "vitest";
import { onAbort } from "../../src/values/abort.ts";

test("a thousand waits on a signal use one listener, and each is called once", ({ expect }) => {
  const controller = new AbortController();
  let told = 0;
  for (let at = 0; at < 1000; at++) onAbort(controller.signal, () => told++);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
  controller.abort();
  expect(told).toBe(1000);
});

test("a cancelled wait is not called, and no other wait is cancelled with it", ({ expect }) => {
  const controller = new AbortController();
  const told: string[] = [];
  const same = (): void => void told.push("same");
  const end = onAbort(controller.signal, same);
  onAbort(controller.signal, same);
  onAbort(controller.signal, () => told.push("other"));
  end();
  controller.abort();
  expect(told).toEqual(["same", "other"]);
});

test("with an aborted signal, the function is called immediately", ({ expect }) => {
  let told = 0;
  onAbort(AbortSignal.abort(), () => told++)();
  expect(told).toBe(1);
});
