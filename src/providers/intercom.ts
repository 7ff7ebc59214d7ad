import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const intercom = profile(() => ({
  id: "intercom",
  name: "Intercom",
  category: "support",
  summary: "Conversation, contact and ticket notifications from Intercom",
  source: {
    document: "developers.intercom.com",
    url: "https://developers.intercom.com/docs/references/webhooks/webhook-models",
  },
  sources: {
    schemes: "developers.intercom.com, Setting up webhooks, Signed notifications",
    events: "developers.intercom.com, Webhook topics",
    delivery: "developers.intercom.com, Webhook notifications",
  },
  schemes: [bodyHmac("X-Hub-Signature", { hash: "sha1", prefix: "sha1=" })],
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "topic" }],
    time: { json: "created_at", unit: "s" },
    dedupe: [{ json: "id" }],
    newId: "notif_{uuid}",
  },
  events: [
    { type: "conversation.user.created", when: "A user or lead starts a conversation" },
    { type: "conversation.user.replied", when: "A user or lead replies" },
    { type: "conversation.admin.replied", when: "A teammate replies" },
    { type: "conversation.admin.closed", when: "A teammate closes a conversation" },
    { type: "contact.user.created", when: "A user is created" },
    { type: "contact.lead.created", when: "A lead is created" },
    { type: "ticket.created", when: "A ticket is created" },
    { type: "ping", when: "The webhook is tested" },
  ],
  delivery: {
    httpsOnly: assumed(true, "the documentation asks for an HTTPS endpoint"),
    timeout: assumed("5s", "commonly quoted, but not documented"),
    attempts: assumed(2, "one retry is commonly quoted, but not documented"),
    delays: assumed(["1m"], "commonly quoted, but not documented"),
    retry: assumed(["no-response", "timeout", "non-2xx"], "the documentation does not list the statuses"),
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [429],
      cause: "Intercom slows down after a 429",
      next: "return 2xx first, then do the work",
    },
    {
      on: ["4xx", "5xx"],
      symptom: "no request seen",
      cause:
        "more than 1000 consecutive errors in 15 minutes pause the topic for 15 minutes; seven days of errors suspend the subscription of a private app",
      next: "fix the endpoint, then select Set live on the Webhooks page of the Developer Hub",
    },
  ],
  notes: [
    "the key is the app's client_secret",
    "Intercom signs with SHA-1 only",
    "no timestamp is signed, so a captured request stays valid forever",
  ],
}));
