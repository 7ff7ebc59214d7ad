import { assumed, profile } from "./profile.ts";

export const paypal = profile(() => ({
  id: "paypal",
  name: "PayPal",
  category: "payments",
  summary: "Checkout, payment and subscription events from PayPal",
  source: { document: "developer.paypal.com", url: "https://developer.paypal.com/api/rest/webhooks/rest/" },
  sources: {
    schemes: "developer.paypal.com, Integrate webhooks, Self verification method",
    events: "developer.paypal.com, Webhook event names",
    delivery: "developer.paypal.com, Integrate webhooks",
  },
  schemes: [
    {
      name: "rsa",
      summary: "<base64 of the RSA signature over id|time|webhook id|CRC-32 of the body>",
      header: "PAYPAL-TRANSMISSION-SIG",
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "rsa", hash: "sha256", padding: "pkcs1" },
      content: ["id", { text: "|" }, "timestamp", { text: "|" }, "secret", { text: "|" }, { crc32: "body" }],
      id: { header: "PAYPAL-TRANSMISSION-ID" },
      timestamp: {
        from: { header: "PAYPAL-TRANSMISSION-TIME" },
        unit: "iso",
        form: "canonical",
        past: assumed("any", "the documentation does not ask for an age check"),
        future: assumed("any", "the documentation does not ask for an age check"),
      },
      keys: {
        in: { header: "PAYPAL-CERT-URL" },
        hosts: ["api.paypal.com", "api.sandbox.paypal.com"],
        path: { begins: "/v1/notifications/certs/" },
      },
    },
  ],
  headers: [
    ["User-Agent", "PayPal/AUHD-1.0-1"],
    ["PAYPAL-AUTH-ALGO", "SHA256withRSA"],
    ["PAYPAL-CERT-URL", "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-ab66f33d"],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "event_type" }],
    time: { json: "create_time" },
    dedupe: [{ json: "id" }],
    newId: "WH-{base36x17}-{base36x17}",
  },
  events: [
    { type: "PAYMENT.CAPTURE.COMPLETED", when: "A payment is captured" },
    { type: "PAYMENT.CAPTURE.DENIED", when: "A capture is denied" },
    { type: "PAYMENT.CAPTURE.REFUNDED", when: "A captured payment is refunded" },
    { type: "CHECKOUT.ORDER.APPROVED", when: "A buyer approves an order" },
    { type: "BILLING.SUBSCRIPTION.ACTIVATED", when: "A subscription becomes active" },
    { type: "BILLING.SUBSCRIPTION.CANCELLED", when: "A subscription is cancelled" },
    { type: "CUSTOMER.DISPUTE.CREATED", when: "A buyer opens a dispute" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("30s", "the documentation does not say"),
    attempts: assumed(10, "up to 25 attempts in three days; no schedule is documented"),
    delays: assumed(
      ["1m", "5m", "15m", "1h", "3h", "6h", "12h", "24h", "24h"],
      "up to 25 attempts in three days; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "the id of another webhook was used, or the body was re-serialized",
      next: "use the webhook id from the app's settings, and the CRC-32 of the raw body as a decimal number",
    },
  ],
  notes: [
    "the webhook id takes the place of the secret; the public key is in the certificate at PAYPAL-CERT-URL",
    "events from the webhooks simulator cannot be verified",
  ],
}));
