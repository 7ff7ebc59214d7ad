import { describe, expect, test } from "vitest";
import { AttemptCounter } from "../../src/listener/attempts.ts";
import type { Observation } from "../../src/listener/attempts.ts";

const sighting = (change: Partial<Observation> = {}): Observation => ({
  dedupeKey: "evt_1",
  eventId: "evt_1",
  body: Buffer.from('{"id":"evt_1"}'),
  place: "POST /hooks",
  timestamp: null,
  stale: false,
  receivedAt: 1_000_000,
  isSameEvent: () => true,
  ...change,
});

const body = (text: string): Buffer => Buffer.from(text);

describe("counting attempts", () => {
  test("each event is counted by its own key", () => {
    const counter = new AttemptCounter();
    const attempts = ["a", "b", "a", "a", "b"].map(
      (key) => counter.count(sighting({ dedupeKey: key, eventId: key, body: body(key) })).attempt,
    );
    expect(attempts).toEqual([1, 1, 2, 3, 2]);
  });

  test("without a key the body's bytes stand for the event", () => {
    const counter = new AttemptCounter();
    const attempts = ["{}", "{}", "{ }", "{}"].map(
      (text) => counter.count(sighting({ dedupeKey: null, eventId: null, body: body(text) })).attempt,
    );
    expect(attempts).toEqual([1, 2, 1, 3]);
  });

  test("a key is its own, whatever it looks like", () => {
    const counter = new AttemptCounter();
    const bodied = counter.count(sighting({ dedupeKey: null, eventId: null }));
    for (const key of [bodied.identity, "#", "#key x", "a".repeat(101), "#".repeat(101)]) {
      expect(counter.count(sighting({ dedupeKey: key })).attempt).toBe(1);
      expect(counter.count(sighting({ dedupeKey: key })).attempt).toBe(2);
    }
  });

  test("memory is bounded: the oldest events are forgotten, the busy ones stay", () => {
    const counter = new AttemptCounter(100);
    counter.count(sighting());
    for (let at = 0; at < 10_000; at++) {
      counter.count(sighting({ dedupeKey: `k${at}`, eventId: `k${at}`, body: body(`b${at}`) }));
      if (at % 50 === 0) counter.count(sighting());
    }
    expect(counter.count(sighting()).attempt).toBe(202);
    expect(counter.count(sighting({ dedupeKey: "k1", eventId: "k1", body: body("b1") })).attempt).toBe(1);
  });
});

describe("a sender that breaks an event's identity between attempts", () => {
  const flagsOf = (...sightings: readonly Observation[]): unknown => {
    const counter = new AttemptCounter();
    return sightings.map((one) => counter.count(one).flags);
  };

  test("the same body and id again is a proper retry", () => {
    expect(flagsOf(sighting(), sighting({ receivedAt: 1_010_000 }))).toEqual([[], []]);
  });

  test("the same body under another id is flagged with the id it had", () => {
    expect(flagsOf(sighting(), sighting({ dedupeKey: "evt_2", eventId: "evt_2" }))).toEqual([
      [],
      [{ code: "id-changed", was: "evt_1" }],
    ]);
  });

  test("the same body under another id is not flagged where nothing shows that it is the same event", () => {
    const other = { dedupeKey: "evt_2", eventId: "evt_2", isSameEvent: () => false };
    expect(flagsOf(sighting(), sighting(other))).toEqual([[], []]);
  });

  test("requests without a body are not treated as one another", () => {
    const empty = { body: Buffer.alloc(0) };
    expect(flagsOf(sighting(empty), sighting({ ...empty, dedupeKey: "evt_2", eventId: "evt_2" }))).toEqual([[], []]);
  });

  test("the same id with other bytes is flagged, be it by one space", () => {
    expect(flagsOf(sighting(), sighting({ body: body('{"id": "evt_1"}') }))).toEqual([[], [{ code: "body-changed" }]]);
  });

  test.each([
    ["a duplicate in the same moment keeps its timestamp correctly", 10, false, []],
    [
      "a later attempt with the old timestamp is flagged",
      5000,
      false,
      [{ code: "timestamp-reused", timestamp: "1000" }],
    ],
    ["so is one at once, where the timestamp is stale", 10, true, [{ code: "timestamp-reused", timestamp: "1000" }]],
  ])("%s", (_title, later, stale, expected) => {
    expect(
      flagsOf(
        sighting({ timestamp: "1000", stale }),
        sighting({ timestamp: "1000", stale, receivedAt: 1_000_000 + later }),
      ),
    ).toEqual([[], expected]);
  });

  test("a fresh timestamp for each attempt is right", () => {
    expect(flagsOf(sighting({ timestamp: "1000" }), sighting({ timestamp: "1005", receivedAt: 1_005_000 }))).toEqual([
      [],
      [],
    ]);
  });
});
