import { assumed, profile } from "./profile.ts";
import { token } from "./signing.ts";

export const okta = profile(() => ({
  id: "okta",
  name: "Okta",
  category: "identity",
  summary: "User, group and session events from Okta event hooks",
  source: { document: "developer.okta.com", url: "https://developer.okta.com/docs/concepts/event-hooks/" },
  sources: {
    schemes: "developer.okta.com, Event hooks, Authentication secret",
    events: "developer.okta.com, Event types",
    delivery: "developer.okta.com, Event hooks, Timeout and retry",
  },
  schemes: assumed(
    [token("Authorization")],
    "you choose the header name in the hook's settings; Authorization is customary",
  ),
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ json: "eventId" }],
    type: [{ json: "data.events.0.eventType" }],
    time: { json: "eventTime" },
    dedupe: [{ json: "eventId" }],
    newId: "{uuid}",
  },
  events: [
    { type: "user.lifecycle.create", when: "A user is created" },
    { type: "user.lifecycle.deactivate", when: "A user is deactivated" },
    { type: "user.session.start", when: "A user signs in" },
    { type: "user.account.update_profile", when: "A user's profile changes" },
    { type: "group.user_membership.add", when: "A user is added to a group" },
    { type: "application.user_membership.add", when: "A user is assigned to an application" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: "3s",
    attempts: 2,
    delays: assumed(["1s"], "the documentation gives no delay"),
    retry: ["no-response", "timeout", "5xx"],
    otherwise: "terminal",
  },
  troubleshooting: [
    {
      on: ["4xx"],
      symptom: "the event hook cannot be verified",
      cause: "the endpoint did not return the X-Okta-Verification-Challenge of the GET request",
      next: 'return {"verification":"…"} with the header\'s value',
    },
  ],
  notes: [
    "you choose the header name in the hook's settings; Authorization is customary",
    "the token is sent as is: it identifies the sender but does not protect the body",
  ],
  challenges: [
    {
      name: "one-time verification",
      source: "developer.okta.com/docs/concepts/event-hooks, One-time verification request",
      request: { method: "GET", headers: [["X-Okta-Verification-Challenge", "{challenge}"]] },
      challenge: "{base62x40}",
      answers: [{ status: [200], json: '{"verification":"{challenge}"}' }],
    },
  ],
}));
