import { assumed, profile } from "./profile.ts";

export const sendgrid = profile(() => ({
  id: "sendgrid",
  name: "SendGrid",
  category: "email",
  summary: "E-mail delivery and engagement events from Twilio SendGrid",
  source: {
    document: "twilio.com/docs/sendgrid",
    url: "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
  },
  sources: {
    schemes: "@sendgrid/eventwebhook; twilio.com/docs/sendgrid, Event webhook security features",
    events: "twilio.com/docs/sendgrid, Event webhook reference",
    delivery: "twilio.com/docs/sendgrid, Event webhook",
  },
  schemes: [
    {
      name: "ecdsa",
      summary: "<base64 of the ECDSA signature (P-256, SHA-256) over timestamp and body>",
      header: "X-Twilio-Email-Event-Webhook-Signature",
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "ecdsa", hash: "sha256", curve: "P-256", form: "der" },
      content: ["timestamp", "body"],
      timestamp: {
        from: { header: "X-Twilio-Email-Event-Webhook-Timestamp" },
        unit: "s",
        form: "canonical",
        past: assumed("any", "the documentation asks for no window, and SendGrid's libraries check none"),
        future: assumed("any", "the documentation asks for no window, and SendGrid's libraries check none"),
      },
    },
  ],
  headers: [["User-Agent", "SendGrid Event API"]],
  contentType: "application/json",
  envelope: {
    id: [{ json: "0.sg_event_id" }],
    type: [{ json: "0.event" }],
    time: { json: "0.timestamp", unit: "s" },
    dedupe: assumed([{ json: "0.sg_event_id" }], "the first event of the batch stands for it"),
    newId: "{base62x22}",
  },
  events: [
    { type: "delivered", when: "The recipient's server has taken the e-mail" },
    { type: "bounce", when: "The recipient's server has refused the e-mail" },
    { type: "processed", when: "SendGrid has taken the e-mail" },
    { type: "deferred", when: "The e-mail could not be delivered yet" },
    { type: "dropped", when: "SendGrid does not deliver the e-mail" },
    { type: "open", when: "The recipient has opened the e-mail" },
    { type: "click", when: "The recipient has clicked a link" },
    { type: "spamreport", when: "The recipient has marked the e-mail as spam" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation does not say"),
    timeout: assumed("10s", "the documentation does not say"),
    attempts: assumed(9, "retried at growing intervals for up to 24 hours, without a list"),
    delays: assumed(
      ["1m", "5m", "15m", "30m", "1h", "3h", "6h", "12h"],
      "retried at growing intervals for up to 24 hours, without a list",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "the body was parsed and written again: SendGrid ends each event with CR LF",
      next: "verify timestamp and raw body with the public key of the settings",
    },
  ],
  notes: ["the public key of the webhook's settings verifies: sign tests with a key pair of your own"],
}));
