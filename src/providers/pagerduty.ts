import { assumed, profile } from "./profile.ts";

export const pagerduty = profile(() => ({
  id: "pagerduty",
  name: "PagerDuty",
  category: "infrastructure",
  summary: "Incident and service events from PagerDuty (V3 webhooks)",
  source: { document: "developer.pagerduty.com", url: "https://developer.pagerduty.com/docs/webhooks-overview" },
  sources: {
    schemes: "developer.pagerduty.com, Verifying webhook signatures",
    events: "developer.pagerduty.com, Webhooks overview",
    delivery: "developer.pagerduty.com, Webhook behavior",
  },
  schemes: [
    {
      name: "v1",
      summary: "v1=<hex of HMAC-SHA256 over the raw body>, several after a rotation",
      header: "X-PagerDuty-Signature",
      layout: { kind: "pairs", key: "v1" },
      encoding: "hex",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: ["body"],
    },
  ],
  headers: [
    ["Accept", "application/json"],
    ["User-Agent", "PagerDuty-Webhook/V3.0"],
    ["X-Webhook-Id", "{id}"],
    ["X-Webhook-Subscription", "PHP0OKF"],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ header: "X-Webhook-Id" }],
    type: [{ json: "event.event_type" }],
    time: { json: "event.occurred_at" },
    dedupe: [{ header: "X-Webhook-Id" }],
    newId: "{uuid}",
  },
  events: [
    { type: "incident.triggered", when: "An incident is triggered" },
    { type: "incident.acknowledged", when: "An incident is acknowledged" },
    { type: "incident.escalated", when: "An incident is escalated to the next level" },
    { type: "incident.reassigned", when: "An incident is given to another user" },
    { type: "incident.annotated", when: "A note is added to an incident" },
    { type: "incident.resolved", when: "An incident is resolved" },
    { type: "incident.reopened", when: "A resolved incident is opened again" },
    { type: "service.updated", when: "A service changes" },
    { type: "pagey.ping", when: "The subscription is tested" },
  ],
  delivery: {
    httpsOnly: assumed(false, "recommended"),
    timeout: "5s",
    attempts: assumed(10, "retried for up to 48 hours, without a list"),
    delays: assumed(
      ["30s", "2m", "10m", "30m", "1h", "3h", "6h", "12h", "24h"],
      "retried for up to 48 hours, without a list",
    ),
    retry: ["no-response", "timeout", 429, "5xx"],
    otherwise: "terminal",
    largestBody: { bytes: 256 * 1024, source: "developer.pagerduty.com, Webhook behavior" },
  },
  troubleshooting: [
    {
      on: ["4xx"],
      cause: "a 4xx other than 429 drops the webhook, and three dropped in a row disable the subscription",
      next: "answer 5xx for passing trouble, and enable the subscription again",
    },
    { on: ["timeout"], cause: "no 2xx within five seconds", next: "answer 202 first, work afterwards" },
  ],
  notes: [
    "while a secret is rotated there are several v1 signatures: any of them may match",
    "while one webhook is retried, later ones of the same incident wait behind it",
  ],
}));
