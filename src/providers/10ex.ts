import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const tenEx = profile(() => ({
  id: "10ex",
  name: "10ex",
  category: "crm",
  summary: "CRM events, agent runs and sequences from 10ex",
  source: { document: "10ex.txt", updated: "2026-05-05" },
  sources: {
    schemes: "10ex.txt, Delivery and retries; How to verify the signature",
    events: "10ex.txt, Event types",
    envelope: "10ex.txt, Payload shape",
    delivery: "10ex.txt, Delivery and retries; Common gotchas",
    troubleshooting: "10ex.txt, Common gotchas",
  },
  schemes: [bodyHmac("X-10ex-Signature", { prefix: "sha256=" })],
  headers: [["User-Agent", "10ex-Webhooks/1.0"]],
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "type" }],
    time: { json: "occurred_at" },
    dedupe: assumed(
      [{ json: "id" }],
      "the document says 'unique per delivery attempt within a window, so you can dedupe safely': retries are assumed to keep the id, because a new id each time would make that impossible",
    ),
    newId: "evt_{uuid}",
    fields: [
      { path: "id", need: "required", format: "string" },
      { path: "type", need: "required", format: "string" },
      { path: "company_id", need: "required", format: "string" },
      { path: "occurred_at", need: "required", format: "iso-time" },
      { path: "data", need: "required", format: "object" },
    ],
  },
  events: [
    { type: "lead.created", when: "A new lead is added (any source: UI, API, connector, form, flow)" },
    { type: "lead.updated", when: "Lead status, score, or fields change" },
    { type: "agent.run.started", when: "A crew execution starts" },
    { type: "agent.run.completed", when: "A crew execution finishes (success or failure)" },
    { type: "sequence.email.sent", when: "A single email in an email sequence is delivered" },
    { type: "sequence.email.replied", when: "Reply received on a sequence email" },
    { type: "connector.oauth.completed", when: "OAuth flow finished, connector now usable" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the document says HTTP POST and does not mention HTTPS"),
    timeout: "30s",
    attempts: 6,
    delays: assumed(["5s", "15s", "45s", "2m", "6m"], "the document says 'exponential backoff' and gives no numbers"),
    retry: ["non-2xx"],
    terminal: [401, 403],
    otherwise: assumed("retryable", "a timeout or a missing response is treated as a failure, like a non-2xx"),
  },
  troubleshooting: [
    {
      on: [401, 403],
      cause: "the endpoint is gated by an auth scheme that rejects 10ex's POSTs",
      next: "exempt the webhook route from that auth; 401 and 403 are not retried",
    },
    {
      on: ["timeout"],
      cause: "the endpoint took longer than 30 seconds",
      next: "return a 2xx within 30 seconds and do long-running work in a background queue",
    },
    {
      on: [],
      symptom: "signature always failing",
      cause: "the signature was computed over a re-parsed object",
      next: "verify against the raw body; ordering and whitespace matter",
    },
    { on: [], symptom: "processed twice", cause: "deliveries can repeat", next: "key off id in your handler" },
  ],
  notes: ["the document names no User-Agent; hookproof sends one of its own"],
}));
