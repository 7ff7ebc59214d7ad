import * as z from "zod";
import { instantText } from "../request/schema.ts";

const failure = z.strictObject({
  code: z
    .string()
    .describe("the system's error code (ECONNREFUSED, ENOTFOUND, CERT_HAS_EXPIRED), or TIMEOUT, MALFORMED, PROXY …"),
  message: z.string(),
});

const certificate = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  validFrom: instantText,
  validTo: instantText,
  names: z.string().describe("the names in its subjectAltName"),
  fingerprint256: z.string(),
});

const tls = z.strictObject({
  address: z.string(),
  protocol: z.string().nullable().describe("the TLS version; null if the handshake failed"),
  cipher: z.string().nullable().describe("null if the handshake failed"),
  alpn: z
    .string()
    .nullable()
    .describe("the protocol that ALPN negotiated, h2 or http/1.1; null if the server does not support ALPN"),
  chain: z.array(certificate).describe("the certificate chain, leaf first"),
  refusal: failure.nullable().describe("why clients reject the certificate; null if it is trusted"),
  namesHost: z.boolean().describe("true if the certificate names this host"),
  ms: z.number().nullable().describe("milliseconds the handshake took; null if it failed"),
  error: failure
    .nullable()
    .describe("why the handshake failed, for example no TLS at all or no common protocol; null if it succeeded"),
});

const httpStep = z.strictObject({
  method: z.enum(["HEAD", "GET"]),
  url: z.string(),
  status: z.number().nullable().describe("HTTP status; null if there was no response"),
  httpVersion: z.string().nullable().describe("the HTTP version of the connection, 1.1 or 2; null if not known"),
  ms: z.number().describe("milliseconds from the request to the response headers, including the connection"),
  location: z.string().nullable().describe("the Location header; null if absent"),
  server: z.string().nullable().describe("the Server header; null if absent"),
  clockSkewSeconds: z
    .number()
    .nullable()
    .describe("the server's Date header minus this machine's clock, in seconds; null without a Date header"),
  error: failure.nullable(),
});

/** The results of each step on the way to a receiver. */
export const factsSchema = z.strictObject({
  url: z.string(),
  scheme: z.enum(["http", "https"]),
  hostname: z.string(),
  port: z.number(),
  proxy: z
    .string()
    .nullable()
    .describe("host and port of the proxy used, in which case the direct path is not probed; null without a proxy"),
  dns: z.strictObject({
    hostname: z.string(),
    addresses: z.array(z.strictObject({ address: z.string(), family: z.union([z.literal(4), z.literal(6)]) })),
    ms: z.number().describe("milliseconds the lookup took"),
    error: failure.nullable(),
  }),
  tcp: z
    .array(
      z.strictObject({
        address: z.string(),
        port: z.number(),
        ms: z.number().nullable().describe("milliseconds until the connection was open; null if it failed"),
        error: failure.nullable(),
      }),
    )
    .describe("one per address"),
  tls: tls.nullable().describe("null for plain HTTP, or if there was no connection"),
  http: z.array(httpStep).describe("one per request: the first, then one per redirect"),
  limitMs: z.number().describe("the timeout of each step, in milliseconds"),
});

/** `problem`: deliveries fail because of it. `warning`: they may fail. `ok`: checked, no problem. */
export const findingSchema = z.strictObject({
  step: z.enum(["url", "dns", "tcp", "tls", "http"]),
  code: z.string().describe("the kind of finding"),
  level: z
    .enum(["ok", "warning", "problem"])
    .describe("problem: deliveries fail; warning: they may fail; ok: checked, no problem"),
  message: z.string(),
  advice: z.string().describe("what to do; empty if nothing"),
});

/** A platform's timeout compared with the receiver's response time. */
export const limitSchema = z.strictObject({
  provider: z.string(),
  limitMs: z.number().describe("the platform's timeout, in milliseconds"),
  inTime: z.boolean().describe("true if the response was faster than that"),
});
