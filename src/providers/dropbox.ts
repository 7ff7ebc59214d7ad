import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const dropbox = profile(() => ({
  id: "dropbox",
  name: "Dropbox",
  category: "productivity",
  summary: "File change notifications from Dropbox",
  source: {
    document: "dropbox.com/developers",
    url: "https://www.dropbox.com/developers/reference/webhooks",
  },
  sources: {
    schemes: "dropbox.com/developers, Webhooks, Receiving notifications",
    events: "dropbox.com/developers, Webhooks, Receiving notifications",
    delivery: "dropbox.com/developers, Webhooks, Best practices",
  },
  schemes: [bodyHmac("X-Dropbox-Signature")],
  headers: [
    ["User-Agent", "DropboxWebhooks/1.0"],
    ["Accept", "*/*"],
  ],
  contentType: "application/json",
  envelope: {
    id: [],
    type: [],
    dedupe: assumed([], "a notification says only that something changed, so handling it twice is harmless"),
    newId: "{uuid}",
  },
  events: [{ type: "list_folder", when: "Files of the listed accounts have changed" }],
  delivery: {
    httpsOnly: assumed(true, "the documentation's examples are HTTPS"),
    timeout: "10s",
    attempts: assumed(5, "retries over about ten minutes are commonly quoted; no schedule is documented"),
    delays: assumed(
      ["30s", "1m", "3m", "5m"],
      "retries over about ten minutes are commonly quoted; no schedule is documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["4xx"],
      symptom: "the webhook cannot be registered",
      cause: "the endpoint did not echo the challenge parameter of the GET request",
      next: "return it as text/plain with X-Content-Type-Options: nosniff",
    },
    {
      on: ["timeout"],
      cause: "no response within 10 seconds",
      next: "respond first, then call list_folder/continue for the accounts",
    },
  ],
  notes: ["the key is the app secret", "the notification lists accounts, not files: call list_folder/continue"],
  challenges: [
    {
      name: "verification request",
      source: "dropbox.com/developers/reference/webhooks, The verification request",
      request: { method: "GET", query: [["challenge", "{challenge}"]] },
      challenge: "{base62x40}",
      answers: [{ status: [200], headers: [["X-Content-Type-Options", "nosniff"]], text: "{challenge}" }],
    },
  ],
}));
