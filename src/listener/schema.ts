import * as z from "zod";
import { encodedBytes, headerPair, instantText } from "../request/schema.ts";
import { verdictSchema } from "../signature/schema.ts";

const readySchema = z
  .strictObject({
    type: z.literal("ready"),
    url: z.string().describe("where to send to"),
    host: z.string(),
    port: z.number(),
    path: z.string().describe("other paths get 404"),
    provider: z.string().describe("`auto` if detected from each request's headers"),
    secrets: z.array(z.string()).describe("names and fingerprints"),
    capture: z.string().describe("the capture file"),
    respond: z.string(),
    forwardTo: z.string().nullable().describe("the first of `routes`"),
    routes: z
      .array(
        z.strictObject({
          url: z.string(),
          condition: z.string().nullable().describe("which requests it receives; null: all"),
        }),
      )
      .describe("where requests are forwarded"),
    tls: z
      .strictObject({
        certificate: z.string().describe("PEM file for `curl --cacert`"),
        fingerprint: z.string().describe("SHA-256"),
      })
      .nullable(),
    insecure: z.boolean().describe("true if the target's certificate is not verified"),
    ui: z.string().exactOptional().describe("with --ui: the inspector's address, including its token"),
  })
  .describe("the first line");

const challengeSchema = z
  .strictObject({
    provider: z.string(),
    name: z.string().describe("what the platform calls it"),
    answer: z.enum(["answered", "refused", "none"]).describe("`none`: it was treated like any other request"),
    reason: z.string().nullable().describe("why it was not answered"),
  })
  .describe("what a platform asks before it sends events");

const flagSchema = z.discriminatedUnion("code", [
  z.strictObject({ code: z.literal("id-changed"), was: z.string().describe("the earlier id of the same body") }),
  z.strictObject({ code: z.literal("body-changed") }),
  z.strictObject({ code: z.literal("timestamp-reused"), timestamp: z.string() }),
]);

export const requestSchema = z
  .strictObject({
    type: z.literal("request"),
    id: z.string().describe("`req_…`; later lines point to it with `requestId`"),
    receivedAt: instantText,
    method: z.string(),
    target: z.string().describe("as on the wire: `/hooks?x=1`"),
    url: z.string().optional().describe("only if the platform signs the URL"),
    httpVersion: z.string().exactOptional(),
    headers: z.array(headerPair).describe("in wire order and case, duplicates kept"),
    body: encodedBytes,
    remote: z.string().exactOptional().describe("the sender's address"),
    number: z.number().describe("from 1, in the order of arrival"),
    provider: z.string().nullable(),
    eventType: z.string().nullable(),
    eventId: z.string().nullable(),
    attempt: z.strictObject({
      claimed: z.number().nullable().describe("from the platform's header"),
      counted: z.number().describe("by the dedupe key, or by the body if it has none"),
      agrees: z.boolean(),
    }),
    verdict: verdictSchema.optional().describe("as `hookproof verify --json`; absent if not verified"),
    unverified: z
      .enum(["no-provider", "no-secret", "undocumented", "too-large", "unsigned", "failed"])
      .nullable()
      .describe(
        "why there is no verdict; `unsigned`: a challenge that the platform does not sign; `failed`: examining it failed, as a `problem` says",
      ),
    flags: z.array(flagSchema).describe("how the event changed between attempts"),
    onPath: z.boolean().describe("false if --path does not accept its path"),
    probe: z.boolean().describe("HEAD, OPTIONS or matched by `--ignore`: not counted"),
    challenge: challengeSchema.nullable().describe("where it is the platform's challenge, which counts for nothing"),
    overflow: z.boolean().describe("true if the body exceeds --max-body: `body` is its beginning"),
    pending: z.string().nullable().describe("the scripted response, if it takes a second or more"),
  })
  .describe("a received request; a line of the capture file has [fewer fields](requests.md#capture)");

const responseSchema = z
  .strictObject({
    type: z.literal("response"),
    requestId: z.string(),
    status: z.number().nullable().describe("null for `hang` and `reset`"),
    kind: z
      .enum(["status", "reset", "hang", "forwarded", "cut"])
      .describe("`cut`: the run ended before there was a response"),
    durationMs: z.number().describe("until the response, or until the sender disconnected"),
    sent: z.boolean().describe("false if the sender had disconnected"),
  })
  .describe("the response");

const forwardSchema = z
  .strictObject({
    type: z.literal("forward"),
    requestId: z.string(),
    url: z.string(),
    answers: z.boolean().describe("whether its response was returned to the sender; false for additional targets"),
    status: z.number().nullable().describe("null if there was no response"),
    durationMs: z.number(),
    headers: z.array(headerPair),
    body: encodedBytes,
    error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  })
  .describe("the target's response, with `--forward-to`");

const commandSchema = z
  .strictObject({
    type: z.literal("command"),
    requestId: z.string(),
    eventId: z.string().nullable(),
    exitCode: z.number().nullable().describe("null if a signal ended it or it did not start"),
    timedOut: z.boolean(),
    durationMs: z.number(),
    output: z.string().describe("the beginning of its output"),
    error: z.string().nullable(),
  })
  .describe("one run of `--on-verified`");

const noticeSchema = z
  .strictObject({
    type: z.literal("notice"),
    code: z.string(),
    message: z.string(),
    status: z.number().nullable().describe("the response status"),
    remote: z.string().nullable().describe("the sender's address"),
    start: z.string().nullable().describe("the first bytes received; one character is one byte"),
  })
  .describe("a connection without a valid request");

const problemSchema = z
  .strictObject({
    type: z.literal("problem"),
    requestId: z.string().nullable().describe("the request concerned; null if it concerns all"),
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
  .describe("a problem in hookproof or its surroundings that did not stop it");

const targetSchema = z
  .strictObject({
    type: z.literal("target"),
    url: z.string(),
    up: z
      .boolean()
      .describe("false: nothing listens there, as the run begins or a request finds; true: now something does again"),
  })
  .describe("whether a target takes connections");

const stoppingSchema = z
  .strictObject({
    type: z.literal("stopping"),
    inFlight: z.number().describe("requests without their response, or without a target's"),
    waitMs: z.number().describe("how long they may take; a second signal stops them"),
  })
  .describe("stopping: waiting for requests in flight");

export const summarySchema = z
  .strictObject({
    type: z.literal("summary"),
    reason: z.enum(["met", "timeout", "stopped"]),
    requests: z.number(),
    valid: z.number(),
    invalid: z.number(),
    unverified: z.number(),
    wanted: z.number().nullable().describe("how many must match; null: runs until stopped"),
    matched: z.number().describe("what `--count` and `--until` count"),
    filtered: z.number().describe("of types not in `--events`"),
    uncaptured: z.number().describe("rejected with 503 because they could not be written to the capture"),
    refused: z.number().describe("malformed, too slow, broken off"),
    probes: z.number().describe("HEAD, OPTIONS or matched by `--ignore`; not in `requests`"),
    challenges: z.number().describe("platforms' challenges; not among `requests`"),
    forwards: z.number().describe("number of forwarded requests"),
    forwardsFailed: z.number().describe("number that did not return a 2xx"),
    cut: z.number().describe("without a response because the run ended"),
    events: z.number().describe("different events"),
    capture: z.string(),
    rotated: z.number().describe("how often `--rotate` set the capture aside and began a new one"),
    durationMs: z.number(),
  })
  .describe("the last line");

/** What the listener reports while it runs, in the order in which it happened. */
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
