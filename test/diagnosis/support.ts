import { createHash, createHmac } from "node:crypto";
import { findProfile } from "../../src/providers/index.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import type { DiagnoseOptions } from "../../src/diagnosis/diagnose.ts";
import type { Verdict } from "../../src/signature/verdict.ts";
import { Secret } from "../../src/values/secret.ts";

/** Judged at this moment, epoch milliseconds; requests are signed at it unless a case says otherwise. */
export const at = 1_767_225_600_000;
export const url = "https://hooks.example.com/in?tenant=7";

/** How a case departs from the right signature; what is signed by hand, with node:crypto alone. */
export interface Signing {
  readonly secret: Buffer;
  readonly body: Buffer;
  readonly timestamp?: string;
  /** The text that goes into the header in place of the one that is signed. */
  readonly headerTimestamp?: string;
  readonly url?: string;
  readonly hash?: string;
  readonly content?: (parts: { readonly body: Buffer; readonly timestamp: string; readonly url: string }) => Buffer;
  /** Writes the MAC's bytes. */
  readonly write?: (mac: Buffer) => string;
  readonly prefix?: string;
}

interface Platform {
  readonly id: string;
  readonly secret: string;
  readonly encoding: "hex" | "base64";
  readonly clock: "none" | "s" | "ms";
  readonly build: (signing: Signing) => HeaderPair[];
}

const mac = (signing: Signing, key: Buffer, content: Buffer): Buffer =>
  createHmac(signing.hash ?? "sha256", key)
    .update(content)
    .digest();

const simple =
  (header: string, prefix: string, encoding: "hex" | "base64") =>
  (signing: Signing): HeaderPair[] => {
    const timestamp = signing.timestamp ?? "";
    const content = signing.content?.({ body: signing.body, timestamp, url: signing.url ?? url }) ?? signing.body;
    const bytes = mac(signing, signing.secret, content);
    return [[header, (signing.prefix ?? prefix) + (signing.write?.(bytes) ?? bytes.toString(encoding))]];
  };

const stamped =
  (
    make: (parts: { readonly body: Buffer; readonly timestamp: string; readonly url: string }) => Buffer,
    write: (signature: string, timestamp: string, prefix: string | undefined) => HeaderPair[],
    encoding: "hex" | "base64",
    unit: "s" | "ms",
    key: (secret: Buffer) => Buffer = (secret) => secret,
  ) =>
  (signing: Signing): HeaderPair[] => {
    const timestamp = signing.timestamp ?? String(unit === "s" ? at / 1000 : at);
    const parts = { body: signing.body, timestamp, url: signing.url ?? url };
    const bytes = mac(signing, key(signing.secret), (signing.content ?? make)(parts));
    return write(
      signing.write?.(bytes) ?? bytes.toString(encoding),
      signing.headerTimestamp ?? timestamp,
      signing.prefix,
    );
  };

const joined = (...parts: (string | Buffer)[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part)));

export const platforms: readonly Platform[] = [
  {
    id: "10ex",
    secret: "tenex-secret-0123456789",
    encoding: "hex",
    clock: "none",
    build: simple("X-10ex-Signature", "sha256=", "hex"),
  },
  {
    id: "10x",
    secret: "tenx-secret-0123456789",
    encoding: "hex",
    clock: "none",
    build: simple("x-arjun-signature", "sha256=", "hex"),
  },
  {
    id: "agentflow",
    secret: "agentflow-outbound-secret",
    encoding: "hex",
    clock: "s",
    build: stamped(
      ({ timestamp, body }) => joined(timestamp, ".", body),
      (signature, timestamp, prefix) => [
        ["X-AgentFlow-Timestamp", timestamp],
        ["X-AgentFlow-Signature", (prefix ?? "sha256=") + signature],
      ],
      "hex",
      "s",
    ),
  },
  {
    id: "stripe",
    secret: "whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH",
    encoding: "hex",
    clock: "s",
    build: stamped(
      ({ timestamp, body }) => joined(timestamp, ".", body),
      (signature, timestamp, prefix) => [["Stripe-Signature", `t=${timestamp},${prefix ?? "v1="}${signature}`]],
      "hex",
      "s",
    ),
  },
  {
    id: "github",
    secret: "It's a Secret to Everybody",
    encoding: "hex",
    clock: "none",
    build: simple("X-Hub-Signature-256", "sha256=", "hex"),
  },
  {
    id: "hubspot",
    secret: "hubspot-client-secret-1234",
    encoding: "base64",
    clock: "ms",
    build: stamped(
      ({ timestamp, body, url: called }) => joined("POST", called, body, timestamp),
      (signature, timestamp, prefix) => [
        ["X-HubSpot-Request-Timestamp", timestamp],
        ["X-HubSpot-Signature-v3", (prefix ?? "") + signature],
      ],
      "base64",
      "ms",
    ),
  },
  {
    id: "standard-webhooks",
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    encoding: "base64",
    clock: "s",
    build: stamped(
      ({ timestamp, body }) => joined("msg_p5jXN8AQM9LWM0D4loKWxJek.", timestamp, ".", body),
      (signature, timestamp, prefix) => [
        ["webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"],
        ["webhook-timestamp", timestamp],
        ["webhook-signature", (prefix ?? "v1,") + signature],
      ],
      "base64",
      "s",
      (secret) =>
        Buffer.from(
          secret
            .toString()
            .trim()
            .replace(/^whsec_/, ""),
          "base64",
        ),
    ),
  },
  {
    id: "slack",
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    encoding: "hex",
    clock: "s",
    build: stamped(
      ({ timestamp, body }) => joined("v0:", timestamp, ":", body),
      (signature, timestamp, prefix) => [
        ["X-Slack-Request-Timestamp", timestamp],
        ["X-Slack-Signature", (prefix ?? "v0=") + signature],
      ],
      "hex",
      "s",
    ),
  },
  {
    id: "shopify",
    secret: "shpss_0123456789abcdef",
    encoding: "base64",
    clock: "none",
    build: simple("X-Shopify-Hmac-Sha256", "", "base64"),
  },
];

export const platform = (id: string): Platform => {
  const found = platforms.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

/** A request with these headers and this body, and the common ones. */
export const received = (headers: readonly HeaderPair[], body: Buffer): WebhookRequest => ({
  method: "POST",
  target: "/in?tenant=7",
  httpVersion: "1.1",
  headers: [["Host", "hooks.example.com"], ["Content-Type", "application/json"], ...headers],
  body,
});

/** Secrets are known as `given` unless the case says otherwise. */
export const judged = (
  id: string,
  request: WebhookRequest,
  secret: string | Buffer,
  options: Partial<DiagnoseOptions> = {},
): Verdict => diagnose(request, findProfile(id), [new Secret("given", secret)], { at, ...options });

export const codes = (verdict: Verdict): readonly string[] => verdict.findings.map((finding) => finding.code);

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
