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
        future: assumed("any", "the documentation speaks only of age"),
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
    { type: "message.finalized", when: "A message that was sent has reached its last status" },
    { type: "message.sent", when: "A message has been handed to the carrier" },
    { type: "call.initiated", when: "A call comes in or goes out" },
    { type: "call.answered", when: "A call is answered" },
    { type: "call.hangup", when: "A call has ended" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: assumed("2s", "commonly quoted; not confirmed in the documentation"),
    attempts: assumed(3, "retried some times and then at the failover URL, without a confirmed number"),
    delays: assumed(["1s", "5s"], "no waits are documented"),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "timestamp and body were joined with a full stop: Telnyx joins them with |",
      next: "verify timestamp|body with the public key of Mission Control (base64), over the raw body",
    },
  ],
  notes: [
    "the account's public key (base64) verifies; nobody but Telnyx has the private key: sign tests with a key pair of your own",
  ],
}));
