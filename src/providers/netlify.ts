import { assumed, profile } from "./profile.ts";

export const netlify = profile(() => ({
  id: "netlify",
  name: "Netlify",
  category: "developer-tools",
  summary: "Deploy and form notifications from Netlify",
  source: { document: "docs.netlify.com", url: "https://docs.netlify.com/deploy/deploy-notifications/" },
  sources: {
    schemes: "docs.netlify.com, Deploy notifications, Payload signature",
    events: "docs.netlify.com, Deploy notifications; Netlify API, Deploy",
  },
  schemes: [
    {
      name: "jws",
      summary: "a JWT (HS256) whose claim sha256 is the hex SHA-256 of the body",
      header: "X-Webhook-Signature",
      layout: { kind: "single" },
      encoding: "base64url",
      mac: {
        kind: "jws",
        algorithm: "HS256",
        claims: [
          { claim: "typ", in: "header", write: "JWT" },
          { claim: "iss", is: "netlify" },
          { claim: "sha256", of: ["body"], hash: "sha256" },
        ],
      },
      content: [],
    },
  ],
  headers: [
    ["User-Agent", "Netlify"],
    ["X-Netlify-Event", "{type}"],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ header: "X-Netlify-Event" }],
    time: { json: "updated_at" },
    dedupe: assumed(
      [{ json: "id" }, { json: "state" }],
      "no event id is documented; deliveries with the same deploy and state are treated as one",
    ),
    newId: "{hex24}",
  },
  events: [
    { type: "deploy_created", when: "A deploy has succeeded" },
    { type: "deploy_building", when: "A deploy starts" },
    { type: "deploy_failed", when: "A deploy fails" },
    { type: "submission_created", when: "A form is submitted" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation does not say"),
    timeout: assumed("10s", "the documentation does not say"),
    attempts: assumed(1, "no retries are documented"),
    delays: [],
    retry: assumed([], "no retries are documented"),
    otherwise: assumed("terminal", "no retries are documented"),
  },
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "the body was re-serialized, or the JWT was verified with another algorithm",
      next: "verify the JWT with HS256 and the secret, then compare sha256 with the hash of the raw body",
    },
  ],
  notes: [
    "the signature is sent only if the notification has a secret",
    "the token has no timestamp, so a captured request stays valid forever",
  ],
}));
