import { assumed, profile } from "./profile.ts";
import { token } from "./signing.ts";

export const auth0 = profile(() => ({
  id: "auth0",
  name: "Auth0",
  category: "identity",
  summary: "Log streams of Auth0 tenants, sent to a custom webhook",
  source: { document: "auth0.com/docs", url: "https://auth0.com/docs/customize/log-streams/custom-log-streams" },
  sources: {
    schemes: "auth0.com/docs, Custom log streams using webhooks, Authorization",
    events: "auth0.com/docs, Log event type codes",
    delivery: "auth0.com/docs, Log streams",
  },
  schemes: [token("Authorization")],
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ json: "0.log_id" }],
    type: [{ json: "0.data.type" }],
    time: { json: "0.data.date" },
    dedupe: [{ json: "0.log_id" }],
    newId: "900202601011000{number}",
  },
  events: [
    { type: "s", when: "A user has logged in" },
    { type: "ss", when: "A user has signed up" },
    { type: "fp", when: "A login failed: the password is wrong" },
    { type: "slo", when: "A user has logged out" },
    { type: "seacft", when: "A code was exchanged for an access token" },
    { type: "limit_wc", when: "An IP address was blocked after too many failed logins" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("10s", "the documentation does not say"),
    attempts: assumed(4, "delivered at least once; a failed batch is tried up to three times again"),
    delays: assumed(["1s", "5s", "30s"], "no waits are documented"),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "the authorization is always refused",
      cause:
        "the whole header is compared: Auth0 sends the text of the setting as it is, Bearer included if it was typed in",
      next: "compare the header with the setting's text",
    },
  ],
  notes: ["the token is sent as it is: it proves who sends, and nothing about the body"],
}));
