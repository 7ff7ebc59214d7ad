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
      "no event id is documented: the same kind of event of the same resource at the same time",
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
    attempts: assumed(9, "retried less and less often for 24 hours, without a list"),
    delays: assumed(
      ["1m", "5m", "15m", "30m", "1h", "3h", "6h", "12h"],
      "retried less and less often for 24 hours, without a list",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["2xx", 400, 403],
      symptom: "intent to receive fails",
      cause: "Xero sends right and wrong signatures, and wants 200 for the right and 401 for the wrong ones",
      next: "answer 401 with an empty body wherever the signature does not match",
    },
    {
      on: ["timeout"],
      cause: "no response within five seconds",
      next: "answer 200 with an empty body first, work afterwards",
    },
  ],
  notes: [
    "one delivery may hold several events; the intent to receive holds none",
    "responses are to have no body and no cookies",
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
