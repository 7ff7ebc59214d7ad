import * as z from "zod";
import { encodedBytes, headerPair, instantText, knownText, responseKind, targetText } from "../request/schema.ts";
import { verdictSchema } from "../signature/schema.ts";

const readySchema = z
  .strictObject({
    type: z.literal("ready"),
    url: z.string().describe("the URL to send requests to"),
    host: z.string().describe("the address it listens on"),
    port: z.number(),
    path: z.string().describe("the accepted path; other paths get a 404"),
    provider: z.string().describe("the provider's id; `auto` if it is detected from each request's headers"),
    secrets: z.array(z.string()).describe("names and fingerprints, never the secrets"),
    capture: z.string().describe("the capture file"),
    respond: z.string().describe("the response script, as for --respond"),
    forwardTo: z.string().nullable().describe("the URL of the first of `routes`; null if nothing is forwarded"),
    routes: z
      .array(
        z.strictObject({
          url: z.string(),
          condition: z.string().nullable().describe("which requests it receives; null if all"),
        }),
      )
      .describe("where requests are forwarded"),
    tls: z
      .strictObject({
        certificate: z.string().describe("PEM file for `curl --cacert`"),
        fingerprint: z.string().describe("SHA-256 of the certificate"),
      })
      .nullable()
      .describe("null without --tls"),
    insecure: z.boolean().describe("true if certificates of targets are not verified"),
    ui: z.string().exactOptional().describe("with --ui: the inspector's address, including its token"),
  })
  .describe("the first line");

const challengeSchema = z
  .strictObject({
    provider: z.string(),
    name: z.string().describe("the platform's name for the challenge"),
    answer: z
      .enum(["answered", "refused", "none"])
      .describe("`answered`: with the expected response; `refused`: rejected; `none`: treated like any other request"),
    reason: z.string().nullable().describe("why it was not answered; null if it was"),
  })
  .describe("the platform's check of the endpoint before it sends events");

const flagSchema = z.discriminatedUnion("code", [
  z.strictObject({
    code: z.literal("id-changed"),
    was: z.string().describe("the earlier event id with the same body"),
  }),
  z.strictObject({ code: z.literal("body-changed") }),
  z.strictObject({ code: z.literal("timestamp-reused"), timestamp: z.string() }),
]);

export const requestSchema = z
  .strictObject({
    type: z.literal("request"),
    id: z.string().describe("`req_…`; later lines point to it with `requestId`"),
    receivedAt: instantText,
    method: z.string(),
    target: targetText,
    url: z.string().optional().describe("the public URL; only if the platform signs the URL"),
    httpVersion: z.string().exactOptional(),
    headers: z.array(headerPair).describe("in wire order and case, duplicates kept"),
    body: encodedBytes,
    remote: z.string().exactOptional().describe("the sender's address"),
    number: z.number().describe("position in order of arrival, from 1"),
    provider: knownText,
    eventType: knownText,
    eventId: knownText,
    attempt: z.strictObject({
      claimed: z.number().nullable().describe("the number in the platform's attempt header; null if there is none"),
      counted: z
        .number()
        .describe("the listener's own count of requests with the same dedupe key, or the same body if there is none"),
      agrees: z.boolean().describe("false if `claimed` and `counted` differ"),
    }),
    verdict: verdictSchema.optional().describe("as `hookproof verify --json`; absent if not verified"),
    search: z
      .strictObject({
        ended: z.string().describe("why it ended"),
        command: z.string().describe("the command that searches further"),
      })
      .exactOptional()
      .describe("where the search for the cause of an invalid signature ended before it had tried everything"),
    unverified: z
      .enum(["no-provider", "no-secret", "undocumented", "too-large", "unsigned", "failed"])
      .nullable()
      .describe(
        "why there is no verdict; null if there is one. `unsigned`: a challenge that the platform does not sign; `failed`: verification failed with an error, reported in a `problem` line",
      ),
    flags: z.array(flagSchema).describe("how the event changed between attempts"),
    onPath: z.boolean().describe("false if its path is not the one given with --path"),
    probe: z.boolean().describe("true for HEAD, OPTIONS and requests matched by `--ignore`, which are not counted"),
    challenge: challengeSchema
      .nullable()
      .describe("null unless it is a challenge of the platform; challenges are not counted"),
    overflow: z.boolean().describe("true if the body exceeds --max-body; `body` is then only its beginning"),
    pending: z.string().nullable().describe("the scripted response if it takes a second or more; otherwise null"),
  })
  .describe("a received request; a line of the capture file has [fewer fields](requests.md#capture)");

const responseSchema = z
  .strictObject({
    type: z.literal("response"),
    requestId: z.string(),
    status: z.number().nullable().describe("HTTP status; null without one, as for `hang` and `reset`"),
    kind: responseKind,
    durationMs: z.number().describe("milliseconds until the response, or until the sender disconnected"),
    sent: z.boolean().describe("false if the sender had disconnected"),
  })
  .describe("the response to a request");

const forwardSchema = z
  .strictObject({
    type: z.literal("forward"),
    requestId: z.string(),
    url: z.string().describe("where the request was sent, with its path and query"),
    answers: z.boolean().describe("whether its response was returned to the sender; false for additional targets"),
    status: z.number().nullable().describe("HTTP status; null if there was no response"),
    durationMs: z.number().describe("milliseconds"),
    headers: z.array(headerPair),
    body: encodedBytes,
    error: z
      .strictObject({ code: z.string(), message: z.string() })
      .nullable()
      .describe("the network failure; null if there was a response"),
  })
  .describe("the target's response, with `--forward-to`");

const commandSchema = z
  .strictObject({
    type: z.literal("command"),
    requestId: z.string(),
    eventId: knownText,
    exitCode: z.number().nullable().describe("null if a signal ended the command or it did not start"),
    timedOut: z.boolean().describe("true if it was stopped because it took too long"),
    durationMs: z.number().describe("milliseconds"),
    output: z.string().describe("the beginning of its output"),
    error: z.string().nullable().describe("why it did not start; null if it did"),
  })
  .describe("one run of `--on-verified`");

const noticeSchema = z
  .strictObject({
    type: z.literal("notice"),
    code: z.string(),
    message: z.string(),
    status: z.number().nullable().describe("HTTP status of the response; null if there was none"),
    remote: z.string().nullable().describe("the sender's address; null if not known"),
    start: z.string().nullable().describe("the first bytes received, one character per byte; null if there were none"),
  })
  .describe("a connection that carried no valid request");

const problemSchema = z
  .strictObject({
    type: z.literal("problem"),
    requestId: z.string().nullable().describe("id of the request concerned; null if it concerns the whole run"),
    code: z.enum([
      "examine-failed",
      "response-failed",
      "uncaptured",
      "capture-failed",
      "capture-recovered",
      "capture-reopened",
      "capture-unrotated",
    ]),
    message: z.string(),
  })
  .describe("a problem that did not stop the run");

const targetSchema = z
  .strictObject({
    type: z.literal("target"),
    url: z.string(),
    up: z
      .boolean()
      .describe(
        "false: nothing listens at the target, noticed at the start or when a request was forwarded; true: the target accepts connections again",
      ),
  })
  .describe("whether a target accepts connections");

const stoppingSchema = z
  .strictObject({
    type: z.literal("stopping"),
    inFlight: z.number().describe("requests still waiting for their response or for a target's"),
    waitMs: z.number().describe("milliseconds to wait for them; a second signal stops immediately"),
  })
  .describe("stopping: waiting for requests in flight");

export const summarySchema = z
  .strictObject({
    type: z.literal("summary"),
    reason: z
      .enum(["met", "timeout", "stopped"])
      .describe(
        "met: --count or --until was reached; timeout: --timeout ran out; stopped: by a signal or a closed pipe",
      ),
    requests: z.number(),
    valid: z.number(),
    invalid: z.number(),
    unverified: z.number(),
    wanted: z.number().nullable().describe("number of requests that must match; null if it runs until stopped"),
    matched: z.number().describe("requests that `--count` and `--until` count"),
    filtered: z.number().describe("requests with an event type not in `--events`"),
    uncaptured: z.number().describe("requests rejected with 503 because they could not be captured"),
    refused: z.number().describe("connections refused: malformed, too slow or aborted"),
    probes: z.number().describe("HEAD, OPTIONS or matched by `--ignore`; not included in `requests`"),
    challenges: z.number().describe("challenges; not included in `requests`"),
    forwards: z.number().describe("number of forwarded requests"),
    forwardsFailed: z.number().describe("forwarded requests that did not get a 2xx"),
    cut: z.number().describe("requests without a response because the run ended"),
    events: z.number().describe("number of different events"),
    capture: z.string().describe("the capture file"),
    rotated: z.number().describe("how often `--rotate` started a new capture file"),
    durationMs: z.number().describe("milliseconds the run took"),
  })
  .describe("the last line");

/** What the listener reports while it runs, in order. */
export const eventSchema = z.discriminatedUnion("type", [
  readySchema,
  requestSchema,
  responseSchema,
  forwardSchema,
  commandSchema,
  noticeSchema,
  problemSchema,
  targetSchema,
  stoppingSchema,
  summarySchema,
]);
