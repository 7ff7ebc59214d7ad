import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const notion = profile(() => ({
  id: "notion",
  name: "Notion",
  category: "productivity",
  summary: "Page, database and comment events from Notion",
  source: { document: "developers.notion.com", url: "https://developers.notion.com/reference/webhooks" },
  sources: {
    schemes: "@notionhq/client, webhooks; developers.notion.com, Webhooks",
    events: "developers.notion.com, Webhook events & delivery",
    delivery: "developers.notion.com, Webhook events & delivery",
  },
  schemes: [bodyHmac("X-Notion-Signature", { prefix: "sha256=" })],
  secret: { begins: ["secret_"] },
  contentType: "application/json",
  headers: [],
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "type" }],
    time: { json: "timestamp" },
    dedupe: [{ json: "id" }],
    newId: "{uuid}",
  },
  events: [
    { type: "page.created", when: "A page is created" },
    { type: "page.content_updated", when: "Blocks of a page are added, changed or removed" },
    { type: "page.properties_updated", when: "A property of a page changes" },
    { type: "page.moved", when: "A page is moved to another parent" },
    { type: "page.deleted", when: "A page is moved to the trash" },
    { type: "data_source.schema_updated", when: "The properties of a data source change" },
    { type: "comment.created", when: "A comment or suggested edit is added" },
    { type: "comment.deleted", when: "A comment is deleted" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("30s", "the documentation does not say"),
    attempts: assumed(
      8,
      "the documentation says up to eight attempts; it is not clear whether that includes the first",
    ),
    delays: assumed(
      ["1m", "5m", "15m", "1h", "3h", "7h", "12h"],
      "exponential backoff, with the last attempt about 24 hours after the first",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "the integration's own secret was used, or the body was re-serialized",
      next: "use the verification_token from the subscription's first request, over the raw body",
    },
  ],
  notes: [
    "the secret is the verification_token that the subscription's first, unsigned request carries",
    "attempt_number in the body counts the attempts, so every retry has a different body and signature",
  ],
  challenges: [
    {
      name: "verification token",
      source: "developers.notion.com/reference/webhooks, Step 2: Verifying the subscription",
      request: { method: "POST", json: '{"verification_token":"{challenge}"}' },
      challenge: "{secret}",
      answers: [{ status: [200, 201, 202, 204] }],
    },
  ],
}));
