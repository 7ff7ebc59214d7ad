import { assumed, profile } from "./profile.ts";

export const postmark = profile(() => ({
  id: "postmark",
  name: "Postmark",
  category: "email",
  summary: "E-mail delivery, bounce and open events from Postmark",
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
      "no event id is documented: the same record of the same message and recipient",
    ),
    newId: "{uuid}",
  },
  events: [
    { type: "Delivery", when: "The recipient's server has taken the e-mail" },
    { type: "Bounce", when: "The e-mail bounced" },
    { type: "Open", when: "The recipient has opened the e-mail" },
    { type: "Click", when: "The recipient has clicked a link" },
    { type: "SpamComplaint", when: "The recipient has marked the e-mail as spam" },
    { type: "SubscriptionChange", when: "An address is suppressed, or no longer" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: assumed("2m", "commonly quoted; not confirmed in the documentation"),
    attempts: assumed(4, "other webhooks than bounces and inbound mail are retried three times"),
    delays: assumed(["1m", "5m", "15m"], "bounces and inbound mail are retried more often"),
    retry: ["no-response", "timeout", "non-2xx"],
    terminal: [403],
    otherwise: "retryable",
  },
  troubleshooting: [
    { on: [403], cause: "403 stops the retries of this event", next: "answer another status while trouble may pass" },
  ],
  notes: [
    "nothing is signed: user and password stand in the webhook's URL or settings, and arrive as basic auth",
    "the secret is user:password",
  ],
}));
