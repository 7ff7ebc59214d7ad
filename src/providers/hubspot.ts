import { assumed, profile } from "./profile.ts";
import type { Scheme } from "./profile.ts";

/** The only escapes that v3 decodes in the URL ("Validating requests from HubSpot"). */
const decoded = ["%3A", "%2F", "%3F", "%40", "%21", "%24", "%27", "%28", "%29", "%2A", "%2C", "%3B"] as const;

const old = (name: "v1" | "v2", summary: string, content: Scheme["content"]): Scheme => ({
  name,
  summary,
  header: "X-HubSpot-Signature",
  when: { "X-HubSpot-Signature-Version": name },
  layout: { kind: "single" },
  encoding: "hex",
  mac: { kind: "digest", hash: "sha256" },
  content,
});

export const hubspot = profile(() => ({
  id: "hubspot",
  name: "HubSpot",
  category: "crm",
  summary: "CRM object events from HubSpot apps (v3, v2, v1 signatures)",
  source: {
    document: "developers.hubspot.com",
    url: "https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests",
  },
  sources: {
    schemes: "developers.hubspot.com, Validating requests; HubSpot's Node, PHP, Python and Ruby libraries",
    events: "developers.hubspot.com, Webhooks API",
    delivery: "developers.hubspot.com, Webhooks API, Retries",
  },
  schemes: [
    {
      name: "v3",
      summary: "<base64 of HMAC-SHA256 over method, decoded URL, body and timestamp>",
      header: "X-HubSpot-Signature-v3",
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: ["method", { url: "decoded", decode: decoded }, "body", "timestamp"],
      timestamp: {
        from: { header: "X-HubSpot-Request-Timestamp" },
        unit: "ms",
        form: "digits",
        past: "5m",
        future: assumed("any", "none of HubSpot's libraries checks the future"),
      },
    },
    old("v2", "<hex of SHA-256 over secret, method, URL and body>", ["secret", "method", { url: "as-sent" }, "body"]),
    { ...old("v1", "<hex of SHA-256 over secret and body>", ["secret", "body"]), whenAbsentToo: true },
  ],
  secret: { uuid: true },
  headers: [
    [
      "User-Agent",
      "HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client) - WebhooksExecutorDaemon-executor",
    ],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ json: "0.eventId" }, { json: "eventId" }],
    type: [{ json: "0.subscriptionType" }, { json: "subscriptionType" }],
    time: { json: "0.occurredAt", unit: "ms" },
    dedupe: assumed(
      [{ json: "0.eventId" }],
      "the documentation says eventId 'is not guaranteed to be unique'; a batch is identified by its first event",
    ),
    newId: "{number}",
  },
  events: [
    { type: "contact.creation", when: "A contact is created" },
    { type: "contact.deletion", when: "A contact is deleted" },
    { type: "contact.propertyChange", when: "A property of a contact changes" },
    { type: "company.creation", when: "A company is created" },
    { type: "company.propertyChange", when: "A property of a company changes" },
    { type: "deal.creation", when: "A deal is created" },
    { type: "deal.deletion", when: "A deal is deleted" },
    { type: "deal.propertyChange", when: "A property of a deal changes" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: "5s",
    attempts: 11,
    delays: assumed(
      ["1m", "5m", "15m", "30m", "1h", "2h", "3h", "4h", "6h", "7h"],
      "up to 10 retries over 24 hours, with random delays",
    ),
    retry: assumed(
      ["no-response", "timeout", "non-2xx"],
      "the documentation excludes 4xx other than 429 for workflow webhooks only",
    ),
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [401, 403],
      cause:
        "signature mismatch, often because of the URL (proxy, http instead of https) or JSON.stringify of the body",
      next: "use the public https URL and the raw body; v3 needs the timestamp in milliseconds",
    },
    { on: ["timeout"], cause: "no response within five seconds", next: "respond immediately and queue the work" },
    {
      on: [429],
      cause: "the receiver is rate limiting",
      next: "lower the concurrency limit in the app's webhook settings",
    },
  ],
  notes: [
    "v1 and v2 are plain SHA-256 hashes over the secret and the content, not HMACs",
    "if a v3 signature is present, it alone decides",
  ],
}));
