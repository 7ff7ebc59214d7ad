import { assumed, profile } from "./profile.ts";

export const docusign = profile(() => ({
  id: "docusign",
  name: "Docusign",
  category: "productivity",
  summary: "Envelope and recipient events from Docusign Connect",
  source: {
    document: "developers.docusign.com",
    url: "https://developers.docusign.com/platform/webhooks/connect/hmac/",
  },
  sources: {
    schemes: "developers.docusign.com, Connect, HMAC security",
    events: "developers.docusign.com, Connect, Event triggers",
    delivery: "developers.docusign.com, Connect, Architecture and retries",
  },
  schemes: [
    {
      name: "hmac",
      summary: "<base64 of HMAC-SHA256 over the raw body>, one header for each key",
      place: [
        { header: "X-DocuSign-Signature-1" },
        { header: "X-DocuSign-Signature-2" },
        { header: "X-DocuSign-Signature-3" },
      ],
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: ["body"],
    },
  ],
  headers: [["X-Authorization-Digest", "HMACSHA256"]],
  contentType: "application/json; charset=utf-8",
  envelope: {
    id: [],
    type: [{ json: "event" }],
    time: { json: "generatedDateTime" },
    dedupe: assumed(
      [{ json: "event" }, { json: "data.envelopeId" }, { json: "generatedDateTime" }],
      "no event id is documented: the same event of the same envelope at the same time",
    ),
    newId: "{uuid}",
  },
  events: [
    { type: "envelope-completed", when: "Every recipient has completed the envelope" },
    { type: "envelope-sent", when: "An envelope is sent" },
    { type: "envelope-delivered", when: "An envelope has been opened by its recipients" },
    { type: "envelope-declined", when: "A recipient has declined" },
    { type: "envelope-voided", when: "The sender has voided the envelope" },
    { type: "recipient-completed", when: "A recipient has completed the envelope" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("100s", "commonly quoted; not confirmed in the documentation"),
    attempts: assumed(8, "retried for days with growing waits, without a confirmed list"),
    delays: assumed(
      ["5m", "10m", "20m", "40m", "2h", "8h", "24h"],
      "retried for days with growing waits, without a confirmed list",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "the header's number is not that of the key: each HMAC key of the account has a header of its own",
      next: "try every X-DocuSign-Signature-N; use the key as text, over the raw body",
    },
  ],
  notes: ["an account may have up to 100 keys; the first three headers are known here"],
}));
