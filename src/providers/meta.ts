import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const meta = profile(() => ({
  id: "meta",
  aliases: ["whatsapp", "messenger", "facebook", "instagram"],
  name: "Meta",
  category: "communication",
  summary: "WhatsApp, Messenger, Instagram and Page webhooks from Meta",
  source: {
    document: "developers.facebook.com/docs/graph-api/webhooks",
    url: "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
  },
  sources: {
    schemes: "developers.facebook.com, Webhooks, Getting started, Validating payloads",
    events: "developers.facebook.com, WhatsApp Cloud API, Webhooks; Messenger Platform, Webhooks",
    delivery: "developers.facebook.com, Webhooks, Getting started, Frequency",
  },
  schemes: [bodyHmac("X-Hub-Signature-256", { prefix: "sha256=" })],
  headers: [
    ["User-Agent", "facebookexternalua"],
    ["Accept", "*/*"],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ json: "entry.0.changes.0.value.messages.0.id" }, { json: "entry.0.messaging.0.message.mid" }],
    type: [{ json: "entry.0.changes.0.field" }, { json: "object" }],
    time: { json: "entry.0.time", unit: "ms" },
    dedupe: assumed(
      [{ json: "entry.0.changes.0.value.messages.0.id" }],
      "no delivery id is documented; a delivery is identified by its first message",
    ),
    newId: "wamid.{base62x56}",
  },
  events: [
    { type: "messages", when: "A WhatsApp message arrives, or the status of a sent message changes" },
    { type: "page", when: "A Messenger conversation or the Page changes" },
    { type: "instagram", when: "An Instagram conversation changes" },
    { type: "message_template_status_update", when: "A WhatsApp template is approved or rejected" },
    { type: "account_update", when: "A WhatsApp business account changes" },
    { type: "feed", when: "A post, comment or reaction on the Page changes" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("20s", "the documentation gives no number"),
    attempts: assumed(
      9,
      "retried immediately, then with decreasing frequency over 36 hours; no schedule is documented",
    ),
    delays: assumed(
      ["1s", "1m", "10m", "30m", "1h", "4h", "10h", "20h"],
      "retried immediately, then with decreasing frequency over 36 hours; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause:
        "the body was parsed: Meta signs the raw body, in which non-ASCII characters are escaped (\\u00e9, lower-case hex)",
      next: "use the app secret (not the verify token) over the raw body",
    },
    {
      on: ["4xx"],
      symptom: "the callback URL cannot be verified",
      cause: "the endpoint did not return hub.challenge of the GET request",
      next: "check hub.verify_token, and return hub.challenge unchanged",
    },
  ],
  notes: [
    "the key is the app secret; the verify token is not used for signatures",
    "a delivery may contain several entries and several messages",
  ],
  challenges: [
    {
      name: "verification request",
      source: "developers.facebook.com/docs/graph-api/webhooks/getting-started, Validating Verification Requests",
      request: {
        method: "GET",
        query: [
          ["hub.mode", "subscribe"],
          ["hub.challenge", "{challenge}"],
          ["hub.verify_token", "{token}"],
        ],
      },
      challenge: "{number}",
      answers: [{ status: [200], text: "{challenge}" }],
      refuses: ["4xx"],
    },
  ],
}));
