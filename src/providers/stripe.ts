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
    delivery: "docs.stripe.com/webhooks, Retry behavior",
  },
  schemes: [
    timestampedPairs("Stripe-Signature", "s", {
      past: "5m",
      future: assumed(
        "any",
        "Stripe's Node and Go libraries check only the age; PHP and .NET also reject timestamps in the future",
      ),
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
    { type: "charge.refunded", when: "A charge is refunded, in full or in part" },
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
    httpsOnly: assumed(false, "live mode requires HTTPS, test mode does not"),
    timeout: assumed("20s", "the documentation asks for a quick 2xx and gives no number"),
    attempts: assumed(
      8,
      "in live mode Stripe retries for up to three days with exponential backoff; no schedule is documented",
    ),
    delays: assumed(
      ["5m", "30m", "2h", "5h", "10h", "12h", "12h"],
      "in live mode Stripe retries for up to three days; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      cause: "signature verification failed: another endpoint's secret was used, or the body was parsed",
      next: "use the whole whsec_ secret of this endpoint and the raw body (express.raw, not express.json)",
    },
    {
      on: ["3xx"],
      cause: "the endpoint redirects",
      next: "register the final URL: Stripe treats a redirect as a failure",
    },
    {
      on: ["timeout"],
      cause: "the endpoint does its work before it responds",
      next: "return 2xx first, then do the work",
    },
  ],
  notes: [
    "the key is the whole secret as text, including whsec_: do not decode it",
    "every retry has a new timestamp and signature",
    "v0 is a fake signature on test-mode events: ignore it",
  ],
}));
