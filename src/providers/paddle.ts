import { assumed, profile } from "./profile.ts";

export const paddle = profile(() => ({
  id: "paddle",
  name: "Paddle",
  category: "payments",
  summary: "Transaction, subscription and customer events from Paddle Billing",
  source: { document: "developer.paddle.com", url: "https://developer.paddle.com/webhooks/signature-verification" },
  sources: {
    schemes: "paddle-node-sdk, WebhooksValidator; developer.paddle.com, Verify webhook signatures",
    events: "developer.paddle.com, Webhooks overview",
    delivery: "developer.paddle.com, Respond to webhooks",
  },
  schemes: [
    {
      name: "h1",
      summary: "ts=<seconds>;h1=<hex of HMAC-SHA256 over ts:body>",
      header: "Paddle-Signature",
      layout: { kind: "pairs", key: "h1", separator: ";" },
      encoding: "hex",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: ["timestamp", { text: ":" }, "body"],
      timestamp: {
        from: { pair: "ts" },
        unit: "s",
        form: "canonical",
        past: assumed("5s", "the default of Paddle's libraries"),
        future: assumed("any", "Paddle's Node library checks only age"),
      },
    },
  ],
  secret: { begins: ["pdl_ntfset_"] },
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ json: "event_id" }],
    type: [{ json: "event_type" }],
    time: { json: "occurred_at" },
    dedupe: [{ json: "event_id" }],
    newId: "evt_01{base36x24}",
  },
  events: [
    { type: "transaction.completed", when: "A transaction is completed" },
    { type: "transaction.paid", when: "A transaction is paid and is being processed" },
    { type: "transaction.payment_failed", when: "A payment fails" },
    { type: "subscription.created", when: "A subscription is created" },
    { type: "subscription.updated", when: "A subscription changes" },
    { type: "subscription.canceled", when: "A subscription is canceled" },
    { type: "subscription.past_due", when: "A subscription's payment is overdue" },
    { type: "customer.created", when: "A customer is created" },
    { type: "adjustment.created", when: "A refund, credit or chargeback is created" },
  ],
  delivery: {
    httpsOnly: assumed(true, "the documentation asks for an HTTPS destination"),
    timeout: "5s",
    attempts: assumed(4, "as for sandbox accounts: three retries in 15 minutes; live accounts get 60 in three days"),
    delays: assumed(["1m", "4m", "10m"], "three retries in 15 minutes; no schedule is documented"),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "the body was parsed, the API key was used, or the clock is off (Paddle's libraries allow five seconds)",
      next: "use the destination's secret key over the raw body, and synchronize the clock",
    },
  ],
  notes: [
    "the items are separated by a semicolon: ts=…;h1=…",
    "during secret rotation there may be several h1 signatures",
  ],
}));
