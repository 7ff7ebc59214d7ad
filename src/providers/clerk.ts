import { assumed, profile } from "./profile.ts";
import { standardWebhook } from "./signing.ts";

export const clerk = profile(() => ({
  id: "clerk",
  name: "Clerk",
  category: "identity",
  summary: "User, session and organization events from Clerk, delivered by Svix",
  source: { document: "clerk.com/docs", url: "https://clerk.com/docs/webhooks/overview" },
  sources: {
    schemes: "@clerk/backend, verifyWebhook; clerk.com/docs, Webhooks overview",
    events: "clerk.com/docs, Webhooks overview, Payload structure",
    delivery: "docs.svix.com, Retry schedule",
  },
  schemes: [standardWebhook("svix", "whsec")],
  secret: { begins: ["whsec_"] },
  // The User-Agent is Svix's and identifies nothing about Clerk.
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ header: "svix-id" }],
    type: [{ json: "type" }],
    time: { json: "timestamp", unit: "ms" },
    dedupe: [{ header: "svix-id" }],
    newId: "msg_{base62x27}",
  },
  events: [
    { type: "user.created", when: "A user signs up or is created" },
    { type: "user.updated", when: "A user changes" },
    { type: "user.deleted", when: "A user is deleted" },
    { type: "session.created", when: "A session starts" },
    { type: "session.ended", when: "A session ends" },
    { type: "organization.created", when: "An organization is created" },
    { type: "organizationMembership.created", when: "A user joins an organization" },
    { type: "organizationInvitation.accepted", when: "An invitation is accepted" },
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
      on: [401, 404, "3xx"],
      symptom: "every delivery is redirected or rejected",
      cause: "clerkMiddleware protects the webhook route, and webhook requests have no session",
      next: "make the webhook route public",
    },
  ],
  notes: ["base64-decode what follows whsec_ to get the key"],
}));
