import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const asana = profile(() => ({
  id: "asana",
  name: "Asana",
  category: "productivity",
  summary: "Task, project and story changes from Asana",
  source: { document: "developers.asana.com", url: "https://developers.asana.com/docs/webhooks-guide" },
  sources: {
    schemes: "developers.asana.com, Webhooks, Security",
    events: "developers.asana.com, Webhooks, Receiving events",
    delivery: "developers.asana.com, Webhooks, Overview and Delivery",
  },
  schemes: [bodyHmac("X-Hook-Signature")],
  headers: [],
  contentType: "application/json; charset=UTF-8",
  envelope: {
    id: [],
    type: [{ json: "events.0.action" }],
    time: { json: "events.0.created_at" },
    dedupe: assumed(
      [{ json: "events.0.action" }, { json: "events.0.resource.gid" }, { json: "events.0.created_at" }],
      "no event id is documented; a delivery is identified by its first event",
    ),
    newId: "{number}",
  },
  events: [
    { type: "changed", when: "A field of a resource changes" },
    { type: "added", when: "A resource is added to a parent, or created" },
    { type: "removed", when: "A resource is removed from a parent" },
    { type: "deleted", when: "A resource is deleted" },
    { type: "undeleted", when: "A deleted resource is restored" },
  ],
  delivery: {
    httpsOnly: assumed(true, "the guide's examples are HTTPS"),
    timeout: "10s",
    attempts: assumed(9, "retried for up to 24 hours; no schedule is documented"),
    delays: assumed(
      ["1m", "5m", "15m", "30m", "1h", "3h", "6h", "12h"],
      "retried for up to 24 hours; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["no-response"],
      symptom: "the webhook cannot be created",
      cause: "the endpoint did not return the X-Hook-Secret header of the first request",
      next: "return 200 or 204 with the same X-Hook-Secret header, and store the secret",
    },
    {
      on: ["non-2xx", "timeout"],
      cause: "Asana retries for up to 24 hours, then gives up on the webhook",
      next: "create the webhook again if it is gone, and fetch what was missed from the API",
    },
  ],
  notes: [
    "the secret is sent once, in the X-Hook-Secret header of the handshake",
    'a delivery may contain several events; a heartbeat contains none: {"events":[]}',
  ],
  challenges: [
    {
      name: "handshake",
      source: "developers.asana.com/docs/establish-a-webhook",
      request: { method: "POST", headers: [["X-Hook-Secret", "{challenge}"]] },
      challenge: "{secret}",
      answers: [{ status: [200, 204], headers: [["X-Hook-Secret", "{challenge}"]] }],
    },
  ],
}));
