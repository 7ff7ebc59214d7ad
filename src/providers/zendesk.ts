import { assumed, profile } from "./profile.ts";

export const zendesk = profile(() => ({
  id: "zendesk",
  name: "Zendesk",
  category: "support",
  summary: "Ticket, user and organization events from Zendesk",
  source: { document: "developer.zendesk.com", url: "https://developer.zendesk.com/documentation/webhooks/verifying/" },
  sources: {
    schemes: "developer.zendesk.com, Verifying the authenticity of webhook requests",
    events: "developer.zendesk.com, Event types for webhooks",
    delivery: "developer.zendesk.com, Anatomy of a webhook request; Monitoring webhooks",
  },
  schemes: [
    {
      name: "hmac",
      summary: "<base64 of HMAC-SHA256 over timestamp and body>",
      header: "X-Zendesk-Webhook-Signature",
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: ["timestamp", "body"],
      timestamp: {
        from: { header: "X-Zendesk-Webhook-Signature-Timestamp" },
        unit: "iso",
        form: "canonical",
        past: assumed("5m", "the documentation's sample does not check the age; five minutes is customary"),
        future: assumed("5m", "the documentation's sample does not check the timestamp"),
      },
    },
  ],
  headers: [
    ["User-Agent", "Zendesk Webhook"],
    ["X-Zendesk-Account-Id", "123456"],
    ["X-Zendesk-Webhook-Id", "01F1KRFQ6BG29CNWFR60NK5FNY"],
    ["X-Zendesk-Webhook-Invocation-Id", "{id}"],
  ],
  contentType: "application/json; charset=utf-8",
  envelope: {
    id: [{ header: "X-Zendesk-Webhook-Invocation-Id" }],
    type: [{ json: "type" }],
    time: { json: "time" },
    dedupe: [{ header: "X-Zendesk-Webhook-Invocation-Id" }],
    newId: "01{base36x24}",
  },
  events: [
    { type: "zen:event-type:ticket.created", when: "A ticket is created" },
    { type: "zen:event-type:ticket.status_changed", when: "A ticket's status changes" },
    { type: "zen:event-type:ticket.comment_added", when: "A comment is added to a ticket" },
    { type: "zen:event-type:ticket.agent_assignment_changed", when: "A ticket is assigned to another agent" },
    { type: "zen:event-type:user.created", when: "A user is created" },
    { type: "zen:event-type:organization.created", when: "An organization is created" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation does not say"),
    timeout: "12s",
    attempts: assumed(4, "up to three retries for 409, and for 429 and 503 with a Retry-After under 60 seconds"),
    delays: assumed(["10s", "30s", "60s"], "the documentation gives no delays"),
    retry: ["timeout", 409, 429, 503],
    otherwise: "terminal",
    retryAfter: true,
  },
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "the timestamp was parsed, but the ISO 8601 text is signed as sent",
      next: "sign the header's text and the raw body with nothing between them, using the webhook's signing secret",
    },
  ],
  notes: [
    "for webhooks of triggers and automations, administrators define the body",
    "test requests are signed with a fixed secret given in the documentation",
  ],
}));
