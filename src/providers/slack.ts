import { assumed, profile } from "./profile.ts";
import { slackLike } from "./signing.ts";

export const slack = profile(() => ({
  id: "slack",
  name: "Slack",
  category: "communication",
  summary: "Events API callbacks, slash commands and interactivity from Slack",
  source: { document: "docs.slack.dev", url: "https://docs.slack.dev/authentication/verifying-requests-from-slack" },
  sources: {
    schemes: "docs.slack.dev, Verifying requests from Slack",
    events: "docs.slack.dev, Events API; Slash commands",
    delivery: "docs.slack.dev, Events API, Error handling",
  },
  schemes: [
    slackLike("X-Slack-Signature", "X-Slack-Request-Timestamp", {
      past: "5m",
      future: assumed(
        "5m",
        "the documentation's sample checks the absolute difference; Bolt for JavaScript checks only the age",
      ),
    }),
  ],
  headers: [
    ["User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)"],
    ["Accept", "*/*"],
  ],
  attempt: { header: "X-Slack-Retry-Num", first: 0, onFirst: false },
  contentType: "application/json",
  envelope: {
    id: [{ json: "event_id" }, { form: "trigger_id" }],
    type: [{ json: "event.type" }, { json: "type" }, { form: "command" }],
    time: { json: "event_time", unit: "s" },
    dedupe: [{ json: "event_id" }],
    newId: "Ev{base36x10}",
  },
  events: [
    { type: "url_verification", when: "The request URL is being verified" },
    { type: "app_mention", when: "Someone mentions the app" },
    { type: "message", when: "A message is posted to a channel" },
    { type: "reaction_added", when: "A reaction is added to an item" },
    { type: "team_join", when: "A new member joins" },
    { type: "channel_created", when: "A channel is created" },
    { type: "app_home_opened", when: "A user opens the app's home" },
    {
      type: "slash_command",
      when: "A user runs a slash command (form body)",
      contentType: "application/x-www-form-urlencoded",
    },
  ],
  delivery: {
    httpsOnly: assumed(true, "the documentation's examples are HTTPS"),
    timeout: "3s",
    attempts: 4,
    delays: assumed(
      ["1s", "1m", "5m"],
      "the documentation says nearly immediately, after 1 minute and after 5 minutes; 1s stands for the first",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  challenges: [
    {
      name: "url_verification",
      source: "docs.slack.dev/reference/events/url_verification",
      request: {
        method: "POST",
        json: '{"token":"{hex24}","challenge":"{challenge}","type":"url_verification"}',
        signed: true,
      },
      challenge: "{base62x52}",
      answers: [
        { status: [200], type: "text/plain", text: "{challenge}" },
        { status: [200], type: "application/x-www-form-urlencoded", text: "challenge={challenge}" },
        { status: [200], json: '{"challenge":"{challenge}"}' },
      ],
    },
  ],
  troubleshooting: [
    { on: ["timeout"], cause: "no 2xx within three seconds", next: "acknowledge first (ack()), then do the work" },
    {
      on: [401, 403],
      cause: "signature mismatch: the body was parsed, or another app's signing secret was used",
      next: "use the signing secret (not the client secret) and the raw body, without form-decoding it",
    },
  ],
  notes: [
    "X-Slack-Retry-Num and X-Slack-Retry-Reason are sent on retries only and are not signed",
    "form bodies are signed as sent, before form-decoding",
    "Slack follows up to two 301 or 302 redirects; hookproof follows none",
  ],
}));
