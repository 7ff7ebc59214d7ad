import { createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** What a receiver of one platform needs to know, written from the platforms' documents with node:crypto alone. */
export interface ReceiverScheme {
  readonly provider: string;
  readonly secret: string;
  readonly header: string;
  /** The signatures that a header's value holds. */
  readonly given: (value: string) => readonly string[];
  readonly expected: (content: Buffer, headers: IncomingHttpHeaders, url: string, secret: string) => string;
  /** Seconds since the epoch that were signed; undefined where the scheme has none. */
  readonly timestamp?: (headers: IncomingHttpHeaders) => number;
  readonly checksFuture: boolean;
  readonly attempt?: string;
  readonly eventId: (event: Record<string, unknown>, headers: IncomingHttpHeaders) => string;
  readonly eventType: (event: Record<string, unknown>, headers: IncomingHttpHeaders) => string;
}

const hmac = (secret: string | Buffer, encoding: "hex" | "base64", ...parts: readonly (string | Buffer)[]): string => {
  const mac = createHmac("sha256", secret);
  for (const part of parts) mac.update(part);
  return mac.digest(encoding);
};

const text = (value: unknown): string => {
  if (Array.isArray(value)) return text(value[0]);
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
};

const prefixed = (prefix: string) => (value: string) => (value.startsWith(prefix) ? [value.slice(prefix.length)] : []);

const stripeItems = (value: string, key: string): readonly string[] =>
  value
    .split(",")
    .filter((item) => item.startsWith(`${key}=`))
    .map((item) => item.slice(key.length + 1));

export const schemes = {
  "10x": {
    provider: "10x",
    secret: "arjun-secret",
    header: "x-arjun-signature",
    given: prefixed("sha256="),
    expected: (body, _headers, _url, secret) => hmac(secret, "hex", body),
    checksFuture: false,
    attempt: "x-arjun-attempt",
    eventId: (event) => text(event["id"]),
    eventType: (event) => text(event["type"]),
  },
  github: {
    provider: "github",
    secret: "It's a Secret to Everybody",
    header: "x-hub-signature-256",
    given: prefixed("sha256="),
    expected: (body, _headers, _url, secret) => hmac(secret, "hex", body),
    checksFuture: false,
    eventId: (_event, headers) => text(headers["x-github-delivery"]),
    eventType: (_event, headers) => text(headers["x-github-event"]),
  },
  shopify: {
    provider: "shopify",
    secret: "hush",
    header: "x-shopify-hmac-sha256",
    given: (value) => [value],
    expected: (body, _headers, _url, secret) => hmac(secret, "base64", body),
    checksFuture: false,
    eventId: (_event, headers) => text(headers["x-shopify-webhook-id"]),
    eventType: (_event, headers) => text(headers["x-shopify-topic"]),
  },
  agentflow: {
    provider: "agentflow",
    secret: "agent-secret",
    header: "x-agentflow-signature",
    given: prefixed("sha256="),
    expected: (body, headers, _url, secret) => hmac(secret, "hex", `${text(headers["x-agentflow-timestamp"])}.`, body),
    timestamp: (headers) => Number(text(headers["x-agentflow-timestamp"]) || Number.NaN),
    checksFuture: true,
    eventId: (event) => `${text(event["lead_id"])} ${text(event["event"])}`,
    eventType: (event) => text(event["event"]),
  },
  stripe: {
    provider: "stripe",
    secret: "whsec_test",
    header: "stripe-signature",
    given: (value) => stripeItems(value, "v1"),
    expected: (body, headers, _url, secret) =>
      hmac(secret, "hex", `${stripeItems(text(headers["stripe-signature"]), "t")[0] ?? ""}.`, body),
    timestamp: (headers) => Number(stripeItems(text(headers["stripe-signature"]), "t")[0] ?? Number.NaN),
    checksFuture: false,
    eventId: (event) => text(event["id"]),
    eventType: (event) => text(event["type"]),
  },
  "standard-webhooks": {
    provider: "standard-webhooks",
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    header: "webhook-signature",
    given: (value) =>
      value
        .split(" ")
        .filter((item) => item.startsWith("v1,"))
        .map((item) => item.slice(3)),
    expected: (body, headers, _url, secret) =>
      hmac(
        Buffer.from(secret.replace("whsec_", ""), "base64"),
        "base64",
        `${text(headers["webhook-id"])}.${text(headers["webhook-timestamp"])}.`,
        body,
      ),
    timestamp: (headers) => Number(text(headers["webhook-timestamp"]) || Number.NaN),
    checksFuture: true,
    eventId: (_event, headers) => text(headers["webhook-id"]),
    eventType: (event) => text(event["type"]),
  },
  slack: {
    provider: "slack",
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    header: "x-slack-signature",
    given: prefixed("v0="),
    expected: (body, headers, _url, secret) =>
      hmac(secret, "hex", `v0:${text(headers["x-slack-request-timestamp"])}:`, body),
    timestamp: (headers) => Number(text(headers["x-slack-request-timestamp"]) || Number.NaN),
    checksFuture: false,
    attempt: "x-slack-retry-num",
    eventId: (event) => text(event["event_id"]),
    eventType: (event) => text((event["event"] as Record<string, unknown> | undefined)?.["type"]),
  },
  hubspot: {
    provider: "hubspot",
    secret: "hub-secret",
    header: "x-hubspot-signature-v3",
    given: (value) => [value],
    expected: (body, headers, url, secret) =>
      hmac(secret, "base64", `POST${url}`, body, text(headers["x-hubspot-request-timestamp"])),
    timestamp: (headers) => Number(text(headers["x-hubspot-request-timestamp"]) || Number.NaN) / 1000,
    checksFuture: false,
    eventId: (event) => text((event as unknown as Record<string, unknown>[])[0]?.["eventId"]),
    eventType: (event) => text((event as unknown as Record<string, unknown>[])[0]?.["subscriptionType"]),
  },
} as const satisfies Readonly<Record<string, ReceiverScheme>>;

export type SchemeName = keyof typeof schemes;

export const schemeOf = (name: SchemeName): ReceiverScheme => schemes[name];
