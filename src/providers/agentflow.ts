import { assumed, profile } from "./profile.ts";
import type { Scheme, Trouble } from "./profile.ts";

/** Both directions use this scheme, each with its own secret (agentflow.txt, pseudocode). */
export const agentflowScheme: Scheme = {
  name: "hmac",
  summary: "sha256=<hex of HMAC-SHA256 over timestamp.body>",
  header: "X-AgentFlow-Signature",
  layout: { kind: "single", prefix: "sha256=" },
  encoding: "hex",
  mac: { kind: "hmac", hash: "sha256", key: "text" },
  content: ["timestamp", { text: "." }, "body"],
  timestamp: { from: { header: "X-AgentFlow-Timestamp" }, unit: "s", form: "integer", past: "5m", future: "5m" },
  bodyText: "utf-8",
};

const agentflowSignatureTrouble: Trouble = {
  on: [],
  symptom: "signature verification is always failing",
  cause: "the signature was computed over re-serialized JSON, or with the secret of the other direction",
  next: "read the raw request body bytes before computing the signature; use the outbound secret for requests AgentFlow sends and the inbound secret for requests it receives",
};

export const agentflow = profile(() => ({
  id: "agentflow",
  name: "AgentFlow (outbound)",
  category: "crm",
  summary: "Qualified lead decisions sent by AgentFlow",
  source: { document: "agentflow.txt" },
  sources: {
    schemes: "agentflow.txt, Verify outbound event signatures (pseudocode)",
    events: "agentflow.txt, Select the event types to receive",
    envelope: "agentflow.txt, Design for idempotency",
    delivery: "agentflow.txt, Return a 2xx response quickly",
    troubleshooting: "agentflow.txt, the troubleshooting questions at the end",
  },
  schemes: [agentflowScheme],
  headers: [["User-Agent", "AgentFlow-Webhooks/1.0"]],
  contentType: "application/json",
  envelope: {
    id: [{ json: "event_id" }, { json: "lead_id" }],
    type: [{ json: "event" }, { json: "event_type" }, { json: "type" }],
    time: { json: "timestamp" },
    dedupe: [{ json: "lead_id" }, { json: "event" }],
    newId: "lead_{hex16}",
    fields: [
      {
        path: "lead_id",
        need: "required",
        format: "string",
        meaning: "together with the event type, the deduplication key",
      },
      { path: "event", need: "required", format: "string" },
    ],
  },
  events: [
    { type: "lead.qualified", when: "An operator approved the lead, or it met the auto-approve score threshold" },
    { type: "lead.rejected", when: "An operator rejected the lead, or it fell below the auto-reject threshold" },
    {
      type: "lead.review_requested",
      when: "The lead score fell in the manual-review range and is awaiting operator action",
    },
  ],
  samplesAssumed: "the document shows no outbound payload; it names only lead_id and the event type",
  delivery: {
    httpsOnly: true,
    timeout: "10s",
    attempts: assumed(6, "the document says 'retries delivery with exponential backoff' and gives no count"),
    delays: assumed(["10s", "30s", "90s", "5m", "15m"], "the document says 'exponential backoff' and gives no numbers"),
    retry: ["no-response", "timeout", "non-2xx"],
    otherwise: "retryable",
  },
  counterpart: "agentflow-inbound",
  troubleshooting: [
    agentflowSignatureTrouble,
    {
      on: ["timeout"],
      cause: "no 2xx within ten seconds",
      next: "return 200 OK immediately and handle the event asynchronously in a background job or queue",
      source: "agentflow.txt, Return a 2xx response quickly",
    },
    {
      on: ["no-response"],
      symptom: "my endpoint is not receiving events",
      cause: "the URL is wrong, not public, or a firewall blocks AgentFlow's IP ranges",
      next: "confirm the destination URL is publicly reachable, check the Outbound Logs, and let AgentFlow's IP ranges through the firewall",
    },
    {
      on: [],
      symptom: "processing them twice",
      cause: "the handler is not idempotent",
      next: "use lead_id plus the event type as a composite deduplication key",
    },
    {
      on: ["non-2xx"],
      cause: "the endpoint returned something other than a 2xx",
      next: "check the Outbound Logs for the delivery attempts and response codes",
      source: "agentflow.txt, Return a 2xx response quickly",
    },
  ],
  notes: [
    "each attempt is assumed to be re-signed with a new timestamp: otherwise every retry after five minutes would be rejected as stale",
    "the document names no User-Agent; hookproof sends one of its own",
  ],
}));
