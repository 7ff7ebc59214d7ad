import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const linear = profile(() => ({
  id: "linear",
  name: "Linear",
  category: "productivity",
  summary: "Issue, comment, project and cycle events from Linear",
  source: { document: "linear.app/developers/webhooks", url: "https://linear.app/developers/webhooks" },
  sources: {
    schemes: "@linear/sdk, webhooks; linear.app/developers/webhooks, Securing webhooks",
    events: "linear.app/developers/webhooks, Data change events payload",
    headers: "linear.app/developers/webhooks, The webhook consumer",
    delivery: "linear.app/developers/webhooks, The webhook consumer",
  },
  schemes: [
    {
      ...bodyHmac("Linear-Signature"),
      timestamp: {
        from: { json: "webhookTimestamp" },
        unit: "ms",
        form: "canonical",
        past: "1m",
        future: "1m",
      },
    },
  ],
  secret: { begins: ["lin_wh_"] },
  headers: [
    ["User-Agent", "Linear-Webhook"],
    ["Linear-Delivery", "{id}"],
    ["Linear-Event", "{type}"],
  ],
  contentType: "application/json; charset=utf-8",
  envelope: {
    id: [{ header: "Linear-Delivery" }],
    type: [{ header: "Linear-Event" }, { json: "type" }],
    time: { json: "webhookTimestamp", unit: "ms" },
    dedupe: [{ header: "Linear-Delivery" }],
    newId: "{uuid}",
  },
  events: [
    { type: "Issue", when: "An issue is created, updated or removed" },
    { type: "Comment", when: "A comment is created, updated or removed" },
    { type: "Project", when: "A project is created, updated or removed" },
    { type: "ProjectUpdate", when: "A project update is posted or changes" },
    { type: "Cycle", when: "A cycle is created, updated or removed" },
    { type: "IssueLabel", when: "A label is created, updated or removed" },
    { type: "Reaction", when: "A reaction is added or removed" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: "5s",
    attempts: 4,
    delays: ["1m", "1h", "6h"],
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
    terminal: assumed([], "the documentation excludes no status from retries"),
  },
  troubleshooting: [
    {
      on: [400, 401],
      cause: "the signature does not match, or webhookTimestamp in the body is more than a minute off",
      next: "verify Linear-Signature over the raw body, then compare webhookTimestamp (milliseconds) with the clock",
    },
  ],
  notes: [
    "webhookTimestamp (milliseconds, in the signed body) must be within a minute of the receiver's clock",
    "a webhook that keeps failing may be disabled: re-enable it in the settings",
  ],
}));
