import { assumed, profile } from "./profile.ts";
import { standardWebhook } from "./signing.ts";

export const resend = profile(() => ({
  id: "resend",
  name: "Resend",
  category: "email",
  summary: "E-mail delivery events from Resend, delivered by Svix",
  source: { document: "resend.com/docs", url: "https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests" },
  sources: {
    schemes: "resend-node, webhooks.verify; resend.com/docs, Verify webhooks requests",
    events: "resend.com/docs, Event types",
    delivery: "resend.com/docs, Retries and replays; docs.svix.com, Retry schedule",
  },
  schemes: [standardWebhook("svix", "whsec")],
  secret: { begins: ["whsec_"] },
  // Svix's User-Agent would say no more than that Svix delivers.
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ header: "svix-id" }],
    type: [{ json: "type" }],
    time: { json: "created_at" },
    dedupe: [{ header: "svix-id" }],
    newId: "msg_{base62x27}",
  },
  events: [
    { type: "email.sent", when: "The API request was accepted, and delivery will be attempted" },
    { type: "email.delivered", when: "The recipient's server has taken the e-mail" },
    { type: "email.bounced", when: "The recipient's server has refused the e-mail permanently" },
    { type: "email.complained", when: "The recipient has marked the e-mail as spam" },
    { type: "email.delivery_delayed", when: "The e-mail could not be delivered yet" },
    { type: "email.opened", when: "The recipient has opened the e-mail" },
    { type: "email.clicked", when: "The recipient has clicked a link" },
    { type: "contact.created", when: "A contact is created" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation does not say"),
    timeout: assumed("15s", "Svix's timeout"),
    attempts: 8,
    delays: assumed(["5s", "5m", "30m", "2h", "5h", "10h", "10h"], "Svix's schedule"),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401],
      symptom: "signature always failing",
      cause: "the body was parsed before it was verified",
      next: "verify the raw body: the signature changes with a single space",
    },
  ],
  notes: ["whsec_ means: base64-decode what follows"],
}));
