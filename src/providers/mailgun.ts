import { assumed, profile } from "./profile.ts";

export const mailgun = profile(() => ({
  id: "mailgun",
  name: "Mailgun",
  category: "email",
  summary: "E-mail delivery, open and failure events from Mailgun",
  source: {
    document: "documentation.mailgun.com",
    url: "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
  },
  sources: {
    schemes: "documentation.mailgun.com, Securing webhooks",
    events: "documentation.mailgun.com, Webhook payloads",
    delivery: "documentation.mailgun.com, Webhooks",
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
        past: assumed("any", "checking the timestamp is recommended, without a number"),
        future: assumed("any", "checking the timestamp is recommended, without a number"),
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
    { type: "delivered", when: "The recipient's server has taken the e-mail" },
    { type: "failed", when: "The e-mail could not be delivered; severity says whether for now or for good" },
    { type: "accepted", when: "Mailgun has taken the e-mail" },
    { type: "opened", when: "The recipient has opened the e-mail" },
    { type: "clicked", when: "The recipient has clicked a link" },
    { type: "complained", when: "The recipient has marked the e-mail as spam" },
    { type: "unsubscribed", when: "The recipient has unsubscribed" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: assumed("30s", "the documentation does not say"),
    attempts: 8,
    delays: assumed(
      ["5m", "10m", "15m", "30m", "1h", "2h", "4h"],
      "retried over eight hours; the list is quoted from the documentation and was not confirmed",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    terminal: [406],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [406],
      cause: "406 (Not Acceptable) tells Mailgun to give up",
      next: "answer it only for what is not wanted",
    },
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "the API key was used instead of the HTTP webhook signing key",
      next: "use the webhook signing key over timestamp and token, without anything between them",
    },
  ],
  notes: ["the signature covers timestamp and token and nothing of the event: keep used tokens to refuse replays"],
}));
