import { assumed, profile } from "./profile.ts";
import { token } from "./signing.ts";

export const telegram = profile(() => ({
  id: "telegram",
  name: "Telegram",
  category: "communication",
  summary: "Messages and button presses for Telegram bots",
  source: { document: "core.telegram.org/bots", url: "https://core.telegram.org/bots/api#setwebhook" },
  sources: {
    schemes: "core.telegram.org/bots/api, setWebhook, secret_token",
    events: "core.telegram.org/bots/api, Update",
    delivery: "core.telegram.org/bots/api, setWebhook",
  },
  schemes: [token("X-Telegram-Bot-Api-Secret-Token")],
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ json: "update_id" }],
    type: [],
    time: { json: "message.date", unit: "s" },
    dedupe: [{ json: "update_id" }],
    newId: "{number}",
  },
  events: [
    { type: "message", when: "A message arrives" },
    { type: "callback_query", when: "A user presses an inline button" },
    { type: "edited_message", when: "A message is edited" },
    { type: "inline_query", when: "A user types an inline query" },
    { type: "my_chat_member", when: "The bot is added to a chat, blocked or unblocked" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("60s", "the documentation does not say"),
    attempts: assumed(5, "the documentation says 'a reasonable amount of attempts'"),
    delays: assumed(["1s", "5s", "30s", "1m"], "the documentation gives no delays"),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["no-response", "non-2xx"],
      symptom: "no request seen",
      cause: "the webhook is not set, or its last delivery failed",
      next: "call getWebhookInfo and read last_error_message",
    },
  ],
  notes: [
    "the type of an update is the name of its field besides update_id (message, callback_query …)",
    "the token is sent as is: it identifies the sender but does not protect the body",
    "secret_token may be up to 256 characters long: A-Z, a-z, 0-9, _ and -",
  ],
}));
