import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const shopify = profile(() => ({
  id: "shopify",
  name: "Shopify",
  category: "commerce",
  summary: "Shop, order and product webhooks from Shopify",
  source: { document: "shopify.dev", url: "https://shopify.dev/docs/apps/build/webhooks/subscribe/https" },
  sources: {
    schemes: "shopify.dev, Deliver webhooks through HTTPS; @shopify/shopify-api",
    events: "shopify.dev, Webhook topics",
    delivery: "shopify.dev, Troubleshoot webhooks",
  },
  schemes: [
    bodyHmac("X-Shopify-Hmac-Sha256", { encoding: "base64" }),
    bodyHmac("Shopify-Hmac-Sha256", { name: "events", encoding: "base64" }),
  ],
  headers: [
    ["User-Agent", "Shopify-Captain-Hook"],
    ["X-Shopify-Topic", "{type}"],
    ["X-Shopify-Shop-Domain", "hookproof-test.myshopify.com"],
    ["X-Shopify-API-Version", "2026-10"],
    ["X-Shopify-Webhook-Id", "{id}"],
    ["X-Shopify-Event-Id", "{uuid}"],
    ["X-Shopify-Triggered-At", "{time}"],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ header: "X-Shopify-Webhook-Id" }],
    type: [{ header: "X-Shopify-Topic" }],
    time: { header: "X-Shopify-Triggered-At" },
    dedupe: [{ header: "X-Shopify-Webhook-Id" }],
    newId: "{uuid}",
  },
  events: [
    { type: "orders/create", when: "An order is created" },
    { type: "orders/paid", when: "An order is paid" },
    { type: "orders/fulfilled", when: "An order is fulfilled" },
    { type: "orders/cancelled", when: "An order is cancelled" },
    { type: "products/update", when: "A product changes" },
    { type: "customers/create", when: "A customer is created" },
    { type: "carts/update", when: "A cart changes" },
    { type: "app/uninstalled", when: "The app is uninstalled from a shop" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: "5s",
    attempts: 9,
    delays: assumed(
      ["1m", "5m", "10m", "20m", "30m", "45m", "1h", "1h"],
      "eight retries over four hours; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [401, 403],
      cause: "HMAC mismatch: the body was parsed, or another app's secret was used",
      next: "compute the HMAC of the raw body with the app's client secret; after a rotation, it can take up to an hour until Shopify signs with the new one",
    },
    { on: ["timeout"], cause: "no response within five seconds", next: "return 200 immediately and queue the work" },
    {
      on: ["3xx"],
      cause: "the endpoint redirects",
      next: "register the final URL: Shopify treats a redirect as a failure",
    },
  ],
  notes: ["no timestamp is signed, so a captured request stays valid forever"],
}));
