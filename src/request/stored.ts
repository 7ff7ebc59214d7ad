import * as z from "zod";
import { failureKinds } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";

/** Bytes as `encodeBytes` wrote them. */
export const storedBytes = z.object({
  encoding: z.enum(["utf8", "base64"]).describe("utf8 where the bytes are UTF-8 through and through, else base64"),
  data: z.string(),
});

/** A request as the DLQ and the delivery log hold it. */
export const storedRequest = z.object({
  method: z.string(),
  target: z.string(),
  url: z.string().exactOptional(),
  httpVersion: z.string().exactOptional(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: storedBytes,
  receivedAt: z.number().exactOptional(),
});

export const storedTimings = z.object({
  dnsMs: z.number().nullable(),
  connectMs: z.number().nullable(),
  tlsMs: z.number().nullable(),
  firstByteMs: z.number().nullable().describe("from the request going out to the answer's first byte"),
  totalMs: z.number(),
});

export const storedFailure = z.object({
  kind: z.enum(failureKinds),
  code: z.string().nullable(),
  message: z.string(),
});

/** An attempt as the DLQ and the delivery log hold it, and as `--json` prints it. */
export const storedAttempt = z.object({
  number: z.number().describe("as the platform's attempt header counts"),
  startedAt: z.string(),
  durationMs: z.number(),
  timings: storedTimings,
  status: z.number().nullable(),
  outcome: z.enum(["delivered", "retryable", "terminal"]),
  reason: z.string(),
  nextDelayMs: z.number().nullable().describe("the platform's wait before its next attempt; not shortened by --speed"),
  error: storedFailure.nullable(),
}) satisfies z.ZodType<Attempt>;
