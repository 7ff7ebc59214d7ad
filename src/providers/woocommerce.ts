import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const woocommerce = profile(() => ({
  id: "woocommerce",
  name: "WooCommerce",
  category: "commerce",
  summary: "Order, product, customer and coupon events from WooCommerce shops",
  source: { document: "woocommerce.com", url: "https://woocommerce.com/document/webhooks/" },
  sources: {
    schemes: "woocommerce, class-wc-webhook.php, generate_signature",
    events: "woocommerce.com, Using webhooks, Topics",
    headers: "woocommerce, class-wc-webhook.php, deliver",
    delivery: "woocommerce, class-wc-webhook.php, deliver and failed_delivery",
  },
  schemes: [bodyHmac("X-WC-Webhook-Signature", { encoding: "base64" })],
  headers: [
    ["User-Agent", "WooCommerce/10.3.0 Hookshot (WordPress/6.8)"],
    ["X-WC-Webhook-Source", "https://shop.example.com/"],
    ["X-WC-Webhook-Topic", "{type}"],
    ["X-WC-Webhook-ID", "7"],
    ["X-WC-Webhook-Delivery-ID", "{id}"],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ header: "X-WC-Webhook-Delivery-ID" }],
    type: [{ header: "X-WC-Webhook-Topic" }],
    dedupe: [{ header: "X-WC-Webhook-Delivery-ID" }],
    newId: "{hex32}",
  },
  events: [
    { type: "order.created", when: "An order is placed" },
    { type: "order.updated", when: "An order changes, including its status" },
    { type: "order.deleted", when: "An order is deleted" },
    { type: "product.created", when: "A product is created" },
    { type: "product.updated", when: "A product changes" },
    { type: "customer.created", when: "A customer is created" },
    { type: "customer.updated", when: "A customer changes" },
    { type: "coupon.created", when: "A coupon is created" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: "1m",
    attempts: 1,
    delays: [],
    retry: assumed([], "the shop does not retry a failed delivery"),
    otherwise: "terminal",
  },
  troubleshooting: [
    {
      on: ["non-2xx", "no-response", "timeout"],
      symptom: "no request seen",
      cause: "WooCommerce disabled the webhook after more than five failures in a row",
      next: "set it to Active again under WooCommerce, Settings, Advanced, Webhooks",
    },
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "the request is the unsigned ping (a form with webhook_id), or the body was parsed",
      next: "accept the unsigned ping, and verify everything else over the raw body",
    },
  ],
  notes: [
    "saving a webhook sends an unsigned ping with the form body webhook_id=…",
    "X-WC-Webhook-Resource and X-WC-Webhook-Event carry the two halves of the topic",
    "no timestamp is signed, so a captured request stays valid forever",
  ],
}));
