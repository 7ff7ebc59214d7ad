import { assumed, profile } from "./profile.ts";

export const eventgrid = profile(() => ({
  id: "eventgrid",
  aliases: ["cloudevents", "azure-event-grid"],
  name: "Azure Event Grid",
  category: "infrastructure",
  summary: "CloudEvents from Azure Event Grid subscriptions",
  source: {
    document: "learn.microsoft.com/azure/event-grid",
    url: "https://learn.microsoft.com/azure/event-grid/security-authentication",
  },
  sources: {
    schemes:
      "learn.microsoft.com, Authenticate event delivery to webhook endpoints, client secret as a query parameter",
    events: "learn.microsoft.com, CloudEvents v1.0 schema; Azure Blob Storage as an Event Grid source",
    headers: "learn.microsoft.com, Event Grid message delivery, Delivery properties",
    delivery: "learn.microsoft.com, Event Grid message delivery and retry",
  },
  schemes: assumed(
    [
      {
        name: "query",
        summary: "<the secret itself> in the query parameter code",
        place: { query: "code" },
        layout: { kind: "single" },
        encoding: "text",
        mac: { kind: "token" },
        content: [],
      },
    ],
    "requests are not signed; you put a parameter of your choice in the endpoint's URL",
  ),
  headers: [
    ["aeg-subscription-name", "ORDERS"],
    ["aeg-event-type", "Notification"],
  ],
  attempt: { header: "aeg-delivery-count", first: 0, onFirst: true },
  contentType: "application/cloudevents+json; charset=utf-8",
  envelope: {
    id: [{ json: "id" }],
    type: [{ json: "type" }],
    time: { json: "time" },
    dedupe: assumed(
      [{ json: "id" }],
      "CloudEvents identifies an event by source and id; Event Grid's ids are assumed to be unique on their own",
    ),
    newId: "{uuid}",
    fields: [
      { path: "specversion", need: "required", format: "string" },
      { path: "id", need: "required", format: "string" },
      { path: "source", need: "required", format: "string" },
      { path: "type", need: "required", format: "string" },
      { path: "time", need: "optional", format: "iso-time" },
    ],
  },
  events: [
    { type: "Microsoft.Storage.BlobCreated", when: "A blob is created or replaced" },
    { type: "Microsoft.Storage.BlobDeleted", when: "A blob is deleted" },
    { type: "Microsoft.Resources.ResourceWriteSuccess", when: "A resource is created or changes" },
    { type: "Microsoft.ContainerRegistry.ImagePushed", when: "An image is pushed to a registry" },
    { type: "Microsoft.KeyVault.SecretNearExpiry", when: "A secret is about to expire" },
  ],
  delivery: {
    httpsOnly: true,
    timeout: "30s",
    attempts: assumed(11, "up to 30 attempts in 24 hours by default"),
    delays: ["10s", "30s", "1m", "5m", "10m", "30m", "1h", "3h", "6h", "12h"],
    retry: ["no-response", "timeout", "non-2xx"],
    terminal: [400, 401, 403, 413],
    otherwise: "retryable",
  },
  troubleshooting: [
    {
      on: ["4xx"],
      symptom: "the subscription cannot be created",
      cause:
        "the endpoint did not respond correctly to the OPTIONS request (CloudEvents schema) or to the validationCode (Event Grid schema)",
      next: "return WebHook-Allowed-Origin with the value of the request's WebHook-Request-Origin, or return validationCode as validationResponse",
    },
  ],
  notes: ["the secret is in the URL: keep it out of logs", "with Microsoft Entra ID, a bearer JWT is sent instead"],
  challenges: [
    {
      name: "SubscriptionValidationEvent",
      source: "learn.microsoft.com/azure/event-grid/webhook-event-delivery, Endpoint validation with Event Grid events",
      request: {
        method: "POST",
        headers: [["aeg-event-type", "SubscriptionValidation"]],
        json: '[{"id":"{uuid}","topic":"{uuid}","subject":"","data":{"validationCode":"{challenge}","validationUrl":"{uuid}"},"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","eventTime":"{uuid}","metadataVersion":"{number}","dataVersion":"{number}"}]',
      },
      challenge: "{uuid}",
      answers: [{ status: [200], json: '{"validationResponse":"{challenge}"}' }],
    },
    {
      name: "CloudEvents abuse protection",
      source: "github.com/cloudevents/spec, http-webhook.md, 4. Abuse Protection",
      request: { method: "OPTIONS", headers: [["WebHook-Request-Origin", "{challenge}"]] },
      challenge: "eventgrid.azure.net",
      answers: [{ status: [200, 204], headers: [["WebHook-Allowed-Origin", "{challenge}", "*"]] }],
    },
  ],
}));
