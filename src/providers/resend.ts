import { assumed, profile } from "./profile.ts";
import { standardWebhook } from "./signing.ts";

export const resend = profile(() => ({
  id: "resend",
  name: "Resend",
  category: "email",
  summary: "Email delivery events from Resend, delivered by Svix",
  source: { document: "resend.com/docs", url: "https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests" },
  sources: {
    schemes: "resend-node, webhooks.verify; resend.com/docs, Verify webhooks requests",
    events: "resend.com/docs, Event types",
    delivery: "resend.com/docs, Retries and replays; docs.svix.com, Retry schedule",
  },
  schemes: [standardWebhook("svix", "whsec")],
  secret: { begins: ["whsec_"] },
  // The User-Agent is Svix's and identifies nothing about Resend.
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
    { type: "email.sent", when: "The API request was accepted, and Resend will attempt delivery" },
    { type: "email.delivered", when: "The recipient's server accepted the email" },
    { type: "email.bounced", when: "The recipient's server permanently rejected the email" },
    { type: "email.complained", when: "The recipient marked the email as spam" },
    { type: "email.delivery_delayed", when: "The email could not be delivered yet" },
    { type: "email.opened", when: "The recipient opened the email" },
    { type: "email.clicked", when: "The recipient clicked a link" },
    { type: "contact.created", when: "A contact is created" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation does not say"),
    timeout: assumed("15s", "Svix's timeout"),
    attempts: 8,
    delays: ["5s", "5m", "30m", "2h", "5h", "10h", "10h"],
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401],
      symptom: "signature always failing",
      cause: "the body was parsed before it was verified",
      next: "verify the raw body: even one changed space changes the signature",
    },
  ],
  notes: ["base64-decode what follows whsec_ to get the key"],
}));
