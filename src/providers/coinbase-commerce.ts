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
    { type: "charge:pending", when: "A payment is detected but not yet confirmed" },
    { type: "charge:confirmed", when: "A charge is paid and confirmed" },
    { type: "charge:failed", when: "A charge was not paid in time" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("30s", "the documentation does not say"),
    attempts: assumed(
      10,
      "retried with exponential backoff for up to three days, at most an hour apart; no schedule is documented",
    ),
    delays: assumed(
      ["1m", "2m", "4m", "8m", "16m", "32m", "1h", "1h", "1h"],
      "exponential backoff, at most an hour apart; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "the API key was used, or the body was re-serialized",
      next: "use the webhook shared secret from the settings, over the raw body",
    },
  ],
  notes: [
    "the event is nested in the body (event.id, event.type); the outer id is the delivery's",
    "no timestamp is signed, so a captured request stays valid forever",
  ],
}));
