import fc from "fast-check";
import { test } from "vitest";
import { changeLine, changeOf, doneLine } from "../../src/dlq/record.ts";
import type { Attempt } from "../../src/request/attempt.ts";

const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("204 is a success", 'a "b" \\ c', "é\n\u2028"));
const ms = fc.option(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), { nil: null });
const attempt: fc.Arbitrary<Attempt> = fc.record({
  number: fc.integer(),
  startedAt: text,
  durationMs: fc.double(),
  timings: fc.record({ dnsMs: ms, connectMs: ms, tlsMs: ms, firstByteMs: ms, totalMs: fc.double() }),
  status: fc.option(fc.integer(), { nil: null }),
  outcome: fc.constantFrom("delivered", "retryable", "terminal"),
  reason: text,
  nextDelayMs: ms,
  error: fc.option(
    fc.record({ kind: fc.constant("refused" as const), code: fc.option(text, { nil: null }), message: text }),
    {
      nil: null,
    },
  ),
});

test("the line of a delivered entry is what JSON.stringify would write", ({ expect }) => {
  fc.assert(
    fc.property(text, fc.array(attempt, { maxLength: 3 }), (id, attempts) => {
      const line = doneLine(id, attempts);
      const change = { type: "done", id, kept: false, attempts } as const;
      expect(line).toBe(JSON.stringify({ ...change, v: 1 }));
      expect(line).toBe(changeLine(change));
    }),
  );
});

test("a delivered entry's line is read as one, and so is a kept one's", ({ expect }) => {
  expect(changeOf(Buffer.from(doneLine("dlq_1", [])))).toEqual({
    type: "done",
    id: "dlq_1",
    kept: false,
    attempts: [],
  });
  const kept = Buffer.from(changeLine({ type: "done", id: "dlq_1", kept: true, attempts: [] }));
  expect(changeOf(kept)).toMatchObject({ type: "done", id: "dlq_1", kept: true });
});
