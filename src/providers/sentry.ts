import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const sentry = profile(() => ({
  id: "sentry",
  name: "Sentry",
  category: "developer-tools",
  summary: "Issue, alert and comment webhooks from Sentry integrations",
  source: {
    document: "docs.sentry.io",
    url: "https://docs.sentry.io/organization/integrations/integration-platform/webhooks/",
  },
  sources: {
    schemes: "docs.sentry.io, Integration platform, Webhooks, Sentry-Hook-Signature",
    events: "docs.sentry.io, Integration platform, Webhooks, Webhook types",
    headers: "docs.sentry.io, Integration platform, Webhooks, Request headers; getsentry/sentry tests",
    delivery: "docs.sentry.io, Integration platform, Webhooks",
  },
  schemes: [bodyHmac("Sentry-Hook-Signature")],
  headers: [
    ["Request-ID", "{id}"],
    ["Sentry-Hook-Resource", "{type}"],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ header: "Request-ID" }],
    type: [{ header: "Sentry-Hook-Resource" }],
    dedupe: assumed([{ header: "Request-ID" }], "the documentation does not say whether retries repeat it"),
    newId: "{hex32}",
  },
  events: [
    { type: "issue", when: "An issue is created, resolved, assigned, archived or unresolved" },
    { type: "event_alert", when: "An issue alert rule is triggered" },
    { type: "metric_alert", when: "The status of a metric alert changes" },
    { type: "error", when: "An error event is created" },
    { type: "comment", when: "A comment is added, changed or removed" },
    { type: "installation", when: "The integration is installed or removed" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation does not say"),
    timeout: "1s",
    attempts: assumed(1, "no retries are documented"),
    delays: [],
    retry: assumed([], "no retries are documented"),
    otherwise: assumed("terminal", "no retries are documented"),
  },
  troubleshooting: [
    { on: ["timeout"], cause: "no response within one second", next: "return 2xx first, then do the work" },
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "the documentation's sample signs JSON.stringify(request.body), which may differ from the bytes sent",
      next: "verify the raw body with the integration's client secret",
    },
  ],
  notes: [
    "the key is the integration's client secret",
    "Sentry-Hook-Timestamp is sent but not signed",
    "1000 timeouts within 24 hours unsubscribe the webhook, except for integrations published by partners",
  ],
}));
