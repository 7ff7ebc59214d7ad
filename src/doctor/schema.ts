import * as z from "zod";
import { instantText } from "../request/schema.ts";

const failure = z.strictObject({
  code: z.string().describe("the system's (ECONNREFUSED, ENOTFOUND, CERT_HAS_EXPIRED), or TIMEOUT, MALFORMED, PROXY …"),
  message: z.string(),
});

const certificate = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  validFrom: instantText,
  validTo: instantText,
  names: z.string().describe("names it is valid for, as in its subjectAltName"),
  fingerprint256: z.string(),
});

const tls = z.strictObject({
  address: z.string(),
  protocol: z.string().nullable(),
  cipher: z.string().nullable(),
  alpn: z.string().nullable().describe("what ALPN agreed on: h2, http/1.1; null where the server does not support it"),
  chain: z.array(certificate).describe("the leaf first"),
  refusal: failure.nullable().describe("why a client rejects the certificate; null if it is trusted"),
  namesHost: z.boolean().describe("the certificate names this host"),
  ms: z.number().nullable(),
  error: failure.nullable().describe("the handshake itself failed: not TLS at all, or no protocol in common"),
});

const httpStep = z.strictObject({
  method: z.enum(["HEAD", "GET"]),
  url: z.string(),
  status: z.number().nullable(),
  httpVersion: z.string().nullable().describe("1.1 or 2: what the connection spoke"),
  ms: z.number().describe("from the request to the response headers, including the connection"),
  location: z.string().nullable(),
  server: z.string().nullable(),
  clockSkewSeconds: z.number().nullable().describe("the server's Date minus this machine's clock"),
  error: failure.nullable(),
});

/** What was found on the way to a receiver, step by step. */
export const factsSchema = z.strictObject({
  url: z.string(),
  scheme: z.enum(["http", "https"]),
  hostname: z.string(),
  port: z.number(),
  proxy: z.string().nullable().describe("host and port of the proxy used; the direct path is then not probed"),
  dns: z.strictObject({
    hostname: z.string(),
    addresses: z.array(z.strictObject({ address: z.string(), family: z.union([z.literal(4), z.literal(6)]) })),
    ms: z.number(),
    error: failure.nullable(),
  }),
  tcp: z
    .array(
      z.strictObject({
        address: z.string(),
        port: z.number(),
        ms: z.number().nullable().describe("until the connection was open; null where it was not"),
        error: failure.nullable(),
      }),
    )
    .describe("one an address"),
  tls: tls.nullable().describe("null for plain HTTP, or without a connection"),
  http: z.array(httpStep).describe("one a redirect"),
  limitMs: z.number(),
});

/** `problem`: deliveries fail because of it. `warning`: they may. `ok`: checked, and fine. */
export const findingSchema = z.strictObject({
  step: z.enum(["url", "dns", "tcp", "tls", "http"]),
  code: z.string(),
  level: z.enum(["ok", "warning", "problem"]),
  message: z.string(),
  advice: z.string().describe("what to do; empty if all is well"),
});

/** A platform's timeout compared with the receiver's response time. */
export const limitSchema = z.strictObject({ provider: z.string(), limitMs: z.number(), inTime: z.boolean() });
