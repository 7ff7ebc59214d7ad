import * as z from "zod";
import { encodedBytes, headerPair, instantText } from "../request/schema.ts";
import { verdictSchema } from "../signature/schema.ts";

const readySchema = z
  .strictObject({
    type: z.literal("ready"),
    url: z.string().describe("where to send to"),
    host: z.string(),
    port: z.number(),
    path: z.string().describe("requests elsewhere are answered 404"),
    provider: z.string().describe("`auto` where it goes by each request's headers"),
    secrets: z.array(z.string()).describe("names and fingerprints"),
    capture: z.string().describe("the capture file"),
    respond: z.string(),
    forwardTo: z.string().nullable().describe("the first of `routes`"),
    routes: z
      .array(
        z.strictObject({
          url: z.string(),
          condition: z.string().nullable().describe("which requests it takes; null: all"),
        }),
      )
      .describe("where requests are passed on to"),
    tls: z
      .strictObject({
        certificate: z.string().describe("PEM file for `curl --cacert`"),
        fingerprint: z.string().describe("SHA-256"),
      })
      .nullable(),
    insecure: z.boolean().describe("whether the upstream's certificate is not checked"),
    ui: z.string().exactOptional().describe("with --ui: the inspector's address, its token included"),
  })
  .describe("the first line");

const challengeSchema = z
  .strictObject({
    provider: z.string(),
    name: z.string().describe("what the platform calls it"),
    answer: z.enum(["answered", "refused", "none"]).describe("`none`: it was treated as any request"),
    reason: z.string().nullable().describe("why it was not answered"),
  })
  .describe("what a platform asks before it sends events");

const flagSchema = z.discriminatedUnion("code", [
  z.strictObject({ code: z.literal("id-changed"), was: z.string().describe("the id the same body came under before") }),
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
    url: z.string().optional().describe("only where the platform signs the URL"),
    httpVersion: z.string().exactOptional(),
    headers: z.array(headerPair).describe("in wire order and case, duplicates kept"),
    body: encodedBytes,
    remote: z.string().exactOptional().describe("the sender's address"),
    number: z.number().describe("from 1, in the order of arrival"),
    provider: z.string().nullable(),
    eventType: z.string().nullable(),
    eventId: z.string().nullable(),
    attempt: z.strictObject({
      claimed: z.number().nullable().describe("what the platform's header says"),
      counted: z.number().describe("by the dedupe key, or by the body where it has none"),
      agrees: z.boolean(),
    }),
    verdict: verdictSchema.optional().describe("as `hookproof verify --json`; absent where it was not verified"),
    unverified: z
      .enum(["no-provider", "no-secret", "undocumented", "too-large", "unsigned", "failed"])
      .nullable()
      .describe(
        "why there is no verdict; `unsigned`: a challenge that the platform does not sign; `failed`: examining it failed, as a `problem` says",
      ),
    flags: z.array(flagSchema).describe("how the sender broke the event's identity between attempts"),
    onPath: z.boolean().describe("false where it came to another path than --path takes"),
    probe: z.boolean().describe("HEAD, OPTIONS or of `--ignore`: it counts for nothing"),
    challenge: challengeSchema.nullable().describe("where it is the platform's challenge, which counts for nothing"),
    overflow: z.boolean().describe("true where the body is longer than --max-body: `body` is its beginning"),
    pending: z.string().nullable().describe("the scripted answer, where it takes a second or more"),
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
    durationMs: z.number().describe("until the response, or until the sender left"),
    sent: z.boolean().describe("false where the sender had gone before"),
  })
  .describe("what it was answered with");

const forwardSchema = z
  .strictObject({
    type: z.literal("forward"),
    requestId: z.string(),
    url: z.string(),
    answers: z.boolean().describe("whether its response went to the sender; false for further targets"),
    status: z.number().nullable().describe("null where there was no answer"),
    durationMs: z.number(),
    headers: z.array(headerPair),
    body: encodedBytes,
    error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  })
  .describe("what the upstream said, with `--forward-to`");

const commandSchema = z
  .strictObject({
    type: z.literal("command"),
    requestId: z.string(),
    eventId: z.string().nullable(),
    exitCode: z.number().nullable().describe("null where a signal ended it or it did not start"),
    timedOut: z.boolean(),
    durationMs: z.number(),
    output: z.string().describe("the beginning of what it printed"),
    error: z.string().nullable(),
  })
  .describe("one run of `--on-verified`");

const noticeSchema = z
  .strictObject({
    type: z.literal("notice"),
    code: z.string(),
    message: z.string(),
    status: z.number().nullable().describe("the status it was answered with"),
    remote: z.string().nullable().describe("the sender's address"),
    start: z.string().nullable().describe("the first bytes of what came; one character is one byte"),
  })
  .describe("a connection whose request could not be taken");

const problemSchema = z
  .strictObject({
    type: z.literal("problem"),
    requestId: z.string().nullable().describe("the request that it is about; null where it is about all"),
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
  .describe("something that went wrong in hookproof or around it, and that it went on after");

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
    waitMs: z.number().describe("how long they may take; a second signal cuts them"),
  })
  .describe("it was asked to stop and waits for what is in flight");

export const summarySchema = z
  .strictObject({
    type: z.literal("summary"),
    reason: z.enum(["met", "timeout", "stopped"]),
    requests: z.number(),
    valid: z.number(),
    invalid: z.number(),
    unverified: z.number(),
    wanted: z.number().nullable().describe("how many must match; null: it goes on until stopped"),
    matched: z.number().describe("what `--count` and `--until` count"),
    filtered: z.number().describe("of other types than `--events` names"),
    uncaptured: z.number().describe("answered 503, as they could not be written to the capture"),
    refused: z.number().describe("malformed, too slow, broken off"),
    probes: z.number().describe("HEAD, OPTIONS or of `--ignore`; not among `requests`"),
    challenges: z.number().describe("platforms' challenges; not among `requests`"),
    forwards: z.number().describe("how often a request was passed on to a target"),
    forwardsFailed: z.number().describe("how often no 2xx came back"),
    cut: z.number().describe("without a response, as the run ended before"),
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
