import { assumed, profile } from "./profile.ts";

export const telnyx = profile(() => ({
  id: "telnyx",
  name: "Telnyx",
  category: "communication",
  summary: "Message and call events from Telnyx",
  source: {
    document: "developers.telnyx.com",
    url: "https://developers.telnyx.com/development/api-fundamentals/webhooks/receiving-webhooks",
  },
  sources: {
    schemes: "telnyx-node, webhooks; developers.telnyx.com, Receiving webhooks, Webhook signing",
    events: "developers.telnyx.com, Receiving webhooks for messaging; Voice API webhooks",
    delivery: "developers.telnyx.com, Receiving webhooks",
  },
  schemes: [
    {
      name: "ed25519",
      summary: "<base64 of the ed25519 signature over timestamp|body>",
      header: "telnyx-signature-ed25519",
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "ed25519" },
      content: ["timestamp", { text: "|" }, "body"],
      timestamp: {
        from: { header: "telnyx-timestamp" },
        unit: "s",
        form: "canonical",
        past: assumed("5m", "the default of Telnyx's libraries"),
        future: assumed("any", "the documentation limits only how old the timestamp may be"),
      },
    },
  ],
  headers: [["User-Agent", "telnyx-webhooks"]],
  contentType: "application/json",
  envelope: {
    id: [{ json: "data.id" }],
    type: [{ json: "data.event_type" }],
    time: { json: "data.occurred_at" },
    dedupe: [{ json: "data.id" }],
    newId: "{uuid}",
  },
  events: [
    { type: "message.received", when: "A message arrives" },
    { type: "message.finalized", when: "A sent message has reached its final status" },
    { type: "message.sent", when: "A message has been handed to the carrier" },
    { type: "call.initiated", when: "An incoming or outgoing call starts" },
    { type: "call.answered", when: "A call is answered" },
    { type: "call.hangup", when: "A call has ended" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: assumed("2s", "commonly quoted, but not documented"),
    attempts: assumed(3, "the documentation mentions retries and a failover URL but gives no number"),
    delays: assumed(["1s", "5s"], "the documentation gives no delays"),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "timestamp and body were joined with a period, but Telnyx joins them with |",
      next: "verify timestamp|body over the raw body, with the public key from Mission Control (base64)",
    },
  ],
  notes: [
    "requests are verified with the account's public key (base64); only Telnyx has the private key, so sign tests with your own key pair",
  ],
}));
