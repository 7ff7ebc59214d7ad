import { assumed, profile } from "./profile.ts";

export const twilio = profile(() => ({
  id: "twilio",
  name: "Twilio",
  category: "communication",
  summary: "Message and call webhooks from Twilio",
  source: { document: "twilio.com/docs", url: "https://www.twilio.com/docs/usage/webhooks/webhooks-security" },
  sources: {
    schemes: "twilio-node, webhooks.ts; twilio.com/docs, Webhooks security",
    events: "twilio.com/docs, Twilio's request to your webhook URL; Track outbound message status; Call status events",
    headers: "twilio.com/docs, Webhooks connection overrides, Retried requests",
    delivery: "twilio.com/docs, Webhooks connection overrides",
  },
  schemes: [
    {
      name: "form",
      summary: "<base64 of HMAC-SHA1 over the URL and the sorted form parameters>",
      header: "X-Twilio-Signature",
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "hmac", hash: "sha1", key: "text" },
      body: "form",
      content: [{ url: "as-sent" }, { form: "sorted-pairs" }],
    },
    {
      name: "json",
      summary: "<base64 of HMAC-SHA1 over the URL>, whose query contains bodySHA256=<hex of SHA-256 of the body>",
      header: "X-Twilio-Signature",
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "hmac", hash: "sha1", key: "text" },
      body: "json",
      content: [{ url: "as-sent" }],
      bodyHash: [{ in: { query: "bodySHA256" }, hash: "sha256", encoding: "hex" }],
    },
  ],
  headers: [
    ["User-Agent", "TwilioProxy/1.1"],
    ["Accept", "*/*"],
    ["I-Twilio-Idempotency-Token", "{id}"],
  ],
  contentType: "application/x-www-form-urlencoded; charset=UTF-8",
  envelope: {
    id: [{ header: "I-Twilio-Idempotency-Token" }],
    type: [{ form: "MessageStatus" }, { form: "SmsStatus" }, { form: "CallStatus" }],
    dedupe: [{ header: "I-Twilio-Idempotency-Token" }],
    newId: "{uuid}",
  },
  events: [
    { type: "received", when: "A message arrives" },
    { type: "delivered", when: "A sent message was delivered" },
    { type: "undelivered", when: "A message could not be delivered" },
    { type: "failed", when: "A message or call failed" },
    { type: "ringing", when: "A call comes in" },
    { type: "completed", when: "A call has ended" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: "15s",
    attempts: 2,
    delays: assumed(["1s"], "one retry by default; the documentation gives no delay"),
    retry: assumed(["no-response"], "by default only failed connections are retried (rp=ct)"),
    otherwise: "terminal",
  },
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "signature always failing",
      cause:
        "the URL is not exactly the one Twilio called: a proxy changed https to http, or a port or query parameter differs",
      next: "use the public URL, and the primary auth token of the account that owns the number",
    },
  ],
  notes: [
    "the key is the auth token of the account or subaccount",
    "the URL is signed with its query: behind a tunnel or proxy, pass the public URL with --url",
    "for a JSON body only the URL is signed; its query carries the body's hash as bodySHA256",
  ],
}));
