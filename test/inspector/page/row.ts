import type { Row } from "../../../src/inspector/types.ts";

/** A row of the list, as the server would say it. */
export const aRow = (number: number, fields: Partial<Row> = {}): Row => ({
  id: `req_${number}`,
  number,
  at: "2026-06-19T12:00:00.000Z",
  provider: "stripe",
  eventType: "invoice.paid",
  eventId: `evt_${number}`,
  attempt: 1,
  verdict: { state: "valid", cause: null, sentence: "The signature is valid." },
  pending: false,
  kind: "status",
  status: 200,
  durationMs: 3,
  method: "POST",
  target: "/hooks",
  path: "/hooks",
  bytes: 2,
  resentFrom: null,
  source: null,
  ...fields,
});
