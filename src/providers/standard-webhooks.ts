import { assumed, profile } from "./profile.ts";
import { standardWebhook } from "./signing.ts";

export const standardWebhooks = profile(() => ({
  id: "standard-webhooks",
  aliases: ["svix", "standardwebhooks"],
  name: "Standard Webhooks",
  category: "standards",
  summary: "The Standard Webhooks specification, and Svix's header names",
  source: {
    document: "standardwebhooks.com",
    url: "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
  },
  sources: {
    schemes: "standard-webhooks/spec; docs.svix.com, Verifying webhooks manually",
    events: "standard-webhooks/spec, Payload structure",
    envelope: "standard-webhooks/spec, Webhook metadata",
    delivery: "standard-webhooks/spec, Delivery; docs.svix.com, Retry schedule",
  },
  schemes: [
    standardWebhook("webhook", "whsec"),
    standardWebhook("webhook", "ed25519"),
    { ...standardWebhook("svix", "whsec"), name: "svix-v1" },
    { ...standardWebhook("svix", "ed25519"), name: "svix-v1a" },
  ],
  headers: [["User-Agent", "Standard-Webhooks/1.0"]],
  contentType: "application/json",
  envelope: {
    id: [{ header: "webhook-id" }, { header: "svix-id" }],
    type: [{ json: "type" }],
    time: { json: "timestamp" },
    dedupe: [{ header: "webhook-id" }],
    newId: "msg_{base62x27}",
    fields: [
      { path: "type", need: "recommended", format: "string" },
      { path: "timestamp", need: "recommended", format: "iso-time" },
      { path: "data", need: "recommended", format: "object" },
    ],
  },
  events: [
    { type: "user.created", when: "A user is created" },
    { type: "user.updated", when: "A user changes" },
    { type: "user.deleted", when: "A user is deleted" },
    { type: "invoice.paid", when: "An invoice is paid" },
    { type: "invoice.payment_failed", when: "An invoice's payment fails" },
    { type: "order.created", when: "An order is placed" },
    { type: "order.shipped", when: "An order is shipped" },
    { type: "message.attempt.exhausted", when: "Every attempt of a message has failed" },
  ],
  samplesAssumed: "the specification defines no event types; these examples use its recommended envelope",
  delivery: {
    httpsOnly: assumed(false, "the specification recommends HTTPS but does not require it"),
    timeout: assumed("15s", "the specification recommends 15 to 30 seconds"),
    attempts: assumed(8, "the specification leaves the schedule to the sender; Svix's is used"),
    delays: assumed(["5s", "5m", "30m", "2h", "5h", "10h", "10h"], "Svix's retry schedule"),
    retry: ["no-response", "timeout", "non-2xx"],
    terminal: assumed([410], "the specification recommends that senders stop after 410 Gone"),
    otherwise: "retryable",
    retryAfter: assumed(true, "the specification recommends that senders honor Retry-After on 429 and 503"),
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      cause:
        "signature verification failed: the body was parsed first, the whsec_ secret was used as text, or the clock is off by more than five minutes",
      next: "base64-decode what follows whsec_, and sign id.timestamp.body with the raw body",
    },
    {
      on: [410],
      cause: "the endpoint is gone",
      next: "remove the endpoint from the sender: senders are advised to stop after 410",
    },
    { on: [429, 503], cause: "the receiver is rate limiting", next: "send a Retry-After header with the response" },
  ],
  notes: [
    "base64-decode what follows whsec_ to get the key",
    "the id is the same on every attempt, but the timestamp is new",
  ],
}));
