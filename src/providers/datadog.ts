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
    "nothing is signed: headers and their values are chosen in the integration's settings",
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
    { type: "query_alert_monitor", when: "A monitor of a query alerts or recovers" },
    { type: "metric_alert_monitor", when: "A metric monitor alerts or recovers" },
    { type: "service_check", when: "A service check alerts or recovers" },
    { type: "log_alert", when: "A log monitor alerts or recovers" },
  ],
  samplesAssumed: "the payload is of the administrator's own making: these are the default template, filled in",
  delivery: {
    httpsOnly: false,
    timeout: assumed("15s", "commonly quoted; not confirmed in the documentation"),
    attempts: 6,
    delays: assumed(["1s", "5s", "15s", "30s", "1m"], "connections that fail are retried five times, without waits"),
    retry: ["no-response", "5xx"],
    otherwise: "terminal",
  },
  troubleshooting: [
    {
      on: ["4xx"],
      cause: "a 4xx is not sent again: Datadog retries only failed connections and 5xx",
      next: "answer 5xx for passing trouble",
    },
  ],
  notes: ["the header's name is yours to choose: with another one, copy this profile and change it"],
}));
