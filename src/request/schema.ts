import * as z from "zod";
import { failureKinds } from "./attempt.ts";
import { isInstant } from "../values/instant.ts";

// `stored…` reads back what an earlier run wrote, with fields of later versions let through; the others
// are the same as `--json` prints them, where a field that is not declared would be a mistake.

/** Bytes as `encodeBytes` wrote them. */
export const storedBytes = z.object({
  encoding: z.enum(["utf8", "base64"]).describe("utf8 if the bytes are valid UTF-8, otherwise base64"),
  data: z.string(),
});
export const encodedBytes = storedBytes.strict();

export const headerPair = z.tuple([z.string(), z.string()]).describe("name and value, as on the wire");

export const instantText = z.iso.datetime().describe("ISO 8601, UTC");

/** A request as the DLQ and the delivery log hold it. */
export const storedRequest = z.object({
  method: z.string(),
  target: z.string(),
  url: z.string().exactOptional(),
  httpVersion: z.string().exactOptional(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: storedBytes,
  receivedAt: z.number().refine(isInstant).exactOptional(),
});

const storedTimings = z.object({
  dnsMs: z.number().nullable(),
  connectMs: z.number().nullable(),
  tlsMs: z.number().nullable(),
  firstByteMs: z.number().nullable().describe("from sending the request to the first byte of the response"),
  totalMs: z.number(),
});

export const storedFailure = z.object({
  kind: z.enum(failureKinds),
  code: z.string().nullable().describe("the system's error code, if any: ECONNREFUSED, CERT_HAS_EXPIRED"),
  message: z.string(),
});

export const attemptOutcome = z.enum(["delivered", "retryable", "terminal"]);

/** An attempt as the DLQ and the delivery log hold it. */
export const storedAttempt = z.object({
  number: z.number().describe("as counted in the platform's attempt header"),
  startedAt: z.string(),
  durationMs: z.number(),
  timings: storedTimings,
  status: z.number().nullable(),
  outcome: attemptOutcome,
  reason: z.string().describe("why the platform classifies it so"),
  nextDelayMs: z.number().nullable().describe("the platform's wait before its next attempt; not shortened by --speed"),
  error: storedFailure.nullable(),
  replay: z
    .number()
    .exactOptional()
    .describe("which replay of the event made it, from 1; absent for the platform's own"),
});

export const attemptSchema = storedAttempt
  .extend({
    startedAt: instantText,
    timings: storedTimings.strict().describe("null for a phase that was skipped: a reused connection, plain HTTP"),
    error: storedFailure.strict().nullable(),
  })
  .strict();
