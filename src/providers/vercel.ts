import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const vercel = profile(() => ({
  id: "vercel",
  name: "Vercel",
  category: "developer-tools",
  summary: "Deployment, project and integration events from Vercel",
  source: { document: "vercel.com/docs/webhooks", url: "https://vercel.com/docs/webhooks/webhooks-api" },
  sources: {
    schemes: "vercel.com/docs, Webhooks API reference, Securing webhooks",
    events: "vercel.com/docs, Webhooks API reference, Supported event types",
    delivery: "vercel.com/docs, Setting up webhooks",
  },
  schemes: [bodyHmac("x-vercel-signature", { hash: "sha1" })],
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "type" }],
    time: { json: "createdAt", unit: "ms" },
    dedupe: [{ json: "id" }],
    newId: "{base62x21}",
  },
  events: [
    { type: "deployment.created", when: "A deployment is created" },
    { type: "deployment.succeeded", when: "A deployment is ready" },
    { type: "deployment.error", when: "A deployment fails" },
    { type: "deployment.canceled", when: "A deployment is canceled" },
    { type: "deployment.promoted", when: "A deployment is promoted to production" },
    { type: "project.created", when: "A project is created" },
    { type: "project.removed", when: "A project is removed" },
    { type: "integration-configuration.removed", when: "An integration is removed" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation asks for a publicly accessible URL"),
    timeout: assumed("30s", "commonly quoted, but not documented"),
    attempts: assumed(9, "retried with exponential backoff for up to 24 hours; no schedule is documented"),
    delays: assumed(
      ["1m", "5m", "15m", "30m", "1h", "3h", "6h", "12h"],
      "retried with exponential backoff for up to 24 hours; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [400, 401, 403],
      symptom: "signature always failing",
      cause: "SHA-256 was used instead of SHA-1, or the body was re-serialized",
      next: "compute HMAC-SHA1 over the raw body, as hex without a prefix",
    },
  ],
  notes: [
    "Vercel signs webhooks with SHA-1 only",
    "the key is the webhook's secret, or the integration's client secret",
    "no timestamp is signed, so a captured request stays valid forever",
  ],
}));
