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
      summary: "v1=<hex of HMAC-SHA256 over the raw body>, several during rotation",
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
    { type: "incident.reassigned", when: "An incident is reassigned to another user" },
    { type: "incident.annotated", when: "A note is added to an incident" },
    { type: "incident.resolved", when: "An incident is resolved" },
    { type: "incident.reopened", when: "A resolved incident is opened again" },
    { type: "service.updated", when: "A service changes" },
    { type: "pagey.ping", when: "The subscription is tested" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: "5s",
    attempts: assumed(10, "retried for up to 48 hours; no schedule is documented"),
    delays: assumed(
      ["30s", "2m", "10m", "30m", "1h", "3h", "6h", "12h", "24h"],
      "retried for up to 48 hours; no schedule is documented",
    ),
    retry: ["no-response", "timeout", 429, "5xx"],
    otherwise: "terminal",
    largestBody: { bytes: 256 * 1024, source: "developer.pagerduty.com, Webhook behavior" },
  },
  troubleshooting: [
    {
      on: ["4xx"],
      cause:
        "PagerDuty drops the webhook after a 4xx other than 429, and disables the subscription for 24 hours after three drops in a row",
      next: "return a 5xx for temporary problems, and re-enable the subscription",
    },
    { on: ["timeout"], cause: "no 2xx within five seconds", next: "return 202 first, then do the work" },
  ],
  notes: [
    "during secret rotation there are several v1 signatures, and any of them may match",
    "while a webhook is being retried, later webhooks of the same incident are queued",
  ],
}));
