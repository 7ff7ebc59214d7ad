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
      future: assumed("any", "workos-node checks only age"),
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
    timeout: assumed("15s", "the documentation asks for a quick 200 and states no number"),
    attempts: assumed(6, "six attempts over three days are commonly quoted"),
    delays: assumed(["5m", "1h", "6h", "20h", "40h"], "exponential backoff, without a list"),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "the timestamp was treated as seconds, or workos-node was given text instead of the parsed body",
      next: "compare t with the clock in milliseconds; hand constructEvent the parsed JSON",
    },
  ],
  notes: [
    "the timestamp counts milliseconds",
    "workos-node signs JSON.stringify of the payload that it is given: it must be the parsed body, and bodies that are not written as JavaScript writes them fail there",
  ],
}));
