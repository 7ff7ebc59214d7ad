import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const line = profile(() => ({
  id: "line",
  name: "LINE",
  category: "communication",
  summary: "Message, follow and postback events from the LINE Messaging API",
  source: {
    document: "developers.line.biz",
    url: "https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/",
  },
  sources: {
    schemes: "@line/bot-sdk, validateSignature; developers.line.biz, Verify webhook signature",
    events: "developers.line.biz, Messaging API reference, Webhook event objects",
    delivery:
      "developers.line.biz, Receive messages, Redelivering a webhook that failed to be received; Check webhook error causes and statistics",
  },
  schemes: [bodyHmac("x-line-signature", { encoding: "base64" })],
  headers: [["User-Agent", "LineBotWebhook/2.0"]],
  contentType: "application/json; charset=utf-8",
  envelope: {
    id: [{ json: "events.0.webhookEventId" }],
    type: [{ json: "events.0.type" }],
    time: { json: "events.0.timestamp", unit: "ms" },
    dedupe: [{ json: "events.0.webhookEventId" }],
    newId: "01{base36x24}",
  },
  events: [
    { type: "message", when: "A user sends a message" },
    { type: "follow", when: "A user adds the account as a friend, or unblocks it" },
    { type: "unfollow", when: "A user blocks the account" },
    { type: "postback", when: "A user triggers a postback action" },
    { type: "join", when: "The account joins a group or room" },
    { type: "memberJoined", when: "A user joins a group that the account is in" },
    { type: "unsend", when: "A user unsends a message" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: "2s",
    attempts: assumed(4, "redelivery is off by default; the number of attempts and the intervals are not disclosed"),
    delays: assumed(
      ["1m", "5m", "15m"],
      "redelivery is off by default; the number of attempts and the intervals are not disclosed",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "another channel's secret was used, or the body was re-serialized",
      next: "use the channel secret (not the access token) over the raw body",
    },
  ],
  notes: [
    "the key is the channel secret",
    'the console\'s Verify button sends a body without events: {"destination":…,"events":[]}',
    "deliveryContext.isRedelivery in the body marks redeliveries",
  ],
}));
