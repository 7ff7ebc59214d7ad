import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const jira = profile(() => ({
  id: "jira",
  aliases: ["atlassian"],
  name: "Jira",
  category: "productivity",
  summary: "Issue, comment and sprint events from Jira Cloud",
  source: { document: "developer.atlassian.com", url: "https://developer.atlassian.com/cloud/jira/platform/webhooks/" },
  sources: {
    schemes: "developer.atlassian.com, Jira Cloud platform, Webhooks, Secure admin webhooks",
    events: "developer.atlassian.com, Jira Cloud platform, Webhooks, Available webhook events",
    headers: "developer.atlassian.com, Jira Cloud platform, Webhooks, Webhook delivery",
    delivery: "developer.atlassian.com, Jira Cloud platform, Webhooks, Retry policy",
  },
  schemes: [bodyHmac("X-Hub-Signature", { prefix: "sha256=" })],
  headers: [
    ["User-Agent", "Atlassian Webhook HTTP Client"],
    ["X-Atlassian-Webhook-Identifier", "{id}"],
    ["X-Atlassian-Webhook-Flow", "Primary"],
  ],
  attempt: { header: "X-Atlassian-Webhook-Retry", first: 0, onFirst: false },
  contentType: "application/json; charset=utf-8",
  envelope: {
    id: [{ header: "X-Atlassian-Webhook-Identifier" }],
    type: [{ json: "webhookEvent" }],
    time: { json: "timestamp", unit: "ms" },
    dedupe: [{ header: "X-Atlassian-Webhook-Identifier" }],
    newId: "{uuid}",
  },
  events: [
    { type: "jira:issue_created", when: "An issue is created" },
    { type: "jira:issue_updated", when: "An issue changes" },
    { type: "jira:issue_deleted", when: "An issue is deleted" },
    { type: "comment_created", when: "A comment is added" },
    { type: "comment_updated", when: "A comment is edited" },
    { type: "worklog_created", when: "Work is logged" },
    { type: "sprint_started", when: "A sprint is started" },
    { type: "sprint_closed", when: "A sprint is closed" },
    { type: "jira:version_released", when: "A version is released" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("20s", "commonly quoted, but not documented"),
    attempts: 6,
    delays: assumed(
      ["10m", "10m", "10m", "10m", "10m"],
      "each retry comes 5 to 15 minutes after the previous one, at random",
    ),
    retry: ["no-response", "timeout", 408, 409, 425, 429, "5xx"],
    otherwise: "terminal",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      cause: "Jira does not retry a 4xx other than 408, 409, 425 and 429",
      next: "return 503 for temporary problems; use the secret given at registration, over the raw body",
    },
    {
      on: ["no-response"],
      symptom: "no request seen",
      cause:
        "the webhook's JQL filter does not match, or the webhook was registered by an app and expired after 30 days",
      next: "check the JQL filter, and refresh the app's webhooks before they expire",
    },
  ],
  notes: [
    "X-Hub-Signature is sent only if the webhook was registered with a secret; Connect apps get a JWT instead",
    "X-Atlassian-Webhook-Retry counts the retries; it is not signed",
  ],
}));
