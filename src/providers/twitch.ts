import { assumed, profile } from "./profile.ts";

export const twitch = profile(() => ({
  id: "twitch",
  name: "Twitch",
  category: "media",
  summary: "Stream, follow and subscription events from Twitch EventSub",
  source: { document: "dev.twitch.tv/docs", url: "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/" },
  sources: {
    schemes: "dev.twitch.tv, Getting events using webhooks, Verifying the event message",
    events: "dev.twitch.tv, EventSub subscription types",
    headers: "dev.twitch.tv, Getting events using webhooks, List of request headers",
    delivery: "dev.twitch.tv, Getting events using webhooks",
  },
  schemes: [
    {
      name: "sha256",
      summary: "sha256=<hex of HMAC-SHA256 over id, timestamp and body>",
      header: "Twitch-Eventsub-Message-Signature",
      layout: { kind: "single", prefix: "sha256=" },
      encoding: "hex",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: ["id", "timestamp", "body"],
      id: { header: "Twitch-Eventsub-Message-Id" },
      timestamp: {
        from: { header: "Twitch-Eventsub-Message-Timestamp" },
        unit: "iso",
        form: "canonical",
        past: "10m",
        future: assumed("10m", "the documentation limits only how old the timestamp may be"),
      },
    },
  ],
  headers: [
    ["Twitch-Eventsub-Message-Type", "notification"],
    ["Twitch-Eventsub-Subscription-Type", "{type}"],
    ["Twitch-Eventsub-Subscription-Version", "1"],
  ],
  attempt: { header: "Twitch-Eventsub-Message-Retry", first: 0, onFirst: true },
  contentType: "application/json",
  envelope: {
    id: [{ header: "Twitch-Eventsub-Message-Id" }],
    type: [{ header: "Twitch-Eventsub-Subscription-Type" }, { json: "subscription.type" }],
    time: { header: "Twitch-Eventsub-Message-Timestamp" },
    dedupe: [{ header: "Twitch-Eventsub-Message-Id" }],
    newId: "{uuid}",
  },
  events: [
    { type: "stream.online", when: "A broadcaster starts a stream" },
    { type: "stream.offline", when: "A broadcaster stops a stream" },
    { type: "channel.follow", when: "A channel gets a new follower" },
    { type: "channel.subscribe", when: "A channel gets a new subscriber" },
    { type: "channel.cheer", when: "A user cheers" },
    { type: "channel.update", when: "A channel's title or category changes" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("10s", "the documentation says 'within a few seconds'"),
    attempts: assumed(4, "the documentation mentions retries but gives no number"),
    delays: assumed(["10s", "1m", "5m"], "the documentation gives no delays"),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["timeout", "non-2xx"],
      symptom: "the subscription is revoked",
      cause: "too many deliveries failed (notification_failures_exceeded)",
      next: "subscribe again; to avoid another revocation, return 2xx first and do the work afterwards",
    },
  ],
  notes: [
    "you choose the secret when you subscribe: 10 to 100 ASCII characters",
    "Twitch-Eventsub-Message-Type distinguishes notifications from the verification challenge and revocations",
  ],
}));
