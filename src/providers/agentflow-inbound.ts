import { agentflowScheme } from "./agentflow.ts";
import { assumed, profile } from "./profile.ts";

export const agentflowInbound = profile(() => ({
  id: "agentflow-inbound",
  name: "AgentFlow (inbound)",
  category: "crm",
  summary: "Leads sent to AgentFlow by your forms and tools",
  source: { document: "agentflow.txt" },
  sources: {
    schemes: "agentflow.txt, Authenticate your inbound requests; the pseudocode of the outbound direction",
    events: "agentflow.txt, Structure your payload",
    envelope: "agentflow.txt, Structure your payload",
    delivery: "agentflow.txt, An inbound webhook lets any external tool POST lead data",
    troubleshooting: "agentflow.txt, the troubleshooting questions at the end",
  },
  schemes: assumed(
    [agentflowScheme],
    "the sample of the inbound headers is missing; the troubleshooting text says that the timestamp is part of the signed content, as in the outbound pseudocode",
  ),
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ json: "email" }],
    type: [],
    time: { json: "timestamp" },
    dedupe: assumed([{ json: "email" }], "the document calls the email address the primary identifier"),
    newId: "lead.{hex8}@example.com",
    fields: [
      { path: "name", need: "required", format: "string", meaning: "Full name of the lead" },
      {
        path: "email",
        need: "required",
        format: "email",
        meaning: "Lead's email address, used as the primary identifier",
      },
      { path: "company", need: "recommended", format: "string", meaning: "Company or organization name" },
      {
        path: "message",
        need: "recommended",
        format: "string",
        meaning: "The lead's inquiry text; strongly improves scoring quality",
      },
      {
        path: "source",
        need: "recommended",
        format: "string",
        meaning: "Where the lead originated (form name, channel, campaign)",
      },
      {
        path: "timestamp",
        need: "recommended",
        format: "iso-time",
        meaning: "ISO 8601 submission timestamp from the sending system",
      },
    ],
  },
  events: [{ type: "lead", when: "A lead is submitted by a form or tool" }],
  delivery: {
    httpsOnly: true,
    timeout: assumed("30s", "the document does not say how long AgentFlow takes to respond"),
    attempts: assumed(1, "you are the sender, and the document does not mention retries"),
    delays: [],
    retry: assumed(["no-response", "timeout", "5xx", 429], "what a careful sender would retry"),
    otherwise: "terminal",
  },
  endpoints: {
    inbound: {
      method: "POST",
      path: "/agentflow/inbound",
      auth: "none",
      success: assumed(
        [200, 202],
        "the status is not stated; each workspace has its own URL (Settings, Webhooks, Inbound), and this path is only the simulator's",
      ),
    },
  },
  counterpart: "agentflow",
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "rejected: signature",
      cause: "the signature on the inbound request failed validation",
      next: "sign the raw JSON body with the inbound signing secret, using the X-AgentFlow-Timestamp value you send; if it still fails, regenerate the secret and update your sender",
    },
    {
      on: [400, 422],
      symptom: "rejected: payload",
      cause: "a required field is missing or a value failed format validation",
      next: "check that name and email are present and email is a valid address; the response body has a field-level description",
    },
    {
      on: ["no-response"],
      symptom: "refused at the transport",
      cause: "plain HTTP endpoints are rejected at the transport layer",
      next: "send over HTTPS, and do not terminate TLS before the request reaches AgentFlow",
    },
  ],
  notes: ["each workspace has its own endpoint URL: treat it as a credential"],
}));
