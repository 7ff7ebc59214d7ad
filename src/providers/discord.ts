import { assumed, profile } from "./profile.ts";

export const discord = profile(() => ({
  id: "discord",
  name: "Discord",
  category: "communication",
  summary: "Interactions and webhook events from Discord",
  source: {
    document: "docs.discord.com",
    url: "https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint",
  },
  sources: {
    schemes:
      "discord-interactions, verifyKey; docs.discord.com, Interactions overview, Validating security request headers",
    events: "docs.discord.com, Receiving and responding, Interaction type; Webhook events",
    delivery: "docs.discord.com, Receiving and responding; Webhook events",
  },
  schemes: [
    {
      name: "ed25519",
      summary: "<hex of the ed25519 signature over timestamp and body>",
      header: "X-Signature-Ed25519",
      layout: { kind: "single" },
      encoding: "hex",
      mac: { kind: "ed25519" },
      content: ["timestamp", "body"],
      timestamp: {
        from: { header: "X-Signature-Timestamp" },
        unit: "s",
        form: "canonical",
        past: assumed("any", "neither the documentation nor discord-interactions checks the age"),
        future: assumed("any", "neither the documentation nor discord-interactions checks the age"),
      },
    },
  ],
  headers: [["User-Agent", "Discord-Interactions/1.0 (+https://discord.com)"]],
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "event.type" }, { json: "type" }],
    dedupe: [{ json: "id" }],
    newId: "1{number}00000000",
  },
  events: [
    { type: "1", when: 'PING: Discord checks the endpoint, which must respond with {"type":1}' },
    { type: "2", when: "APPLICATION_COMMAND: a user runs a command" },
    { type: "3", when: "MESSAGE_COMPONENT: a user presses a button or chooses from a menu" },
    { type: "4", when: "APPLICATION_COMMAND_AUTOCOMPLETE: a user is typing an option" },
    { type: "5", when: "MODAL_SUBMIT: a user submits a modal" },
    { type: "APPLICATION_AUTHORIZED", when: "Webhook event: the app is added to a server or an account" },
    { type: "ENTITLEMENT_CREATE", when: "Webhook event: an entitlement is created" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: "3s",
    attempts: assumed(1, "interactions are not retried; webhook events are, for up to 10 minutes"),
    delays: [],
    retry: assumed([], "interactions are not retried; webhook events are, for up to 10 minutes"),
    otherwise: assumed("terminal", "interactions are not retried; webhook events are, for up to 10 minutes"),
  },
  troubleshooting: [
    {
      on: ["2xx", "4xx", "5xx"],
      symptom: "the endpoint cannot be saved",
      cause: 'Discord also sends invalid signatures, and expects 401 for those and {"type":1} for the PING',
      next: "verify the raw body, and return 401 if the signature does not match",
    },
    { on: ["timeout"], cause: "no response within three seconds", next: "defer the response (type 5) and follow up" },
  ],
  notes: [
    "requests are verified with the application's public key (hex); only Discord has the private key, so sign tests with your own key pair",
    "an interaction's type is the number in type; a webhook event's type is in event.type",
  ],
}));
