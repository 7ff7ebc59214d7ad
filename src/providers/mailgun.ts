import { assumed, profile } from "./profile.ts";

export const mailgun = profile(() => ({
  id: "mailgun",
  name: "Mailgun",
  category: "email",
  summary: "Email delivery, open and failure events from Mailgun",
  source: {
    document: "documentation.mailgun.com",
    url: "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
  },
  sources: {
    schemes: "documentation.mailgun.com, Securing webhooks",
    events: "documentation.mailgun.com, Webhook payloads",
    delivery: "documentation.mailgun.com, Webhooks, Automatic retries",
  },
  schemes: [
    {
      name: "signature",
      summary: "<hex of HMAC-SHA256 over timestamp and token> in the body's signature.signature",
      place: { json: "signature.signature" },
      layout: { kind: "single" },
      encoding: "hex",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: ["timestamp", { json: "signature.token" }],
      timestamp: {
        from: { json: "signature.timestamp" },
        unit: "s",
        form: "canonical",
        past: assumed("any", "the documentation recommends checking the timestamp but gives no number"),
        future: assumed("any", "the documentation recommends checking the timestamp but gives no number"),
      },
    },
  ],
  headers: [["User-Agent", "Go-http-client/2.0"]],
  contentType: "application/json",
  envelope: {
    id: [{ json: "event-data.id" }],
    type: [{ json: "event-data.event" }],
    time: { json: "event-data.timestamp", unit: "s" },
    dedupe: [{ json: "event-data.id" }],
    newId: "{base62x22}",
  },
  events: [
    { type: "delivered", when: "The recipient's server accepted the email" },
    {
      type: "failed",
      when: "The email could not be delivered; severity says whether the failure is temporary or permanent",
    },
    { type: "accepted", when: "Mailgun accepted the email" },
    { type: "opened", when: "The recipient opened the email" },
    { type: "clicked", when: "The recipient clicked a link" },
    { type: "complained", when: "The recipient marked the email as spam" },
    { type: "unsubscribed", when: "The recipient unsubscribed" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: assumed("30s", "the documentation does not say"),
    attempts: 7,
    delays: ["5m", "10m", "15m", "1h", "2h", "4h"],
    retry: ["no-response", "timeout", "non-2xx"],
    terminal: [406],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [406],
      cause: "406 (Not Acceptable) tells Mailgun not to retry",
      next: "return 406 only for events you do not want",
    },
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "the API key was used instead of the HTTP webhook signing key",
      next: "use the webhook signing key over timestamp and token, with nothing between them",
    },
  ],
  notes: [
    "only 200 counts as success for Mailgun, and delivered events are not retried",
    "the signature covers only timestamp and token, not the event: remember used tokens to reject replays",
  ],
}));
