import { assumed, profile } from "./profile.ts";

const item = (path: string) => ({ json: `NotificationRequestItem.${path}`, absent: "empty" as const });

export const adyen = profile(() => ({
  id: "adyen",
  name: "Adyen",
  category: "payments",
  summary: "Payment, refund and dispute notifications from Adyen",
  source: {
    document: "docs.adyen.com",
    url: "https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures",
  },
  sources: {
    schemes: "docs.adyen.com, Verify HMAC signatures; adyen-node-api-library, hmacValidator",
    events: "docs.adyen.com, Webhook types; Standard notification webhooks",
    delivery: "docs.adyen.com, Troubleshoot webhooks, Retry queue; Accept webhooks",
  },
  schemes: [
    {
      name: "item",
      summary: "<base64 of HMAC-SHA256 over eight fields joined by ':'> in each item of the body",
      each: "notificationItems",
      place: { json: "NotificationRequestItem.additionalData.hmacSignature" },
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "hmac", hash: "sha256", key: "hex" },
      content: [
        {
          join: [
            item("pspReference"),
            item("originalReference"),
            item("merchantAccountCode"),
            item("merchantReference"),
            item("amount.value"),
            item("amount.currency"),
            item("eventCode"),
            item("success"),
          ],
          with: ":",
        },
      ],
    },
  ],
  headers: [["User-Agent", "Adyen HttpClient 1.0"]],
  contentType: "application/json; charset=utf-8",
  envelope: {
    id: [{ json: "notificationItems.0.NotificationRequestItem.pspReference" }],
    type: [{ json: "notificationItems.0.NotificationRequestItem.eventCode" }],
    time: { json: "notificationItems.0.NotificationRequestItem.eventDate" },
    dedupe: [
      { json: "notificationItems.0.NotificationRequestItem.pspReference" },
      { json: "notificationItems.0.NotificationRequestItem.eventCode" },
      { json: "notificationItems.0.NotificationRequestItem.success" },
    ],
    newId: "{base36x16}",
  },
  events: [
    { type: "AUTHORISATION", when: "A payment is authorised or refused" },
    { type: "CAPTURE", when: "A payment is captured" },
    { type: "REFUND", when: "A refund is processed" },
    { type: "CANCELLATION", when: "A payment is cancelled" },
    { type: "CHARGEBACK", when: "A payment is charged back" },
    { type: "REPORT_AVAILABLE", when: "A report can be downloaded" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: "10s",
    attempts: assumed(13, "after the listed retries Adyen keeps retrying for up to 30 days"),
    delays: ["9s", "9s", "9s", "2m", "5m", "10m", "15m", "30m", "1h", "2h", "4h", "8h"],
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "the HMAC key was used as text, or belongs to another webhook",
      next: "decode the hex key, and sign the eight fields of each item instead of the body",
    },
    {
      on: ["non-2xx", "timeout"],
      cause: "the webhook is in Adyen's retry queue, and later ones wait until a retry succeeds",
      next: "return a 2xx within 10 seconds, then do the work",
    },
  ],
  notes: ["the signature is in the body: each item has its own", "only the eight fields are signed"],
}));
