import { assumed, profile } from "./profile.ts";
import type { Scheme } from "./profile.ts";

const scheme = (name: string, summary: string, form: Pick<Scheme, "layout" | "encoding">): Scheme => ({
  name,
  summary,
  header: "X-Webhook-Signature",
  ...form,
  mac: { kind: "hmac", hash: "sha256", key: "text" },
  content: ["body"],
});

export const salesos = profile(() => ({
  id: "salesos",
  name: "SalesOS",
  category: "crm",
  summary: "CRM and sales events from SalesOS",
  source: { document: "salesos.txt" },
  sources: {
    schemes: "salesos.txt, Signature Verification",
    events: "salesos.txt, Event Types",
    envelope: "salesos.txt, Payload Format; Best Practices",
    delivery: "salesos.txt, Delivery & Retries",
    troubleshooting: "salesos.txt, Best Practices",
  },
  schemes: assumed(
    [
      scheme("hex", "<hex of HMAC-SHA256 over the raw body>", { layout: { kind: "single" }, encoding: "hex" }),
      scheme("prefixed", "sha256=<hex of HMAC-SHA256 over the raw body>", {
        layout: { kind: "single", prefix: "sha256=" },
        encoding: "hex",
      }),
      scheme("base64", "<base64 of HMAC-SHA256 over the raw body>", { layout: { kind: "single" }, encoding: "base64" }),
    ],
    "HMAC-SHA256 in X-Webhook-Signature is documented, its notation is not: all three are taken, and the answer says which matched",
  ),
  headers: [["User-Agent", "SalesOS-Webhooks/1.0"]],
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "event" }, { json: "type" }],
    time: { json: "timestamp" },
    dedupe: [{ json: "id" }],
    newId: "evt_{hex24}",
    fields: [{ path: "id", need: "required", format: "string" }],
  },
  events: [
    { type: "lead.created", when: "A new lead was created" },
    { type: "lead.updated", when: "A lead was updated" },
    { type: "lead.deleted", when: "A lead was deleted" },
    { type: "lead.converted", when: "A lead was converted to contact/opportunity" },
    { type: "contact.created", when: "A new contact was created" },
    { type: "contact.updated", when: "A contact was updated" },
    { type: "account.created", when: "A new account was created" },
    { type: "account.updated", when: "An account was updated" },
    { type: "opportunity.created", when: "A new opportunity was created" },
    { type: "opportunity.updated", when: "An opportunity was updated" },
    { type: "opportunity.won", when: "An opportunity was marked as won" },
    { type: "opportunity.lost", when: "An opportunity was marked as lost" },
    { type: "quote.created", when: "A new quote was created" },
    { type: "quote.approved", when: "A quote was approved" },
    { type: "quote.sent", when: "A quote was sent to the customer" },
    { type: "order.created", when: "A new order was created" },
    { type: "order.completed", when: "An order was completed" },
    { type: "meeting.scheduled", when: "A meeting was scheduled" },
    { type: "meeting.completed", when: "A meeting was completed" },
    { type: "task.completed", when: "A task was completed" },
  ],
  samplesAssumed: "the payload sample is missing from the document: only the event id is named",
  delivery: {
    httpsOnly: assumed(false, "not mentioned"),
    timeout: "30s",
    attempts: 6,
    delays: ["1m", "5m", "30m", "2h", "24h"],
    retry: assumed(
      ["no-response", "timeout", "non-2xx"],
      "'failed deliveries are retried': a failure is read as anything but a 2xx within 30 seconds",
    ),
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["timeout"],
      cause: "no 2xx within 30 seconds",
      next: "respond with 200 quickly and process events asynchronously (Redis, SQS)",
    },
    {
      on: [],
      symptom: "processed twice",
      cause: "retries repeat the event",
      next: "store the event id and deduplicate",
    },
    {
      on: ["no-response", "non-2xx"],
      cause: "the endpoint did not answer with a 2xx",
      next: "look at the webhook delivery logs in the SalesOS dashboard",
    },
  ],
}));
