import { assumed, profile } from "./profile.ts";
import { token } from "./signing.ts";

export const bigcommerce = profile(() => ({
  id: "bigcommerce",
  name: "BigCommerce",
  category: "commerce",
  summary: "Order, product, cart and customer events from BigCommerce stores",
  source: {
    document: "developer.bigcommerce.com",
    url: "https://developer.bigcommerce.com/docs/integrations/webhooks",
  },
  sources: {
    schemes: "developer.bigcommerce.com, Webhooks overview, Security: custom headers",
    events: "developer.bigcommerce.com, Webhook events",
    delivery: "developer.bigcommerce.com, Webhooks overview, Callback retry mechanism",
  },
  schemes: assumed(
    [token("X-Webhook-Token")],
    "requests are not signed; you choose a header and its value when you create the webhook",
  ),
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ json: "hash" }],
    type: [{ json: "scope" }],
    time: { json: "created_at", unit: "s" },
    dedupe: [{ json: "hash" }],
    newId: "{hex40}",
  },
  events: [
    { type: "store/order/created", when: "An order is placed" },
    { type: "store/order/statusUpdated", when: "An order's status changes" },
    { type: "store/product/updated", when: "A product changes" },
    { type: "store/product/inventory/updated", when: "A product's stock changes" },
    { type: "store/customer/created", when: "A customer is created" },
    { type: "store/cart/abandoned", when: "A cart is abandoned" },
    { type: "store/app/uninstalled", when: "The app is uninstalled" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("10s", "the documentation does not say"),
    attempts: 13,
    delays: ["1m", "3m", "3m", "5m", "10m", "15m", "30m", "1h", "2h", "6h", "14h", "24h"],
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["non-2xx", "timeout"],
      symptom: "no request seen",
      cause:
        "after a failure BigCommerce blocks deliveries to the whole domain for a while, and after the last retry it deactivates the webhook",
      next: "fix the endpoint, then set the webhook's is_active to true",
    },
  ],
  notes: [
    "you choose the header name: if yours differs, copy this profile and change it",
    "the body contains only ids: fetch the order or product from the API",
  ],
}));
