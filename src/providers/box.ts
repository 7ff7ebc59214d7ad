import { assumed, profile } from "./profile.ts";

export const box = profile(() => ({
  id: "box",
  name: "Box",
  category: "productivity",
  summary: "File, folder and collaboration events from Box",
  source: { document: "developer.box.com", url: "https://developer.box.com/guides/webhooks/v2/signatures-v2/" },
  sources: {
    schemes: "developer.box.com, Webhooks, Setup signatures; box-node-sdk, validateWebhookMessage",
    events: "developer.box.com, Webhooks, Triggers",
    delivery: "developer.box.com, Webhooks, Limitations and Retries",
  },
  schemes: [
    {
      name: "hmac",
      summary: "<base64 of HMAC-SHA256 over body and timestamp>, with the primary or secondary key",
      place: [{ header: "BOX-SIGNATURE-PRIMARY" }, { header: "BOX-SIGNATURE-SECONDARY" }],
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: ["body", "timestamp"],
      timestamp: {
        from: { header: "BOX-DELIVERY-TIMESTAMP" },
        unit: "iso",
        form: "canonical",
        past: "10m",
        future: assumed(
          "10m",
          "the documentation limits only how old the timestamp may be; Box's libraries also reject timestamps in the future",
        ),
      },
    },
  ],
  headers: [
    ["User-Agent", "Box-WH-Client/0.1"],
    ["BOX-DELIVERY-ID", "{uuid}"],
    ["BOX-SIGNATURE-VERSION", "1"],
    ["BOX-SIGNATURE-ALGORITHM", "HmacSHA256"],
  ],
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "trigger" }],
    time: { json: "created_at" },
    dedupe: [{ json: "id" }],
    newId: "{uuid}",
  },
  events: [
    { type: "FILE.UPLOADED", when: "A file is uploaded" },
    { type: "FILE.DOWNLOADED", when: "A file is downloaded" },
    { type: "FILE.TRASHED", when: "A file is moved to the trash" },
    { type: "FOLDER.CREATED", when: "A folder is created" },
    { type: "COMMENT.CREATED", when: "A comment is added" },
    { type: "COLLABORATION.ACCEPTED", when: "A collaboration invitation is accepted" },
    { type: "SHARED_LINK.CREATED", when: "A shared link is created" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: "30s",
    attempts: assumed(11, "ten retries are commonly quoted, but not documented"),
    delays: assumed(
      ["5m", "5m", "10m", "15m", "30m", "45m", "1h", "1h", "2h", "3h"],
      "ten retries are commonly quoted, but not documented",
    ),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause: "the body and timestamp are joined in the wrong order, or the keys were rotated",
      next: "sign the raw body followed by BOX-DELIVERY-TIMESTAMP, and try both the primary and the secondary key",
    },
  ],
  notes: ["either signature may match, because the two keys are rotated one at a time"],
}));
