import { assumed, profile } from "./profile.ts";

export const plaid = profile(() => ({
  id: "plaid",
  name: "Plaid",
  category: "finance",
  summary: "Item, transaction and transfer webhooks from Plaid",
  source: { document: "plaid.com/docs", url: "https://plaid.com/docs/api/webhooks/webhook-verification/" },
  sources: {
    schemes: "plaid.com/docs, Webhook verification",
    events: "plaid.com/docs, Webhooks",
    delivery: "plaid.com/docs, Webhooks, Best practices",
  },
  schemes: [
    {
      name: "jwt",
      summary: "a JWT (ES256) whose claim request_body_sha256 is the hex SHA-256 of the body",
      header: "Plaid-Verification",
      layout: { kind: "single" },
      encoding: "base64url",
      mac: {
        kind: "jws",
        algorithm: "ES256",
        claims: [
          { claim: "typ", in: "header", write: "JWT" },
          { claim: "request_body_sha256", of: ["body"], hash: "sha256" },
        ],
      },
      content: [],
      timestamp: {
        from: { pair: "iat" },
        unit: "s",
        form: "canonical",
        past: "5m",
        future: assumed("any", "the documentation limits only how old the timestamp may be"),
      },
      keys: { byHand: "POST /webhook_verification_key/get with the token's kid" },
    },
  ],
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [],
    type: [{ json: "webhook_code" }],
    dedupe: assumed(
      [{ json: "webhook_type" }, { json: "webhook_code" }, { json: "item_id" }],
      "no event id is documented; the same webhook for an item may also be sent again for a new reason",
    ),
    newId: "{uuid}",
  },
  events: [
    { type: "SYNC_UPDATES_AVAILABLE", when: "Transactions have changed: call /transactions/sync" },
    { type: "ERROR", when: "An item has an error, for example the user must log in again" },
    { type: "PENDING_DISCONNECT", when: "An item will be disconnected soon" },
    { type: "USER_PERMISSION_REVOKED", when: "A user revokes access" },
    { type: "NEW_ACCOUNTS_AVAILABLE", when: "An item has accounts that are not shared yet" },
  ],
  delivery: {
    httpsOnly: assumed(true, "the documentation asks for an HTTPS endpoint"),
    timeout: "10s",
    attempts: assumed(
      7,
      "retried for up to 24 hours, each delay four times the previous one; no schedule is documented",
    ),
    delays: assumed(
      ["30s", "2m", "8m", "32m", "2h", "8h"],
      "each delay is four times the previous one, starting at 30 seconds",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "the body was re-serialized: the hash covers whitespace too",
      next: "hash the raw body, and fetch the key whose kid is in the token's header",
    },
  ],
  notes: [
    "fetching a key takes your client_id and secret, so pass the key with --public-key",
    "accept ES256 only, and reject other algorithms",
  ],
}));
