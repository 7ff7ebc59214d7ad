import { expect, test } from "vitest";
import { Rows } from "../../../src/inspector/page/rows.ts";
import { aRow } from "./row.ts";

const numbers = (rows: Rows): readonly number[] => rows.visible.map(({ number }) => number);

test("rows are in the order of their numbers, in whatever order they come", () => {
  const rows = new Rows();
  rows.put([aRow(5), aRow(4)]);
  rows.put([aRow(7)]);
  rows.fill([aRow(2), aRow(1), aRow(3)]);
  rows.put([aRow(6)]);
  expect(numbers(rows)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("a row that arrives again replaces the previous one", () => {
  const rows = new Rows();
  rows.put([aRow(1, { pending: true, status: null }), aRow(2)]);
  rows.put([aRow(1, { status: 500 }), aRow(3)]);
  expect(rows.visible.map(({ status }) => status)).toEqual([500, 200, 200]);
});

test("a row from the stream is not overwritten by one read later from the list", () => {
  const rows = new Rows();
  rows.put([aRow(1, { status: 500 })]);
  rows.fill([aRow(1, { pending: true, status: null }), aRow(2)]);
  expect(rows.visible.map(({ status }) => status)).toEqual([500, 200]);
});

test("a filter holds for rows that come later, and a row that is shown stays when it changes", () => {
  const rows = new Rows();
  rows.put([aRow(1, { status: 500 }), aRow(2), aRow(3, { status: 503 })]);
  rows.filterBy("status:5xx");
  rows.put([aRow(4), aRow(5, { status: 500 })]);
  rows.put([aRow(1, { status: 200 }), aRow(2, { status: 502 })]);
  expect(numbers(rows)).toEqual([1, 2, 3, 5]);
  rows.filterBy("");
  expect(numbers(rows)).toEqual([1, 2, 3, 4, 5]);
});

test("while paused new rows wait, and those that are shown go on changing", () => {
  const rows = new Rows();
  rows.put([aRow(1), aRow(2, { status: null, pending: true })]);
  rows.pause(true);
  rows.put([aRow(3), aRow(2, { status: 200 }), aRow(4, { eventType: "ping" })]);
  expect(numbers(rows)).toEqual([1, 2]);
  expect(rows.visible[1]?.status).toBe(200);
  rows.filterBy("type:ping");
  expect(rows.waiting).toBe(1);
  rows.filterBy("");
  rows.pause(false);
  expect(numbers(rows)).toEqual([1, 2, 3, 4]);
});

test("rows that hookproof no longer holds are dropped", () => {
  const rows = new Rows();
  rows.put([aRow(1), aRow(2), aRow(3)]);
  rows.forget(3);
  expect(numbers(rows)).toEqual([3]);
});
