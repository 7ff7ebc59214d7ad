import * as z from "zod";
import type { DoctorData } from "./view.ts";
import { instantText } from "../shared/schema.ts";

const failure = z.strictObject({ code: z.string(), message: z.string() });

const certificate = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  validFrom: instantText,
  validTo: instantText,
  names: z.string(),
  fingerprint256: z.string(),
});

const facts = z.strictObject({
  url: z.string(),
  scheme: z.enum(["http", "https"]),
  hostname: z.string(),
  port: z.number(),
  dns: z.strictObject({
    hostname: z.string(),
    addresses: z.array(z.strictObject({ address: z.string(), family: z.union([z.literal(4), z.literal(6)]) })),
    ms: z.number(),
    error: failure.nullable(),
  }),
  tcp: z
    .array(
      z.strictObject({ address: z.string(), port: z.number(), ms: z.number().nullable(), error: failure.nullable() }),
    )
    .describe("one an address"),
  tls: z
    .strictObject({
      address: z.string(),
      protocol: z.string().nullable(),
      cipher: z.string().nullable(),
      alpn: z.string().nullable(),
      chain: z.array(certificate).describe("the leaf first"),
      refusal: failure.nullable().describe("why a client refuses the certificate; null where it is trusted"),
      namesHost: z.boolean().describe("the certificate names this host"),
      ms: z.number().nullable(),
      error: failure.nullable(),
    })
    .nullable()
    .describe("null for plain HTTP, or where no connection stood"),
  http: z
    .array(
      z.strictObject({
        method: z.enum(["HEAD", "GET"]),
        url: z.string(),
        status: z.number().nullable(),
        httpVersion: z.string().nullable(),
        ms: z.number(),
        location: z.string().nullable(),
        server: z.string().nullable(),
        clockSkewSeconds: z.number().nullable().describe("the server's Date minus this machine's clock"),
        error: failure.nullable(),
      }),
    )
    .describe("one a redirect"),
  limitMs: z.number(),
});

export const doctorOutput = z
  .strictObject({
    url: z.string(),
    healthy: z.boolean(),
    findings: z.array(
      z.strictObject({
        step: z.enum(["url", "dns", "tcp", "tls", "http"]),
        code: z.string(),
        level: z.enum(["ok", "warning", "problem"]),
        message: z.string(),
        advice: z.string().describe("what to do; empty where all is well"),
      }),
    ),
    limits: z
      .array(z.strictObject({ provider: z.string(), limitMs: z.number(), inTime: z.boolean() }))
      .describe("the answer's time against each platform's limit; empty where there was no answer"),
    facts,
  })
  .describe("`hookproof doctor --json`") satisfies z.ZodType<DoctorData>;
