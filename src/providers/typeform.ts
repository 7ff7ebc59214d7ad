import { assumed, profile } from "./profile.ts";
import { bodyHmac } from "./signing.ts";

export const typeform = profile(() => ({
  id: "typeform",
  name: "Typeform",
  category: "marketing",
  summary: "Form responses from Typeform",
  source: {
    document: "typeform.com/developers/webhooks",
    url: "https://www.typeform.com/developers/webhooks/secure-your-webhooks/",
  },
  sources: {
    schemes: "typeform.com/developers/webhooks, Secure your webhooks",
    events: "typeform.com/developers/webhooks, Example payload",
    delivery: "typeform.com/developers/webhooks, Webhooks overview",
  },
  schemes: [bodyHmac("Typeform-Signature", { encoding: "base64", prefix: "sha256=" })],
  headers: [["User-Agent", "Typeform Webhooks"]],
  contentType: "application/json",
  envelope: {
    id: [{ json: "event_id" }],
    type: [{ json: "event_type" }],
    time: { json: "form_response.submitted_at" },
    dedupe: [{ json: "event_id" }],
    newId: "01{base36x24}",
  },
  events: [
    { type: "form_response", when: "A form is submitted" },
    { type: "form_response_partial", when: "A form is filled in but not submitted, if partial responses are on" },
  ],
  delivery: {
    httpsOnly: assumed(false, "the documentation recommends HTTPS"),
    timeout: assumed("30s", "commonly quoted, but not documented"),
    attempts: assumed(8, "retries are commonly quoted; no schedule was found in the documentation"),
    delays: assumed(
      ["5m", "10m", "20m", "1h", "2h", "3h", "4h"],
      "retries are commonly quoted; no schedule was found in the documentation",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    terminal: assumed([404, 410], "commonly said to disable the webhook, but not documented"),
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [404, 410],
      cause: "the endpoint is gone, and Typeform may have disabled the webhook",
      next: "fix the URL and re-enable the webhook",
    },
  ],
  notes: [
    "the signature after sha256= is base64, not hex as on most platforms",
    "no timestamp is signed, so a captured request stays valid forever",
  ],
}));
