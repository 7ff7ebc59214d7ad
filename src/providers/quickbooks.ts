import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const quickbooks = profile(() => ({
  id: "quickbooks",
  aliases: ["intuit"],
  name: "QuickBooks",
  category: "finance",
  summary: "Changes of customers, invoices and payments in QuickBooks Online",
  source: {
    document: "developer.intuit.com",
    url: "https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks",
  },
  sources: {
    schemes: "developer.intuit.com, Webhooks, Validate the notification",
    events: "developer.intuit.com, Webhooks, CloudEvents payload",
    delivery: "developer.intuit.com, Webhooks, Best practices",
  },
  schemes: [bodyHmac("intuit-signature", { encoding: "base64" })],
  headers: [
    ["Accept", "application/json"],
    ["intuit-t-id", "{uuid}"],
    ["intuit-created-time", "{time}"],
    ["intuit-notification-schema-version", "1.0"],
  ],
  contentType: "application/json; charset=utf-8",
  envelope: {
    id: [{ json: "0.id" }],
    type: [{ json: "0.type" }],
    time: { json: "0.time" },
    dedupe: assumed([{ json: "0.id" }], "a delivery is identified by its first event"),
    newId: "{uuid}",
  },
  events: [
    { type: "qbo.customer.created.v1", when: "A customer is created" },
    { type: "qbo.customer.updated.v1", when: "A customer changes" },
    { type: "qbo.invoice.created.v1", when: "An invoice is created" },
    { type: "qbo.invoice.updated.v1", when: "An invoice changes" },
    { type: "qbo.payment.created.v1", when: "A payment is recorded" },
    { type: "qbo.bill.created.v1", when: "A bill is created" },
  ],
  samplesAssumed: "written from the documented fields of the CloudEvents format, not from a captured request",
  delivery: {
    httpsOnly: true,
    timeout: "3s",
    attempts: assumed(9, "retries continue every six hours; no end is documented"),
    delays: ["10s", "20s", "30s", "5m", "20m", "2h", "4h", "6h"],
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["timeout", "non-2xx"],
      symptom: "no request seen",
      cause: "an earlier event was not acknowledged within three seconds, and later events wait for it",
      next: "return 200 first, then do the work; fetch missed changes with ChangeDataCapture",
    },
  ],
  notes: [
    "the key is the app's verifier token",
    'older apps may still get the previous format, {"eventNotifications":[…]}; it is signed the same way',
  ],
}));
