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
    { type: "fp", when: "A login failed because of a wrong password" },
    { type: "slo", when: "A user has logged out" },
    { type: "seacft", when: "A code was exchanged for an access token" },
    { type: "limit_wc", when: "An IP address was blocked after too many failed logins" },
  ],
  delivery: {
    httpsOnly: assumed(true, "the documentation requires a certificate that is not self-signed"),
    timeout: assumed("10s", "the documentation does not say"),
    attempts: assumed(4, "three retries are commonly quoted, but not documented"),
    delays: assumed(["1s", "5s", "30s"], "the documentation gives no delays"),
    retry: assumed(["no-response", "timeout", "non-2xx"], "the documentation does not list them"),
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "authorization always fails",
      cause: "Auth0 sends the text of the setting verbatim: there is no Bearer prefix unless you typed one",
      next: "compare the whole Authorization header with the text of the setting",
    },
  ],
  notes: ["the token is sent as is: it identifies the sender but does not protect the body"],
}));
