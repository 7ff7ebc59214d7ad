import { assumed, profile } from "./profile.ts";

export const square = profile(() => ({
  id: "square",
  name: "Square",
  category: "payments",
  summary: "Payment, order, invoice and customer events from Square",
  source: {
    document: "developer.squareup.com/docs/webhooks",
    url: "https://developer.squareup.com/docs/webhooks/overview",
  },
  sources: {
    schemes: "square-nodejs-sdk, WebhooksHelper; developer.squareup.com, Verify and validate an event notification",
    events: "developer.squareup.com, Webhook events reference",
    headers: "developer.squareup.com, Subscribe to event notifications",
    delivery: "developer.squareup.com, Square Webhooks and Troubleshoot webhooks",
  },
  schemes: [
    {
      name: "hmac",
      summary: "<base64 of HMAC-SHA256 over the notification URL and the raw body>",
      header: "x-square-hmacsha256-signature",
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: [{ url: "as-sent" }, "body"],
    },
  ],
  headers: [
    ["User-Agent", "Square Connect v2"],
    ["square-environment", "Sandbox"],
    ["square-initial-delivery-timestamp", "{time}"],
  ],
  attempt: { header: "square-retry-number", first: 0, onFirst: false },
  contentType: "application/json",
  envelope: {
    id: [{ json: "event_id" }],
    type: [{ json: "type" }],
    time: { json: "created_at" },
    dedupe: [{ json: "event_id" }],
    newId: "{uuid}",
  },
  events: [
    { type: "payment.created", when: "A payment is created" },
    { type: "payment.updated", when: "A payment changes: it is approved, completed or canceled" },
    { type: "refund.created", when: "A refund is created" },
    { type: "refund.updated", when: "A refund changes" },
    { type: "order.created", when: "An order is created" },
    { type: "order.updated", when: "An order changes" },
    { type: "invoice.payment_made", when: "An invoice is paid, in full or in part" },
    { type: "customer.created", when: "A customer is created" },
    { type: "dispute.created", when: "A customer disputes a payment" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("10s", "the documentation asks for a timely 2xx; 10 seconds is commonly quoted"),
    attempts: 12,
    delays: ["1m", "2m", "4m", "8m", "16m", "32m", "1h", "2h", "4h", "8h", "8h"],
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "another subscription's signature key was used, or the URL is not exactly the registered one",
      next: "use this subscription's key, and the notification URL exactly as in the Developer Console, including https, path and trailing slash",
    },
    {
      on: ["no-response"],
      symptom: "no request seen",
      cause:
        "the seller has not granted the permission that the event needs, or the event was discarded after 24 hours of retries",
      next: "check the OAuth scopes (payment events need PAYMENTS_READ) and the webhook log",
    },
  ],
  notes: [
    "the notification URL is signed too: behind a tunnel or proxy, pass the registered URL with --url",
    "retries carry square-retry-number and square-retry-reason, which are not signed",
  ],
}));
