import { expect, test } from "vitest";
import { parseFilter } from "../../src/inspector/filter.ts";
import type { Row } from "../../src/inspector/types.ts";
import { rowFor } from "./support.ts";

const row = (more: Partial<Row>): Row => ({ ...rowFor("req_1"), number: 1, ...more });
const fits = (filter: string, more: Partial<Row> = {}): boolean => parseFilter(filter)(row(more));

const invalid = { state: "invalid", cause: "body-numbers", sentence: "…" } as const;

test.each([
  ["", {}, true],
  ["is:valid", {}, true],
  ["is:invalid", {}, false],
  ["is:invalid", { verdict: invalid }, true],
  ["is:failed", { status: 503 }, true],
  ["is:failed", { status: null, pending: true }, false],
  ["is:resent", { resentFrom: "req_0" }, true],
  ["status:5xx", { status: 503 }, true],
  ["status:5xx", { status: 404 }, false],
  ["status:404", { status: 404 }, true],
  ["status:>=400", { status: 404 }, true],
  ["status:400-499", { status: 500 }, false],
  ["status:none", { status: null }, true],
  ["type:link.*", {}, true],
  ["type:link", {}, false],
  ["type:*.clicked", {}, true],
  ["type:invoice.*", {}, false],
  ["type:link.*", { eventType: null }, false],
  ["provider:ACME", {}, true],
  ["provider:stripe", {}, false],
  ["attempt:>1", { attempt: 2 }, true],
  ["attempt:>1", { attempt: null }, false],
  ["attempt:1", {}, true],
  ["path:/hooks", { path: "/hooks/stripe" }, true],
  ["path:/other", {}, false],
  ["cause:body-*", { verdict: invalid }, true],
  ["ms:>100", { durationMs: 250 }, true],
  ["-is:valid", {}, false],
  ["-type:invoice.* status:2xx", {}, true],
  ["clicked evt_req", {}, true],
  ["clicked nowhere", {}, false],
  ['"link.clicked"', {}, true],
  // While one types, what is not a term yet is a word.
  ["status:", {}, false],
  ["status:banana", {}, false],
  ["unknown:term", {}, false],
  [":", {}, false],
] as const)("%j of %j: %s", (filter, more, expected) => {
  expect(fits(filter, more)).toBe(expected);
});

test("a hostile filter is evaluated quickly", () => {
  const began = performance.now();
  fits(`type:${"*a".repeat(100_000)}`, { eventType: "a".repeat(300) });
  fits('"'.repeat(100_000));
  expect(performance.now() - began).toBeLessThan(1000);
});
