import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const bitbucket = profile(() => ({
  id: "bitbucket",
  name: "Bitbucket",
  category: "developer-tools",
  summary: "Repository, pull request and issue events from Bitbucket Cloud",
  source: {
    document: "support.atlassian.com/bitbucket-cloud",
    url: "https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/",
  },
  sources: {
    schemes: "support.atlassian.com, Manage webhooks, Secure webhooks",
    events: "support.atlassian.com, Event payloads",
    headers: "support.atlassian.com, Event payloads, HTTP headers",
    delivery: "support.atlassian.com, Troubleshoot webhooks",
  },
  schemes: [bodyHmac("X-Hub-Signature", { prefix: "sha256=" })],
  headers: [
    ["User-Agent", "Bitbucket-Webhooks/2.0"],
    ["X-Event-Key", "{type}"],
    ["X-Hook-UUID", "5c8b1f0e-3d7a-4a52-9f5e-6c1d2b7a9e10"],
    ["X-Request-UUID", "{id}"],
  ],
  attempt: { header: "X-Attempt-Number", first: 1, onFirst: true },
  contentType: "application/json",
  envelope: {
    id: [{ header: "X-Request-UUID" }],
    type: [{ header: "X-Event-Key" }],
    dedupe: assumed(
      [{ header: "X-Request-UUID" }],
      "retries are assumed to repeat the header, which the documentation calls unique",
    ),
    newId: "{uuid}",
  },
  events: [
    { type: "repo:push", when: "Commits, branches or tags are pushed" },
    { type: "pullrequest:created", when: "A pull request is created" },
    { type: "pullrequest:updated", when: "A pull request changes" },
    { type: "pullrequest:approved", when: "A reviewer approves a pull request" },
    { type: "pullrequest:fulfilled", when: "A pull request is merged" },
    { type: "pullrequest:comment_created", when: "Someone comments on a pull request" },
    { type: "repo:commit_status_updated", when: "A build status of a commit changes" },
  ],
  delivery: {
    httpsOnly: assumed(false, "a certificate is required only if the URL is HTTPS"),
    timeout: assumed("10s", "the documentation mentions a timeout; 10 seconds is commonly quoted"),
    attempts: assumed(3, "X-Attempt-Number counts attempts; two retries are commonly quoted, but not documented"),
    delays: assumed(["1m", "5m"], "no schedule is documented"),
    retry: assumed(["no-response", "timeout", "5xx"], "the documentation does not list the statuses"),
    otherwise: assumed("terminal", "the documentation does not list the statuses"),
    largestBody: { bytes: 256 * 1024, source: "confluence.atlassian.com, Troubleshoot webhooks" },
  },
  troubleshooting: [
    {
      on: ["no-response"],
      symptom: "no request seen",
      cause: "the payload is larger than 256 KB, and Bitbucket silently drops it",
      next: "check the webhook's request log, and fetch large pushes from the API",
    },
  ],
  notes: [
    "X-Hub-Signature is sent only if the webhook has a secret",
    "no timestamp is signed, so a captured request stays valid forever",
  ],
}));
