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
      "no event id is documented; deliveries with the same event, envelope and time are treated as one",
    ),
    newId: "{uuid}",
  },
  events: [
    { type: "envelope-completed", when: "All recipients have completed the envelope" },
    { type: "envelope-sent", when: "An envelope is sent" },
    { type: "envelope-delivered", when: "An envelope has been opened by its recipients" },
    { type: "envelope-declined", when: "A recipient has declined" },
    { type: "envelope-voided", when: "The sender has voided the envelope" },
    { type: "recipient-completed", when: "A recipient has completed the envelope" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: assumed("100s", "commonly quoted, but not documented"),
    attempts: assumed(8, "retries over several days are commonly quoted, but not documented"),
    delays: assumed(
      ["5m", "10m", "20m", "40m", "2h", "8h", "24h"],
      "retries over several days are commonly quoted, but not documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "the wrong header was checked: each HMAC key of the account has its own numbered header",
      next: "check every X-DocuSign-Signature-N header; use the key as text, over the raw body",
    },
  ],
  notes: ["an account may have more than three keys, but hookproof checks only the first three headers"],
}));
