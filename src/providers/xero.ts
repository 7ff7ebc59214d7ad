import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const xero = profile(() => ({
  id: "xero",
  name: "Xero",
  category: "finance",
  summary: "Invoice, contact and subscription events from Xero",
  source: { document: "developer.xero.com", url: "https://developer.xero.com/documentation/guides/webhooks/overview/" },
  sources: {
    schemes: "developer.xero.com, Webhooks, Configuring your server",
    events: "developer.xero.com, Webhooks, Events and Payload",
    delivery: "developer.xero.com, Webhooks, Overview",
  },
  schemes: [bodyHmac("x-xero-signature", { encoding: "base64" })],
  headers: [],
  contentType: "application/json; charset=utf-8",
  envelope: {
    id: [],
    type: [{ json: "events.0.eventCategory" }],
    time: { json: "events.0.eventDateUtc" },
    dedupe: assumed(
      [{ json: "events.0.resourceId" }, { json: "events.0.eventType" }, { json: "events.0.eventDateUtc" }],
      "no event id is documented; deliveries with the same resource, event type and time are treated as one",
    ),
    newId: "{uuid}",
  },
  events: [
    { type: "INVOICE", when: "An invoice is created or changes" },
    { type: "CONTACT", when: "A contact is created or changes" },
    { type: "CREDITNOTE", when: "A credit note is created or changes" },
    { type: "SUBSCRIPTION", when: "A subscription to the app is created or changes" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: "5s",
    attempts: assumed(9, "retried with decreasing frequency for 24 hours; no schedule is documented"),
    delays: assumed(
      ["1m", "5m", "15m", "30m", "1h", "3h", "6h", "12h"],
      "retried with decreasing frequency for 24 hours; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["2xx", 400, 403],
      symptom: "intent to receive fails",
      cause:
        "Xero sends requests with valid and invalid signatures, and expects 200 for the valid and 401 for the invalid ones",
      next: "return 401 with an empty body if the signature does not match",
    },
    {
      on: ["timeout"],
      cause: "no response within five seconds",
      next: "return 200 with an empty body first, then do the work",
    },
  ],
  notes: [
    "a delivery may contain several events; the intent to receive contains none",
    "responses must have no body and no cookies",
  ],
  challenges: [
    {
      name: "intent to receive",
      source: "developer.xero.com/documentation/webhooks/configuring-your-server, Intent to receive",
      request: {
        method: "POST",
        json: '{"events":[],"lastEventSequence":0,"firstEventSequence":0,"entropy":"{challenge}"}',
        signed: true,
      },
      challenge: "{base62x20}",
      answers: [{ status: [200], text: "" }],
      refuses: [401],
    },
  ],
}));
