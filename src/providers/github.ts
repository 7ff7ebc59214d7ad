import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const github = profile(() => ({
  id: "github",
  name: "GitHub",
  category: "developer-tools",
  summary: "Repository and organization events from GitHub",
  source: {
    document: "docs.github.com/webhooks",
    url: "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
  },
  sources: {
    schemes: "docs.github.com, Validating webhook deliveries",
    events: "docs.github.com, Webhook events and payloads",
    delivery: "docs.github.com, Handling failed webhook deliveries; Best practices",
  },
  schemes: [
    bodyHmac("X-Hub-Signature-256", { name: "sha256", prefix: "sha256=" }),
    { ...bodyHmac("X-Hub-Signature", { name: "sha1", hash: "sha1", prefix: "sha1=" }), signing: "beside" },
  ],
  headers: [
    ["Accept", "*/*"],
    ["User-Agent", "GitHub-Hookshot/a1b2c3d"],
    ["X-GitHub-Delivery", "{id}"],
    ["X-GitHub-Event", "{type}"],
    ["X-GitHub-Hook-ID", "482913057"],
    ["X-GitHub-Hook-Installation-Target-ID", "79929171"],
    ["X-GitHub-Hook-Installation-Target-Type", "repository"],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ header: "X-GitHub-Delivery" }],
    type: [{ header: "X-GitHub-Event" }],
    dedupe: [{ header: "X-GitHub-Delivery" }],
    newId: "{uuid}",
  },
  events: [
    { type: "ping", when: "A webhook is created" },
    { type: "push", when: "Commits or tags are pushed" },
    { type: "pull_request", when: "A pull request is opened, changed, merged or closed" },
    { type: "pull_request_review", when: "A pull request review is submitted, edited or dismissed" },
    { type: "issues", when: "An issue is opened, changed or closed" },
    { type: "issue_comment", when: "Someone comments on an issue or pull request" },
    { type: "release", when: "A release is published or changed" },
    { type: "workflow_run", when: "A workflow run is requested or completed" },
    { type: "check_run", when: "A check run is created or completed" },
    { type: "star", when: "A repository is starred" },
    { type: "create", when: "A branch or tag is created" },
    { type: "deployment_status", when: "A deployment's status changes" },
  ],
  delivery: {
    httpsOnly: assumed(false, "GitHub also accepts http URLs"),
    timeout: "10s",
    attempts: 1,
    delays: [],
    retry: assumed(
      ["no-response", "timeout", "5xx", 408, 429],
      "GitHub does not automatically redeliver; you redeliver by hand or through the API",
    ),
    otherwise: "terminal",
    largestBody: { bytes: 25 * 1024 * 1024, source: "docs.github.com, Webhook events and payloads, Payload cap" },
  },
  troubleshooting: [
    {
      on: [401, 403, 400],
      cause: "the signature did not match: wrong secret, or the body was parsed first",
      next: "verify X-Hub-Signature-256 over the raw body",
    },
    { on: ["timeout"], cause: "no response within 10 seconds", next: "return a 2xx immediately and queue the work" },
    {
      on: ["non-2xx", "no-response"],
      cause: "the delivery failed",
      next: "redeliver it from the webhook's Recent Deliveries; GitHub does not retry automatically",
    },
  ],
  notes: [
    "a valid SHA-1 signature does not make up for an invalid SHA-256 one",
    "with the form content type, the signature covers the whole payload=… body",
  ],
}));
