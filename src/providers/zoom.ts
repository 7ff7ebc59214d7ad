import { assumed, profile } from "./profile.ts";
import { slackLike } from "./signing.ts";

export const zoom = profile(() => ({
  id: "zoom",
  name: "Zoom",
  category: "communication",
  summary: "Meeting, recording and user events from Zoom",
  source: { document: "developers.zoom.us/docs/api/webhooks", url: "https://developers.zoom.us/docs/api/webhooks/" },
  sources: {
    schemes: "developers.zoom.us, Using webhooks, Verify with Zoom's header",
    events: "developers.zoom.us, Webhook events reference",
    delivery: "developers.zoom.us, Resolving webhook delays",
  },
  schemes: [
    slackLike("x-zm-signature", "x-zm-request-timestamp", {
      past: assumed("5m", "the documentation's sample does not check the age; five minutes is customary"),
      future: assumed("any", "the documentation's sample does not check the timestamp"),
    }),
  ],
  headers: [
    ["User-Agent", "Zoom Marketplace/1.0a"],
    ["x-zm-trackingid", "v=2.0;clid=us06;rid=WEB_{uuid}"],
  ],
  contentType: "application/json; charset=utf-8",
  envelope: {
    id: [],
    type: [{ json: "event" }],
    time: { json: "event_ts", unit: "ms" },
    dedupe: assumed(
      [{ json: "event" }, { json: "event_ts" }, { json: "payload.account_id" }],
      "no event id is documented; deliveries with the same event, account and millisecond are treated as one",
    ),
    newId: "{uuid}",
  },
  events: [
    { type: "meeting.started", when: "A meeting starts" },
    { type: "meeting.ended", when: "A meeting ends" },
    { type: "meeting.participant_joined", when: "A participant joins" },
    { type: "meeting.participant_left", when: "A participant leaves" },
    { type: "recording.completed", when: "A cloud recording is ready" },
    { type: "recording.transcript_completed", when: "A recording's transcript is ready" },
    { type: "user.created", when: "A user is added to the account" },
    {
      type: "endpoint.url_validation",
      when: "Zoom validates the endpoint, which must return plainToken and encryptedToken",
    },
  ],
  delivery: {
    httpsOnly: true,
    timeout: "3s",
    attempts: 4,
    delays: ["5m", "20m", "1h"],
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["timeout"],
      symptom: "webhooks arrive late",
      cause: "the endpoint did not return 200 or 204 within three seconds, and Zoom retries after 5, 20 and 60 minutes",
      next: "return 2xx first, then do the work",
    },
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "the client secret was used, or the body was re-serialized",
      next: "use the app's webhook secret token over the raw body",
    },
  ],
  notes: [
    "the key is the app's secret token, not its client secret",
    "respond to endpoint.url_validation with plainToken and, as encryptedToken, its HMAC",
  ],
  challenges: [
    {
      name: "endpoint.url_validation",
      source: "developers.zoom.us/docs/api/webhooks, Validate your webhook endpoint",
      request: {
        method: "POST",
        json: '{"payload":{"plainToken":"{challenge}"},"event_ts":1654503849680,"event":"endpoint.url_validation"}',
        signed: true,
      },
      challenge: "{base62x22}",
      answers: [{ status: [200], json: '{"plainToken":"{challenge}","encryptedToken":"{hmac}"}' }],
      hmac: { hash: "sha256", encoding: "hex" },
    },
  ],
}));
