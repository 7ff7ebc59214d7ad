import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const lemonsqueezy = profile(() => ({
  id: "lemonsqueezy",
  aliases: ["lemon-squeezy"],
  name: "Lemon Squeezy",
  category: "payments",
  summary: "Order, subscription and license key events from Lemon Squeezy",
  source: { document: "docs.lemonsqueezy.com", url: "https://docs.lemonsqueezy.com/help/webhooks/signing-requests" },
  sources: {
    schemes: "docs.lemonsqueezy.com, Signing requests",
    events: "docs.lemonsqueezy.com, Event types",
    delivery: "docs.lemonsqueezy.com, Webhook requests",
  },
  schemes: [bodyHmac("X-Signature")],
  headers: [
    ["User-Agent", "LemonSqueezy-Hookshot"],
    ["X-Event-Name", "{type}"],
  ],
  contentType: "application/json",
  envelope: {
    id: [],
    type: [{ header: "X-Event-Name" }, { json: "meta.event_name" }],
    time: { json: "data.attributes.updated_at" },
    dedupe: assumed(
      [{ json: "meta.event_name" }, { json: "data.id" }, { json: "data.attributes.updated_at" }],
      "no event id is documented; deliveries with the same event, object and time are treated as one",
    ),
    newId: "{uuid}",
  },
  events: [
    { type: "order_created", when: "An order is placed" },
    { type: "order_refunded", when: "An order is refunded, in full or in part" },
    { type: "subscription_created", when: "A customer subscribes" },
    { type: "subscription_updated", when: "A subscription changes; also sent with every other subscription event" },
    { type: "subscription_cancelled", when: "A subscription is cancelled and ends after the paid period" },
    { type: "subscription_expired", when: "A subscription has ended" },
    { type: "subscription_payment_success", when: "A subscription's payment succeeds" },
    { type: "subscription_payment_failed", when: "A subscription's payment fails" },
    { type: "license_key_created", when: "A license key is created for an order" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation does not say"),
    timeout: assumed("30s", "the documentation does not say"),
    attempts: 4,
    delays: ["5s", "25s", "125s"],
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "the API key was used, or the body was re-serialized",
      next: "use this webhook's signing secret over the raw body, in which slashes and letters such as é are escaped",
    },
  ],
  notes: [
    "the signing secret is the one you entered when you created the webhook (6 to 40 characters)",
    "no timestamp is signed, so a captured request stays valid forever",
  ],
}));
