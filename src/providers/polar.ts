import { assumed, profile } from "./profile.ts";
import { standardWebhook } from "./signing.ts";

export const polar = profile(() => ({
  id: "polar",
  name: "Polar",
  category: "payments",
  summary: "Order, subscription and checkout events from Polar (polar.sh)",
  source: { document: "polar.sh/docs", url: "https://polar.sh/docs/integrate/webhooks/delivery" },
  sources: {
    schemes: "@polar-sh/sdk, webhooks.ts: the secret's text is base64-encoded for the Standard Webhooks library",
    events: "@polar-sh/sdk, webhooks.ts; polar.sh/docs, Webhook events",
    delivery: "polar.sh/docs, Handle & monitor webhook deliveries",
  },
  schemes: [standardWebhook("webhook", "text")],
  headers: [["User-Agent", "polar.sh webhooks"]],
  contentType: "application/json",
  envelope: {
    id: [{ header: "webhook-id" }],
    type: [{ json: "type" }],
    time: { json: "timestamp" },
    dedupe: [{ header: "webhook-id" }],
    newId: "{uuid}",
  },
  events: [
    { type: "order.paid", when: "An order has been paid" },
    { type: "order.created", when: "An order is created, by a purchase or a renewal" },
    { type: "order.refunded", when: "An order is refunded, in full or in part" },
    { type: "subscription.created", when: "A subscription is created" },
    { type: "subscription.active", when: "A subscription becomes active" },
    { type: "subscription.canceled", when: "A customer cancels; access may last until the period ends" },
    { type: "subscription.revoked", when: "A subscription has ended and its benefits are revoked" },
    { type: "checkout.created", when: "A checkout is created" },
    { type: "checkout.updated", when: "A checkout changes" },
    { type: "customer.created", when: "A customer is created" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation does not say"),
    timeout: "10s",
    attempts: 11,
    delays: assumed(
      ["5s", "15s", "45s", "2m", "6m", "20m", "1h", "3h", "6h", "12h"],
      "exponential backoff; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "Standard Webhooks libraries base64-decode the secret, but Polar signs with its text",
      next: "base64-encode the secret before you pass it to the library, or use validateEvent from @polar-sh/sdk",
    },
    {
      on: ["3xx"],
      cause: "the endpoint redirects, and Polar treats a redirect as a failure",
      next: "register the final URL",
    },
  ],
  notes: [
    "Polar disables an endpoint after 10 consecutive failed deliveries",
    "the key is the text of the secret: unlike other Standard Webhooks senders, Polar does not decode it",
  ],
}));
