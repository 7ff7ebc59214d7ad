import { assumed, profile } from "./profile.ts";
import { timestampedPairs } from "./signing.ts";

export const calendly = profile(() => ({
  id: "calendly",
  name: "Calendly",
  category: "productivity",
  summary: "Invitee and routing form events from Calendly",
  source: {
    document: "developer.calendly.com",
    url: "https://developer.calendly.com/api-docs/ZG9jOjM2MzE2MDM4-webhook-signatures",
  },
  sources: {
    schemes: "developer.calendly.com, Webhook signatures",
    events: "developer.calendly.com, Webhook subscriptions, Webhook payload",
    delivery: "developer.calendly.com, Webhook errors; Webhook timeouts",
  },
  schemes: [
    timestampedPairs("Calendly-Webhook-Signature", "s", {
      past: assumed("3m", "the documentation's sample uses three minutes and leaves the value to you"),
      future: assumed("any", "the documentation's sample checks only age"),
    }),
  ],
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [],
    type: [{ json: "event" }],
    time: { json: "created_at" },
    dedupe: assumed(
      [{ json: "event" }, { json: "payload.uri" }, { json: "created_at" }],
      "no event id is documented; deliveries with the same event, invitee and time are treated as one",
    ),
    newId: "{uuid}",
  },
  events: [
    { type: "invitee.created", when: "An invitee schedules an event" },
    { type: "invitee.canceled", when: "An invitee or host cancels" },
    { type: "invitee_no_show.created", when: "An invitee is marked as a no-show" },
    { type: "invitee_no_show.deleted", when: "A no-show mark is removed" },
    { type: "routing_form_submission.created", when: "A routing form is submitted" },
  ],
  delivery: {
    httpsOnly: assumed(true, "the documentation's examples are HTTPS"),
    timeout: "15s",
    attempts: assumed(9, "retried for 24 hours with exponential backoff; no schedule is documented"),
    delays: assumed(
      ["1m", "5m", "15m", "30m", "1h", "3h", "6h", "12h"],
      "retried for 24 hours with exponential backoff; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "3xx", "4xx", "5xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["3xx", "4xx", "5xx", "timeout", "no-response"],
      symptom: "no request seen",
      cause: "Calendly disables a webhook after 24 hours of failures",
      next: "create the subscription again",
    },
  ],
  notes: ["the signing key is set or returned when the subscription is created"],
}));
