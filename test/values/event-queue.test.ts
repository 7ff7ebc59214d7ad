import { expect, test } from "vitest";
import { EventQueue } from "../../src/values/event-queue.ts";

const filled = (queue: EventQueue<number>, sizes: readonly number[]): EventQueue<number> => {
  for (const [at, size] of sizes.entries()) queue.push(at, size);
  return queue;
};

const batchesOf = async (queue: EventQueue<number>): Promise<readonly (readonly number[])[]> => {
  queue.close();
  const all: (readonly number[])[] = [];
  for await (const batch of queue.batches()) all.push(batch);
  return all;
};

test("events come in batches that hold no more than the size allows, however large one is", async () => {
  const queue = filled(new EventQueue<number>(100, 10), [1, 2, 7, 1, 50, 1, 0, 9]);
  expect(await batchesOf(queue)).toEqual([[0, 1, 2], [3], [4], [5, 6, 7]]);
});

test("without a size all that gathered is one batch", async () => {
  expect(await batchesOf(filled(new EventQueue<number>(2), [5, 5, 5]))).toEqual([[0, 1, 2]]);
});

test.each([
  ["length", new EventQueue<number>(2), 0],
  ["size", new EventQueue<number>(100, 10), 5],
])("producers wait for room by %s until the reader has taken enough", async (_title, queue, size) => {
  queue.push(1, size);
  expect(queue.room()).toBeUndefined();
  queue.push(2, size);
  let isFree = false;
  const room = queue.room()?.then(() => (isFree = true));
  expect(room).toBeDefined();
  const reader = queue.batches();
  await reader.next();
  expect(isFree).toBe(false);
  void reader.next();
  await room;
  expect(queue.room()).toBeUndefined();
  queue.close();
});
