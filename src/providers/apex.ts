import { assumed, profile } from "./profile.ts";

const endpoint = <M extends "GET" | "POST" | "DELETE">(
  method: M,
  path: string,
  auth: "x-api-key" | "none",
  success: readonly number[],
  why: string,
) => ({
  method,
  path,
  auth,
  success: assumed(success, why),
});

export const apex = profile(() => ({
  id: "apex",
  name: "Apex",
  category: "marketing",
  summary: "Lead, experiment, goal and connector events from Apex",
  source: { document: "apex.txt" },
  sources: {
    schemes: "apex.txt, Create Webhook (parameter secret)",
    events: "apex.txt, Available Event Types",
    endpoints: "apex.txt, List, Create, Delete Webhook; Receive External Webhook",
    incoming: "apex.txt, Receive External Webhook",
  },
  schemes: {
    undocumented:
      "the document mentions 'HMAC signature verification' but not the header, the format or the signed content",
  },
  headers: [["User-Agent", "Apex-Webhooks/1.0"]],
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "event" }, { json: "type" }],
    time: { json: "timestamp" },
    dedupe: assumed([{ json: "id" }], "the delivered payload is not documented"),
    newId: "evt_{hex24}",
  },
  events: [
    { type: "lead.created", when: "A new lead is identified via identity stitching" },
    { type: "lead.updated", when: "A lead's data or attribution changes" },
    { type: "experiment.started", when: "An experiment transitions to running" },
    { type: "experiment.completed", when: "An experiment reaches statistical significance or is manually stopped" },
    { type: "goal.reached", when: "A goal hits its target value" },
    { type: "connector.synced", when: "A connector sync completes successfully" },
    { type: "connector.error", when: "A connector sync fails" },
  ],
  samplesAssumed: "the delivered payload is not documented",
  delivery: {
    httpsOnly: true,
    timeout: assumed("30s", "not documented"),
    attempts: assumed(1, "retries are not documented"),
    delays: assumed([], "retries are not documented"),
    retry: assumed(["no-response", "timeout", "5xx", 408, 429], "not documented; this is what similar platforms retry"),
    otherwise: assumed("terminal", "not documented"),
  },
  endpoints: {
    "subscriptions-list": endpoint(
      "GET",
      "/api/webhooks",
      "x-api-key",
      [200],
      "an array is returned; the status is not stated",
    ),
    "subscriptions-create": endpoint("POST", "/api/webhooks", "x-api-key", [201, 200], "the status is not stated"),
    "subscriptions-delete": endpoint("DELETE", "/api/webhooks", "x-api-key", [200, 204], "the status is not stated"),
    incoming: endpoint("POST", "/api/webhooks/{source}", "none", [200, 202], "the status is not stated"),
  },
  incoming: ["hubspot", "stripe", "github"],
  troubleshooting: [],
  notes: [
    "the secret is returned only once, when the subscription is created",
    "incoming webhooks are verified by the source platform's own mechanism, not by Apex API keys",
    "subscription URLs must be HTTPS",
    "the document names no User-Agent; hookproof sends one of its own",
  ],
}));
