import { assumed, profile } from "./profile.ts";

export const postmark = profile(() => ({
  id: "postmark",
  name: "Postmark",
  category: "email",
  summary: "Email delivery, bounce and open events from Postmark",
  source: {
    document: "postmarkapp.com/developer",
    url: "https://postmarkapp.com/developer/webhooks/webhooks-overview",
  },
  sources: {
    schemes: "postmarkapp.com/developer, Webhooks overview, Protecting your webhook",
    events: "postmarkapp.com/developer, Delivery, Bounce, Open and Click webhook",
    delivery: "postmarkapp.com/developer, Webhooks overview, Retries",
  },
  schemes: [
    {
      name: "basic",
      summary: "Basic <base64 of user:password>",
      header: "Authorization",
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "basic" },
      content: [],
    },
  ],
  headers: [["User-Agent", "Postmark"]],
  contentType: "application/json",
  envelope: {
    id: [],
    type: [{ json: "RecordType" }],
    dedupe: assumed(
      [{ json: "RecordType" }, { json: "MessageID" }, { json: "Recipient" }],
      "no event id is documented; deliveries with the same record type, message and recipient are treated as one",
    ),
    newId: "{uuid}",
  },
  events: [
    { type: "Delivery", when: "The recipient's server accepted the email" },
    { type: "Bounce", when: "The email bounced" },
    { type: "Open", when: "The recipient opened the email" },
    { type: "Click", when: "The recipient clicked a link" },
    { type: "SpamComplaint", when: "The recipient marked the email as spam" },
    { type: "SubscriptionChange", when: "An address is suppressed or unsuppressed" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: assumed("2m", "commonly quoted, but not documented"),
    attempts: assumed(
      4,
      "three retries are commonly quoted for webhooks other than bounce and inbound; inbound gets ten",
    ),
    delays: assumed(["1m", "5m", "15m"], "inbound webhooks have a longer documented schedule"),
    retry: ["no-response", "timeout", "non-2xx"],
    terminal: [403],
    otherwise: "retryable",
  },
  troubleshooting: [
    { on: [403], cause: "Postmark stops retrying after a 403", next: "return another status for temporary problems" },
  ],
  notes: [
    "requests are not signed: the user and password from the webhook's URL or settings arrive as basic auth",
    "the secret is the text user:password",
  ],
}));
