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
    "nothing is signed: the header and its value are chosen when the webhook is created",
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
    delays: assumed(
      ["1m", "3m", "3m", "5m", "10m", "15m", "30m", "1h", "2h", "6h", "14h", "24h"],
      "the list is quoted from the documentation and was not confirmed",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["non-2xx", "timeout"],
      symptom: "no request seen",
      cause: "after the last retry the webhook is deactivated, and the domain may be blocked for some minutes before",
      next: "set is_active of the webhook to true",
    },
  ],
  notes: [
    "the header's name is yours to choose: with another one, copy this profile and change it",
    "the body holds ids only: fetch the order or product from the API",
  ],
}));
