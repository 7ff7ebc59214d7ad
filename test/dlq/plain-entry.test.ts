import fc from "fast-check";
import { test } from "vitest";
import { isPlainEntry } from "../../src/dlq/file/plain-entry.ts";
import { entryLine, entryOf } from "../../src/dlq/record.ts";

const line = entryLine({
  id: "dlq_0000000000000001",
  eventId: "evt_1",
  eventType: "link.clicked",
  provider: "10x",
  url: "https://receiver.test/hooks",
  failedAt: 0,
  reason: "503 is not retried",
  request: {
    method: "POST",
    target: "/hooks",
    url: "https://receiver.test/hooks",
    httpVersion: "1.1",
    headers: [["Content-Type", "application/json"]],
    body: Buffer.from("{}"),
    receivedAt: 1,
  },
  attempts: [
    {
      number: 1,
      startedAt: "2026-06-19T12:00:00.000Z",
      durationMs: 1,
      timings: { dnsMs: null, connectMs: 1, tlsMs: null, firstByteMs: 1, totalMs: 1 },
      status: 503,
      outcome: "terminal",
      reason: "503 is not retried",
      nextDelayMs: null,
      error: null,
    },
  ],
});

/** The path of every value in a JSON document, its containers among them. */
const paths = (value: unknown): (string | number)[][] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, one]) => [[key], ...paths(one).map((rest) => [key, ...rest])])
    : [];

const replaced = (value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown => {
  if (key === undefined) return by;
  const copy: unknown = structuredClone(value);
  if (typeof copy === "object" && copy !== null) Reflect.set(copy, key, replaced(Reflect.get(copy, key), rest, by));
  return copy;
};

test("an entry that hookproof wrote is plain", ({ expect }) => {
  expect(isPlainEntry(JSON.parse(line))).toBe(true);
});

test("the quick look takes what the schema takes, whatever a value was replaced by", ({ expect }) => {
  const whole: unknown = JSON.parse(line);
  const path = fc.constantFrom(...paths(whole).filter(([first]) => first !== "v"));
  fc.assert(
    fc.property(path, fc.oneof(fc.jsonValue(), fc.constant(undefined)), (at, by) => {
      const changed = replaced(whole, at, by);
      // A property more sends the same entry to the schema.
      const judged = entryOf(Buffer.from(JSON.stringify(changed)));
      const viaSchema = entryOf(Buffer.from(JSON.stringify({ ...Object(changed), attempts: withError(changed) })));
      expect(judged === undefined).toBe(viaSchema === undefined);
    }),
    { numRuns: 2000 },
  );
});

/** The attempts with one more, which the quick look leaves to the schema. */
const withError = (entry: unknown): unknown => {
  const attempts: unknown = Reflect.get(Object(entry), "attempts");
  if (!Array.isArray(attempts)) return attempts;
  const [first]: unknown[] = JSON.parse(line).attempts;
  return [...attempts, { ...Object(first), error: { kind: "reset", code: null, message: "gone" } }];
};
