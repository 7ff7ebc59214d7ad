import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const coinbaseCommerce = profile(() => ({
  id: "coinbase-commerce",
  aliases: ["coinbase"],
  name: "Coinbase Commerce",
  category: "payments",
  summary: "Charge events from Coinbase Commerce",
  source: {
    document: "docs.cdp.coinbase.com/commerce",
    url: "https://docs.cdp.coinbase.com/commerce/api-architecture/webhooks-security",
  },
  sources: {
    schemes: "coinbase-commerce-node, Webhook.js; docs.cdp.coinbase.com/commerce, Webhooks security",
    events: "docs.cdp.coinbase.com/commerce, Webhooks events",
    headers: "docs.cdp.coinbase.com/commerce, Webhooks security, the example request",
    delivery: "docs.cdp.coinbase.com/commerce, Webhooks overview",
  },
  schemes: [bodyHmac("X-CC-Webhook-Signature")],
  headers: [["User-Agent", "weipay-webhooks"]],
  contentType: "application/json",
  envelope: {
    id: [{ json: "event.id" }],
    type: [{ json: "event.type" }],
    time: { json: "event.created_at" },
    dedupe: [{ json: "event.id" }],
    newId: "{uuid}",
  },
  events: [
    { type: "charge:created", when: "A charge is created" },
    { type: "charge:pending", when: "A payment is seen and not yet confirmed" },
    { type: "charge:confirmed", when: "A charge is paid and confirmed" },
    { type: "charge:failed", when: "A charge was not paid in time" },
  ],
  delivery: {
    httpsOnly: assumed(true, "the documentation asks for an HTTPS endpoint"),
    timeout: assumed("30s", "the documentation does not say"),
    attempts: assumed(10, "retried with exponential backoff for up to three days, without a list"),
    delays: assumed(
      ["1m", "5m", "15m", "1h", "3h", "6h", "12h", "24h", "24h"],
      "retried with exponential backoff for up to three days, without a list",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "the API key was used, or the body was parsed and written again",
      next: "use the webhook shared secret of the notification settings, over the raw body",
    },
  ],
  notes: [
    "the event is nested: event.id and event.type; the outer id is that of the delivery",
    "no timestamp is signed: a captured request verifies for ever",
  ],
}));
