import { assumed, profile } from "./profile.ts";
import { timestampedPairs } from "./signing.ts";

export const stripe = profile(() => ({
  id: "stripe",
  name: "Stripe",
  category: "payments",
  summary: "Payment, subscription and invoice events from Stripe",
  source: { document: "docs.stripe.com/webhooks", url: "https://docs.stripe.com/webhooks" },
  sources: {
    schemes: "docs.stripe.com/webhooks/signature; stripe-node, stripe-go, stripe-php sources",
    events: "docs.stripe.com/api/events/types",
    delivery: "docs.stripe.com/webhooks, Retry behaviour",
  },
  schemes: [
    timestampedPairs("Stripe-Signature", "s", {
      past: "5m",
      future: assumed("any", "Stripe's Node and Go libraries check only age; PHP and .NET refuse the future too"),
    }),
  ],
  secret: { begins: ["whsec_"] },
  headers: [
    ["User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"],
    ["Accept", "*/*; q=0.5, application/xml"],
  ],
  contentType: "application/json; charset=utf-8",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "type" }],
    time: { json: "created", unit: "s" },
    dedupe: [{ json: "id" }],
    newId: "evt_{base62x24}",
  },
  events: [
    { type: "payment_intent.succeeded", when: "A PaymentIntent has completed payment" },
    { type: "payment_intent.payment_failed", when: "A PaymentIntent has failed" },
    { type: "charge.succeeded", when: "A charge is successful" },
    { type: "charge.refunded", when: "A charge is refunded, partially too" },
    { type: "charge.dispute.created", when: "A customer disputes a charge" },
    { type: "checkout.session.completed", when: "A Checkout Session is completed" },
    { type: "customer.created", when: "A customer is created" },
    { type: "customer.subscription.created", when: "A customer is signed up for a plan" },
    { type: "customer.subscription.updated", when: "A subscription changes" },
    { type: "customer.subscription.deleted", when: "A subscription ends" },
    { type: "invoice.paid", when: "An invoice is paid" },
    { type: "invoice.payment_failed", when: "An invoice's payment fails" },
  ],
  delivery: {
    httpsOnly: assumed(false, "live mode demands HTTPS, test mode does not"),
    timeout: assumed("20s", "Stripe asks for a 2xx 'quickly' and states no number"),
    attempts: assumed(8, "live mode retries for up to three days with exponential backoff, without a list"),
    delays: assumed(
      ["5m", "30m", "2h", "5h", "10h", "12h", "12h"],
      "live mode retries for up to three days, without a list",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      cause: "signature verification failed: another endpoint's secret, or a parsed body",
      next: "use the whole whsec_ secret of this endpoint and the raw body (express.raw, not express.json)",
    },
    {
      on: ["3xx"],
      cause: "the endpoint redirects",
      next: "register the final URL: Stripe counts a redirect as a failure",
    },
    { on: ["timeout"], cause: "the endpoint works before it answers", next: "answer 2xx first, work afterwards" },
  ],
  notes: [
    "the key is the whole whsec_ text; decoding it is wrong",
    "every retry carries a new timestamp and signature",
    "v0 is a fake for test-mode events and is ignored",
  ],
}));
