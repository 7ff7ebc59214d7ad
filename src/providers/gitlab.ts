import { assumed, profile } from "./profile.ts";
import { token } from "./signing.ts";

export const gitlab = profile(() => ({
  id: "gitlab",
  name: "GitLab",
  category: "developer-tools",
  summary: "Push, merge request, pipeline and issue events from GitLab",
  source: { document: "docs.gitlab.com", url: "https://docs.gitlab.com/user/project/integrations/webhooks/" },
  sources: {
    schemes: "docs.gitlab.com, Webhooks, Validate requests by using a secret token",
    events: "docs.gitlab.com, Webhook events",
    headers: "docs.gitlab.com, Webhooks, Delivery headers",
    delivery: "docs.gitlab.com, Webhooks, Auto-disabled webhooks",
  },
  schemes: [token("X-Gitlab-Token")],
  headers: [
    ["User-Agent", "GitLab/18.6.0"],
    ["X-Gitlab-Instance", "https://gitlab.example.com"],
    ["X-Gitlab-Event", "{type}"],
    ["X-Gitlab-Webhook-UUID", "13792a34-cac6-4fda-95a8-c58e00a3954e"],
    ["X-Gitlab-Event-UUID", "{uuid}"],
    ["Idempotency-Key", "{id}"],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ header: "Idempotency-Key" }],
    type: [{ header: "X-Gitlab-Event" }],
    dedupe: [{ header: "Idempotency-Key" }],
    newId: "{uuid}",
  },
  events: [
    { type: "Push Hook", when: "Commits are pushed to a branch" },
    { type: "Tag Push Hook", when: "A tag is created or deleted" },
    { type: "Merge Request Hook", when: "A merge request is opened, changed, approved, merged or closed" },
    { type: "Note Hook", when: "Someone comments on a commit, merge request, issue or snippet" },
    { type: "Issue Hook", when: "An issue is opened, changed or closed" },
    { type: "Pipeline Hook", when: "A pipeline's status changes" },
    { type: "Job Hook", when: "A job's status changes" },
    { type: "Release Hook", when: "A release is created, changed or deleted" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: "10s",
    attempts: assumed(1, "the documentation mentions retries but gives no schedule; failing webhooks are disabled"),
    delays: [],
    retry: assumed([], "the documentation mentions retries but gives no schedule; failing webhooks are disabled"),
    otherwise: assumed("terminal", "no retry schedule is documented"),
  },
  troubleshooting: [
    {
      on: ["4xx", "5xx", "timeout"],
      symptom: "the webhook is disabled",
      cause:
        "after 4 failures in a row GitLab disables a webhook temporarily, for longer each time; after 40, permanently",
      next: "fix the endpoint, then send a test request from the webhook's page: a success re-enables it",
    },
  ],
  notes: ["the token is sent as is: it identifies the sender but does not protect the body"],
}));
