import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const tenX = profile(() => ({
  id: "10x",
  aliases: ["10x.in"],
  name: "10x.in",
  category: "marketing",
  summary: "Link and handle events from 10x.in",
  source: { document: "10x.txt", updated: "2026-06-19" },
  sources: {
    schemes: "10x.txt, Delivery request format",
    events:
      "10x.txt, Delivery request format; What a webhook test does and does not prove; What happens on terminal failure",
    envelope: "10x.txt, Delivery request format",
    delivery: "10x.txt, Delivery model; Retry and terminal-failure policy",
    endpoints: "10x.txt, What a webhook test does and does not prove; Triggering Context Store refreshes",
    troubleshooting: "10x.txt, Troubleshooting by status code",
  },
  schemes: assumed(
    [bodyHmac("x-arjun-signature", { prefix: "sha256=" })],
    "the document says 'HMAC-SHA256 signature in the format sha256=<hex>' but not what is signed; the raw body is customary",
  ),
  headers: [
    ["User-Agent", "10x-webhooks/2"],
    ["x-arjun-event-type", "{type}"],
  ],
  attempt: { header: "x-arjun-attempt", first: 1, onFirst: true },
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "type" }, { header: "x-arjun-event-type" }],
    time: { json: "occurredAt" },
    dedupe: [{ json: "id" }],
    newId: "evt_{hex24}",
    fields: [
      { path: "id", need: "required", format: "string" },
      { path: "type", need: "required", format: "string" },
      { path: "handle", need: "required", format: "string" },
      { path: "occurredAt", need: "required", format: "iso-time" },
      { path: "payload", need: "required", format: "object" },
    ],
  },
  events: [
    { type: "link.clicked", when: "A link is clicked" },
    { type: "webhook.test", when: "A test is requested with POST /v2/handles/{handle}/webhooks/{subscriptionId}/test" },
    { type: "webhook.delivery.terminal_failure", when: "A delivery is classified as terminal" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("30s", "the document says timeouts are retried, but not how long 10x waits"),
    attempts: 5,
    delays: ["5s", "10s", "20s", "40s"],
    retry: ["no-response", "timeout", "5xx", 408, 409, 425, 429],
    terminal: ["4xx"],
    otherwise: assumed("terminal", "the document does not mention 1xx and 3xx"),
    terminalEvent: "webhook.delivery.terminal_failure",
  },
  endpoints: {
    test: {
      method: "POST",
      path: "/v2/handles/{handle}/webhooks/{subscriptionId}/test",
      auth: "bearer",
      baseUrl: assumed(
        "https://ai.10x.in",
        "the test route is shown without a host; this is the host of the Context Store example",
      ),
      success: [202],
      proves: [
        "the subscription exists",
        "10x accepted the dispatch request",
        "your endpoint can be exercised at that moment",
      ],
      doesNotProve: [
        "that future live deliveries will succeed",
        "that your production endpoint will stay healthy",
        "that your live event filters are broad enough for the business events you care about",
      ],
    },
    "context-store-sync": {
      method: "POST",
      path: "/v2/mcp/{handle}/context-store/sources/{sourceId}/sync",
      auth: "bearer",
      baseUrl: "https://ai.10x.in",
      success: assumed([202, 200], "an async worker refreshes the source; the status is not stated"),
    },
  },
  troubleshooting: [
    {
      on: [401, 403],
      cause: "Secret/auth verification mismatch",
      next: "Re-check signature verification, auth middleware, and any IP or header gating",
    },
    {
      on: [404],
      cause: "Wrong path, inactive route, or deleted workflow",
      next: "Confirm the exact production URL and make sure the route is deployed",
    },
    { on: [410], cause: "Endpoint intentionally retired", next: "Update the subscription to a live endpoint" },
    {
      on: [422],
      cause: "Payload rejected by business validation",
      next: "Relax the receiver schema or update the integration contract",
    },
    { on: [429], cause: "Receiver is throttling", next: "Queue internally on your side or raise receiver capacity" },
    {
      on: ["5xx"],
      cause: "Receiver outage or unhandled exception",
      next: "Fix the receiver and inspect application logs before replay",
    },
    {
      on: ["timeout"],
      cause: "No HTTP response in time",
      next: "Keep the endpoint reachable and return a response quickly",
      source: "10x.txt, Retry and terminal-failure policy",
    },
    {
      on: ["no-response", "timeout"],
      symptom: "no request seen",
      cause: "DNS, TLS, firewall, egress, or host mismatch",
      next: "Verify hostname, certificate, network rules, and request logs",
    },
    {
      on: [408, 409, 425],
      cause: "A response that 10x retries automatically",
      next: "Stabilize the receiver, then let retries succeed",
      source: "10x.txt, Retry and terminal-failure policy",
    },
    {
      on: ["4xx"],
      cause: "A response that 10x classifies as terminal immediately",
      next: "Fix route, auth, secret validation, or payload expectations",
      source: "10x.txt, Retry and terminal-failure policy",
    },
  ],
  support: {
    required: ["handle", "subscription", "event", "receiver", "time", "log", "traffic", "changes"],
    handle: { json: "handle" },
    testTypes: ["webhook.test"],
    source: "10x.txt, Evidence to capture before escalating",
  },
  notes: [
    "the signature does not cover x-arjun-event-type and x-arjun-attempt",
    "deliveries are at-least-once and may arrive out of order: compare id, occurredAt and your own idempotency state",
    "10x does not automatically disable a failing subscription: update or remove it yourself",
    "the document names no User-Agent; hookproof sends one of its own",
  ],
}));
