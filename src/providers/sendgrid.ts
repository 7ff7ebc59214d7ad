import { assumed, profile } from "./profile.ts";

export const sendgrid = profile(() => ({
  id: "sendgrid",
  name: "SendGrid",
  category: "email",
  summary: "Email delivery and engagement events from Twilio SendGrid",
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
        past: assumed("any", "neither the documentation nor SendGrid's libraries check the age"),
        future: assumed("any", "neither the documentation nor SendGrid's libraries check the age"),
      },
    },
  ],
  headers: [["User-Agent", "SendGrid Event API"]],
  contentType: "application/json",
  envelope: {
    id: [{ json: "0.sg_event_id" }],
    type: [{ json: "0.event" }],
    time: { json: "0.timestamp", unit: "s" },
    dedupe: assumed([{ json: "0.sg_event_id" }], "a batch is identified by its first event"),
    newId: "{base62x22}",
  },
  events: [
    { type: "delivered", when: "The recipient's server accepted the email" },
    { type: "bounce", when: "The recipient's server rejected the email" },
    { type: "processed", when: "SendGrid accepted the email" },
    { type: "deferred", when: "The email could not be delivered yet" },
    { type: "dropped", when: "SendGrid will not deliver the email" },
    { type: "open", when: "The recipient opened the email" },
    { type: "click", when: "The recipient clicked a link" },
    { type: "spamreport", when: "The recipient marked the email as spam" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation does not say"),
    timeout: assumed("10s", "the documentation does not say"),
    attempts: assumed(9, "retried at increasing intervals for up to 24 hours; no schedule is documented"),
    delays: assumed(
      ["1m", "5m", "15m", "30m", "1h", "3h", "6h", "12h"],
      "retried at increasing intervals for up to 24 hours; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "the body was re-serialized: SendGrid ends each event with CR LF",
      next: "verify timestamp and raw body with the public key from the settings",
    },
  ],
  notes: ["requests are verified with the public key from the webhook's settings; sign tests with your own key pair"],
}));
