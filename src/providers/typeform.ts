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
    { type: "form_response_partial", when: "A form is filled in and not submitted, where partial responses are on" },
  ],
  delivery: {
    httpsOnly: assumed(false, "recommended"),
    timeout: assumed("30s", "commonly quoted; not confirmed in the documentation"),
    attempts: assumed(8, "retried several times, without a confirmed list"),
    delays: assumed(["5m", "10m", "20m", "1h", "2h", "3h", "4h"], "retried several times, without a confirmed list"),
    retry: ["no-response", "timeout", "non-2xx"],
    terminal: assumed([404, 410], "these are said to disable the webhook at once"),
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [404, 410],
      cause: "the endpoint is gone: Typeform switches the webhook off",
      next: "mend the URL and switch the webhook on again",
    },
  ],
  notes: [
    "the signature is base64 after sha256=, where most platforms write hex",
    "no timestamp is signed: a captured request verifies for ever",
  ],
}));
