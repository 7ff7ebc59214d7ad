import { assumed, profile } from "./profile.ts";
import { token } from "./signing.ts";

export const datadog = profile(() => ({
  id: "datadog",
  name: "Datadog",
  category: "infrastructure",
  summary: "Monitor alerts from Datadog's webhooks integration",
  source: { document: "docs.datadoghq.com", url: "https://docs.datadoghq.com/integrations/webhooks/" },
  sources: {
    schemes: "docs.datadoghq.com, Webhooks, Authentication and custom headers",
    events: "docs.datadoghq.com, Webhooks, Payload and variables",
    delivery: "docs.datadoghq.com, Webhooks, Webhook delivery",
  },
  schemes: assumed(
    [token("X-Webhook-Token")],
    "requests are not signed; you choose headers and their values in the integration's settings",
  ),
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "event_type" }],
    time: { json: "date", unit: "ms" },
    dedupe: [{ json: "id" }],
    newId: "{number}000000000",
  },
  events: [
    { type: "query_alert_monitor", when: "A query alert monitor alerts or recovers" },
    { type: "metric_alert_monitor", when: "A metric monitor alerts or recovers" },
    { type: "service_check", when: "A service check alerts or recovers" },
    { type: "log_alert", when: "A log monitor alerts or recovers" },
  ],
  samplesAssumed: "administrators define the payload; these are the default template, filled in",
  delivery: {
    httpsOnly: false,
    timeout: "15s",
    attempts: 6,
    delays: assumed(
      ["1s", "5s", "15s", "30s", "1m"],
      "failed connections are retried five times; the documentation gives no delays",
    ),
    retry: ["no-response", "5xx"],
    otherwise: "terminal",
  },
  troubleshooting: [
    {
      on: ["4xx"],
      cause: "Datadog retries only failed connections and 5xx responses, not 4xx",
      next: "return a 5xx for temporary problems",
    },
  ],
  notes: ["you choose the header name: if yours differs, copy this profile and change it"],
}));
