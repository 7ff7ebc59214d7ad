import { assumed, profile } from "./profile.ts";
import { timestampedPairs } from "./signing.ts";

export const workos = profile(() => ({
  id: "workos",
  name: "WorkOS",
  category: "identity",
  summary: "Directory, single sign-on and user management events from WorkOS",
  source: { document: "workos.com/docs", url: "https://workos.com/docs/events/data-syncing/webhooks" },
  sources: {
    schemes: "workos-node, SignatureProvider; workos.com/docs, Sync data with webhooks",
    events: "workos.com/docs, Event types",
    delivery: "workos.com/docs, Sync data with webhooks",
  },
  schemes: [
    timestampedPairs("WorkOS-Signature", "ms", {
      past: assumed("3m", "the default of workos-node"),
      future: assumed("any", "workos-node checks only the age"),
    }),
  ],
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "event" }],
    time: { json: "created_at" },
    dedupe: [{ json: "id" }],
    newId: "event_01{base36x24}",
  },
  events: [
    { type: "user.created", when: "A user is created" },
    { type: "user.updated", when: "A user changes" },
    { type: "session.created", when: "A session starts" },
    { type: "organization_membership.created", when: "A user becomes a member of an organization" },
    { type: "dsync.activated", when: "A directory connection is activated" },
    { type: "dsync.user.created", when: "A directory user is created" },
    { type: "dsync.user.updated", when: "A directory user changes" },
    { type: "dsync.group.user_added", when: "A directory user is added to a group" },
    { type: "connection.activated", when: "A single sign-on connection is activated" },
  ],
  delivery: {
    httpsOnly: assumed(true, "the documentation's examples are HTTPS"),
    timeout: assumed("15s", "the documentation asks for a quick 200 and gives no number"),
    attempts: assumed(6, "six attempts over three days are commonly quoted, but not documented"),
    delays: assumed(["5m", "1h", "6h", "20h", "40h"], "exponential backoff; no schedule is documented"),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause:
        "the timestamp was read as seconds, or workos-node was given the text of the body instead of the parsed object",
      next: "compare t with the clock in milliseconds; pass the parsed JSON to constructEvent",
    },
  ],
  notes: [
    "the timestamp is in milliseconds",
    "workos-node signs JSON.stringify of the payload you pass: pass the parsed body; a body that JSON.stringify does not reproduce exactly fails to verify",
  ],
}));
