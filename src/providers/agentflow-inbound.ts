import { agentflowScheme } from "./agentflow.ts";
import { assumed, profile } from "./profile.ts";

export const agentflowInbound = profile(() => ({
  id: "agentflow-inbound",
  name: "AgentFlow (inbound)",
  category: "crm",
  summary: "Leads that AgentFlow takes from your forms and tools",
  source: { document: "agentflow.txt" },
  sources: {
    schemes: "agentflow.txt, Authenticate your inbound requests; the pseudocode of the outbound direction",
    events: "agentflow.txt, Structure your payload",
    envelope: "agentflow.txt, Structure your payload",
    delivery: "agentflow.txt, An inbound webhook lets any external tool POST lead data",
    troubleshooting: "agentflow.txt, the questions at its end",
  },
  schemes: assumed(
    [agentflowScheme],
    "the inbound header sample is missing; the troubleshooting text says the timestamp is part of the signed content as in the outbound pseudocode",
  ),
  headers: [],
  contentType: "application/json",
  envelope: {
    id: [{ json: "email" }],
    type: [],
    time: { json: "timestamp" },
    dedupe: assumed([{ json: "email" }], "the e-mail address is the primary identifier of a lead"),
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
    timeout: assumed("30s", "how long AgentFlow takes to answer is not stated"),
    attempts: assumed(1, "the sender is yours: the document says nothing of retries"),
    delays: [],
    retry: assumed(["no-response", "timeout", "5xx", 429], "what a careful sender would try again"),
    otherwise: "terminal",
  },
  endpoints: {
    inbound: {
      method: "POST",
      path: "/agentflow/inbound",
      auth: "none",
      success: assumed(
        [200, 202],
        "each workspace has a URL of its own (Settings, Webhooks, Inbound); this path is the simulator's",
      ),
    },
  },
  counterpart: "agentflow",
  troubleshooting: [
    {
      on: [401, 403],
      symptom: "rejected: signature",
      cause: "the signature on the inbound request failed validation",
      next: "sign the raw JSON body with the inbound signing secret and the same X-AgentFlow-Timestamp; regenerate the secret if it persists",
    },
    {
      on: [400, 422],
      symptom: "rejected: payload",
      cause: "a required field is missing or a value failed format validation",
      next: "check that name and email are present and email is a valid address; the reply's body names the field",
    },
    {
      on: ["no-response"],
      symptom: "refused at the transport",
      cause: "plain HTTP endpoints are rejected at the transport layer",
      next: "send over HTTPS, without TLS being ended before the request reaches AgentFlow",
    },
  ],
  notes: ["the endpoint URL is specific to the workspace: treat it as a credential"],
}));
