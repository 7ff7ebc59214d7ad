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
    delivery: "developers.intercom.com, Setting up webhooks, Delivery and retries",
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
    timeout: "5s",
    attempts: 2,
    delays: ["1m"],
    retry: ["no-response", "timeout", "non-2xx"],
    terminal: [410],
    otherwise: "retryable",
  },
  troubleshooting: [
    { on: [410], cause: "410 Gone disables the subscription", next: "enable it again in the Developer Hub" },
    { on: [429], cause: "429 makes Intercom throttle the subscription", next: "answer 2xx first, work afterwards" },
  ],
  notes: [
    "the key is the app's client_secret",
    "SHA-1 is the only algorithm that Intercom signs with",
    "no timestamp is signed: a captured request verifies for ever",
  ],
}));
