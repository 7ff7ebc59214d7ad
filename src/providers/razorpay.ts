import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const razorpay = profile(() => ({
  id: "razorpay",
  name: "Razorpay",
  category: "payments",
  summary: "Payment, order, refund and subscription events from Razorpay",
  source: { document: "razorpay.com/docs/webhooks", url: "https://razorpay.com/docs/webhooks/validate-test/" },
  sources: {
    schemes: "razorpay-node, validateWebhookSignature; razorpay.com/docs/webhooks, Validate and test",
    events: "razorpay.com/docs/webhooks, Payloads",
    delivery: "razorpay.com/docs/webhooks, Best practices",
    troubleshooting: "razorpay.com/docs/webhooks, FAQs",
  },
  schemes: [bodyHmac("X-Razorpay-Signature")],
  headers: [
    ["User-Agent", "Razorpay-Webhook/v1"],
    ["X-Razorpay-Event-Id", "{id}"],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ header: "X-Razorpay-Event-Id" }],
    type: [{ json: "event" }],
    time: { json: "created_at", unit: "s" },
    dedupe: [{ header: "X-Razorpay-Event-Id" }],
    newId: "{base62x14}",
  },
  events: [
    { type: "payment.captured", when: "A payment is captured" },
    { type: "payment.failed", when: "A payment fails" },
    { type: "payment.authorized", when: "A payment is authorized" },
    { type: "order.paid", when: "An order is paid" },
    { type: "refund.processed", when: "A refund has been processed" },
    { type: "subscription.charged", when: "A subscription is charged" },
    { type: "subscription.cancelled", when: "A subscription is cancelled" },
    { type: "payment_link.paid", when: "A payment link is paid" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation recommends HTTPS but does not require it"),
    timeout: assumed("5s", "commonly quoted, but not documented"),
    attempts: assumed(11, "retried with exponential backoff for 24 hours; no schedule is documented"),
    delays: assumed(
      ["1m", "2m", "5m", "10m", "30m", "1h", "2h", "4h", "6h", "8h"],
      "retried with exponential backoff for 24 hours; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "the API key secret was used, or the body was re-encoded",
      next: "use the secret given at webhook setup, over the raw request body",
    },
    {
      on: [400, 401, 403],
      cause: "the webhook secret was changed, and retries of older events are signed with the old one",
      next: "accept both secrets until the retries of older events have ended",
    },
  ],
  notes: [
    "after 24 hours of failures Razorpay disables the webhook; re-enable it in the dashboard",
    "no timestamp is signed, so a captured request stays valid forever",
  ],
}));
