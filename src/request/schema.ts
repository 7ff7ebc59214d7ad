import * as z from "zod";
import { failureKinds } from "./attempt.ts";
import { isInstant } from "../values/instant.ts";

// `stored…` schemas read what an earlier run wrote, and allow fields of later versions. The others describe what
// `--json` prints, where an undeclared field would be a bug.

/** Bytes as `encodeBytes` wrote them. */
export const storedBytes = z.object({
  encoding: z.enum(["utf8", "base64"]).describe("utf8 if the bytes are valid UTF-8, otherwise base64"),
  data: z.string().describe("the bytes in that encoding"),
});
export const encodedBytes = storedBytes.strict();

/** A text about the event or platform that may be unknown. */
export const knownText = z.string().nullable().describe("null if not known");

export const targetText = z.string().describe("path and query, as on the wire: `/hooks?x=1`");

/** How a received request was answered. */
export const responseKind = z
  .enum(["status", "reset", "hang", "forwarded", "cut"])
  .describe(
    "`status`: the listener's own response; `forwarded`: a target's response; `reset`: the connection was reset; `hang`: no response, on purpose; `cut`: the run ended before there was a response",
  );

export const lastStatus = z
  .number()
  .nullable()
  .describe("HTTP status of the last attempt; null if it got no response, or if no attempt is recorded");

export const headerPair = z.tuple([z.string(), z.string()]).describe("name and value, as on the wire");

export const instantText = z.iso.datetime().describe("ISO 8601, UTC");

/** A request in the DLQ and the delivery log. */
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
  dnsMs: z.number().nullable().describe("DNS lookup"),
  connectMs: z.number().nullable().describe("TCP connection"),
  tlsMs: z.number().nullable().describe("TLS handshake"),
  firstByteMs: z.number().nullable().describe("from sending the request to the first byte of the response"),
  totalMs: z.number().describe("all phases"),
});

export const storedFailure = z.object({
  kind: z.enum(failureKinds),
  code: z
    .string()
    .nullable()
    .describe("the system's error code, such as ECONNREFUSED or CERT_HAS_EXPIRED; null if there is none"),
  message: z.string(),
});

export const attemptOutcome = z
  .enum(["delivered", "retryable", "terminal"])
  .describe("how the platform classifies the attempt: see [outcomes](delivery.md#outcomes)");

/** An attempt in the DLQ and the delivery log. */
export const storedAttempt = z.object({
  number: z.number().describe("the attempt's number, as in the platform's attempt header"),
  startedAt: z.string(),
  durationMs: z.number().describe("milliseconds the attempt took"),
  timings: storedTimings,
  status: z.number().nullable().describe("HTTP status; null if there was no response"),
  outcome: attemptOutcome,
  reason: z.string().describe("why the platform classifies it this way"),
  nextDelayMs: z
    .number()
    .nullable()
    .describe(
      "milliseconds the platform waits before its next attempt, not shortened by --speed; null if there is none",
    ),
  error: storedFailure.nullable().describe("the network failure; null if there was a response"),
  replay: z
    .number()
    .exactOptional()
    .describe("the number of the replay that made this attempt, from 1; absent for the original attempts"),
});

export const attemptSchema = storedAttempt
  .extend({
    startedAt: instantText,
    timings: storedTimings
      .strict()
      .describe("milliseconds per phase; null for a phase that did not happen (reused connection, plain HTTP)"),
    error: storedFailure.strict().nullable().describe("the network failure; null if there was a response"),
  })
  .strict();
