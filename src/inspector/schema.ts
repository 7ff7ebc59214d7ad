import * as z from "zod";
import {
  attemptOutcome,
  encodedBytes,
  headerPair,
  instantText,
  knownText,
  lastStatus,
  responseKind,
  targetText,
} from "../request/schema.ts";
import { findingSchema, verdictSchema } from "../signature/schema.ts";
import { comparisonSchema } from "../compare/schema.ts";

// Every request and response of the inspector's API, for the page and for `docs/inspector-api.md`.

const nullableText = z.string().nullable();

const rowVerdict = z.strictObject({
  state: z
    .enum(["valid", "invalid", "unsigned", "unknown"])
    .describe("`unsigned`: the request has no signature; `unknown`: not verified, because no secret is known for it"),
  cause: nullableText.describe("the first finding's code; null unless invalid"),
  sentence: z.string().describe("one sentence for people"),
});

/** A request in the list. */
export const rowSchema = z.strictObject({
  id: z
    .string()
    .describe("`req_…`; `res_…` if it was resent from the inspector; for a queue, the entry's id, such as `dlq_…`"),
  number: z.number().describe("position in the list, from 1, in order of arrival"),
  at: instantText.describe("when it arrived, or was sent from the inspector"),
  provider: knownText,
  eventType: knownText,
  eventId: knownText,
  attempt: z.number().nullable().describe("the attempt as counted by hookproof, from 1; null if not known"),
  verdict: rowVerdict,
  pending: z.boolean().describe("true while it waits for its response"),
  kind: responseKind.nullable().describe(`${responseKind.description}; null while pending or if not recorded`),
  status: z.number().nullable().describe("HTTP status; null without a response"),
  durationMs: z.number().nullable().describe("milliseconds until the response; null without one"),
  method: z.string(),
  target: targetText,
  path: z.string().describe("the target without its query"),
  bytes: z.number().describe("length of the body in bytes"),
  resentFrom: nullableText.describe("id of the request that this one repeats; null if it is not a resend"),
  source: nullableText.describe("the file it was read from; null if it arrived at the listener"),
});

const headerSchema = z.strictObject({
  name: z.string().describe("as on the wire"),
  value: z.string().describe("one character per byte; masked if it is a credential"),
  role: z
    .enum(["signature", "timestamp", "id", "version"])
    .nullable()
    .describe("what the signature scheme uses it for; null if nothing"),
  signed: z.boolean().describe("true if its value is part of the signed content"),
  masked: z.boolean().describe("true if the value is masked"),
});

const bodySchema = z.strictObject({
  bytes: z.number().describe("length in bytes"),
  sha256: z.string().describe("hex"),
  kind: z.enum(["empty", "json", "form", "text", "binary"]),
  contentType: nullableText.describe("the Content-Type header; null if absent"),
  preview: encodedBytes.describe("the first 256 KiB; `GET /api/requests/ID/body` returns all of it"),
  truncated: z.boolean().describe("true if `preview` is only the beginning"),
  overflow: z.boolean().describe("true if the body exceeded --max-body and was cut off when it arrived"),
});

const forwardSchema = z.strictObject({
  url: z.string(),
  answers: z.boolean().describe("true if its response was returned to the sender"),
  status: z.number().nullable().describe("HTTP status; null without a response"),
  durationMs: z.number().describe("milliseconds"),
  headers: z.array(headerSchema),
  body: bodySchema,
  error: nullableText.describe("the network failure; null if there was a response"),
});

const rangeSchema = z.strictObject({
  from: z.number().describe("byte offset in the received body"),
  to: z.number().describe("the byte offset after the range; equal to `from` if the received body lacks these bytes"),
  received: z.string().describe("the beginning of the received bytes, escaped"),
  expected: z.string().describe("the bytes of the signed body at that place, escaped; empty if there are none"),
});

const diffSchema = z
  .strictObject({
    ranges: z.array(rangeSchema).describe("in order, at most 200"),
    complete: z.boolean().describe("false if there are more"),
    expectedBytes: z.number().describe("length of the signed body in bytes"),
  })
  .describe("how the received body differs from the one whose signature matches");

const fixSchema = z.strictObject({
  code: z.string().describe("the finding's code"),
  text: z.string().describe("what to do, independent of the stack"),
  stacks: z
    .array(z.strictObject({ stack: z.string(), code: z.string() }))
    .describe("code examples by stack; may be empty"),
});

const attemptSchema = z.strictObject({
  id: z.string(),
  at: instantText,
  attempt: rowSchema.shape.attempt,
  status: rowSchema.shape.status,
  kind: rowSchema.shape.kind,
  durationMs: rowSchema.shape.durationMs,
  pending: rowSchema.shape.pending,
  state: rowVerdict.shape.state,
  resentFrom: rowSchema.shape.resentFrom,
  outcome: attemptOutcome.nullable().describe("how the platform classifies its response; null if not known"),
});

const scheduleSchema = z
  .strictObject({
    attempts: z.number().describe("total number of attempts, including the first"),
    delaysMs: z.array(z.number()).describe("the delay before each retry, in milliseconds"),
    timeoutMs: z.number().describe("how long the platform waits for a response, in milliseconds"),
    assumed: z.array(z.string()).describe("facts the platform does not document, one sentence each"),
    outcome: attemptOutcome.nullable().describe("outcome of the latest attempt; null while it has no response"),
    reason: z.string().describe("why the outcome is this one"),
    next: z
      .strictObject({
        attempt: z.number(),
        at: instantText.describe("when it is due"),
        delayMs: z.number().describe("milliseconds after the latest attempt"),
      })
      .nullable()
      .describe("the platform's next attempt; null if there is none"),
  })
  .describe("the platform's retry schedule, applied to the event's latest attempt");

/** Everything about one request. */
export const detailSchema = z.strictObject({
  row: rowSchema,
  url: nullableText.describe("the URL the sender used; null if not known"),
  httpVersion: knownText,
  remote: nullableText.describe("the sender's address; null if not known"),
  headers: z.array(headerSchema).describe("in wire order"),
  headerBytes: z.number().describe("size of the request line and headers, in bytes"),
  body: bodySchema.nullable().describe("null if its bytes are no longer available (the capture was removed)"),
  signing: z
    .strictObject({
      scheme: z.string(),
      summary: z.string().describe("what is signed and the format of the signature"),
      content: z.array(z.string()).describe("the signed parts, in order: `timestamp`, `.`, `body`"),
    })
    .nullable()
    .describe("null if no signature scheme is known"),
  response: z
    .strictObject({
      kind: rowSchema.shape.kind.unwrap(),
      status: z.number().nullable().describe("HTTP status; null without one"),
      durationMs: z.number().describe("milliseconds"),
      sent: z.boolean().describe("false if the sender had disconnected"),
    })
    .nullable()
    .describe("null while pending or if not recorded"),
  forwards: z.array(forwardSchema).describe("the response of each target"),
  verdict: verdictSchema.nullable().describe("as in `hookproof verify --json`; null if it was not verified"),
  findings: z
    .array(findingSchema.extend({ title: z.string().describe("the code as a phrase") }))
    .describe("why the signature is invalid"),
  diff: diffSchema.nullable().describe("null if the signature is valid or the signed body is not known"),
  fixes: z.array(fixSchema),
  stack: nullableText.describe("the web framework suggested by the headers; null if none is recognized"),
  flags: z.array(z.string()).describe("how the event changed between attempts"),
  attempts: z.array(attemptSchema).describe("every attempt of this event, oldest first, this one included"),
  schedule: scheduleSchema.nullable().describe("null if the provider is not known"),
  resends: z.array(z.string()).describe("ids of the requests that repeat this one"),
});

const responsesSchema = z.strictObject({
  script: z.string().describe("the response script, as for --respond: `500,503,200`"),
  original: z.string().describe("the script from the command line, which `DELETE /api/responses` restores"),
  applies: z.boolean().describe("false if targets respond to every request"),
});

const secretNames = z.array(z.string()).describe("names and fingerprints, never the secrets");

export const stateSchema = z.strictObject({
  mode: z
    .enum(["listen", "files", "queue"])
    .describe("what the inspector shows: a running listener, files or a dead-letter queue"),
  version: z.string(),
  run: z.string().describe("id of this run; a page that holds another id must reload everything"),
  startedAt: instantText,
  lastId: z.string().describe("id of the latest event of `GET /api/stream`"),
  stopped: z.boolean().describe("true once the command is ending"),
  listening: z
    .strictObject({ url: z.string(), path: z.string(), capture: z.string(), provider: z.string() })
    .nullable()
    .describe("the listener; null if none is running"),
  sources: z
    .array(z.strictObject({ name: z.string(), requests: z.number() }))
    .describe("the files or the queue, and how many requests each holds"),
  targets: z
    .array(
      z.strictObject({ url: z.string(), condition: nullableText.describe("which requests it receives; null if all") }),
    )
    .describe("the targets of --forward-to"),
  providers: z.array(z.strictObject({ id: z.string(), name: z.string(), secrets: secretNames })),
  stacks: z.array(z.string()).describe("stacks that `fixes` has code for"),
  responses: responsesSchema.nullable().describe("null if the inspector has no listener to respond for it"),
  resendTo: nullableText.describe("default target of a resend; null if there is none"),
  canForwardAnywhere: z.boolean().describe("true if requests may be resent to other machines"),
  can: z
    .strictObject({
      resend: z.boolean(),
      respond: z.boolean(),
      deadLetter: z.boolean(),
      replay: z.boolean(),
      fixture: z.boolean(),
      evidence: z.boolean(),
    })
    .describe("the actions this run offers"),
  start: z
    .array(z.strictObject({ label: z.string(), command: z.string() }))
    .describe("commands that send a first request"),
  held: z.number().describe("number of requests in the list"),
  forgotten: z.number().describe("number of older requests that were dropped from the list"),
});

export const requestsSchema = z.strictObject({
  rows: z.array(rowSchema).describe("newest first"),
  matched: z.number().describe("number of requests that match the filter"),
  held: z.number().describe("number of requests in the list"),
  lastId: z.string().describe("id of the latest event of `GET /api/stream` when this was read"),
});

const comparedSide = z.strictObject({ label: z.string(), headers: z.array(headerSchema), body: bodySchema });

export const compareSchema = z.strictObject({
  a: comparedSide,
  b: comparedSide,
  comparison: comparisonSchema.describe("as in `hookproof compare --json`; `sent` is a, `received` is b"),
});

export const compareInput = z.strictObject({
  a: z.string().describe("a request's id"),
  b: z.string().exactOptional().describe("the other request's id"),
  pasted: encodedBytes.exactOptional().describe("a body to compare with, instead of `b`"),
});

const resendOutcome = z.strictObject({
  id: z.string().describe("id of the request that was repeated"),
  newId: nullableText.describe(
    "id of the new row; null if nothing was sent, or if it was sent to this listener and appears there",
  ),
  url: z.string(),
  status: z.number().nullable().describe("HTTP status; null without a response"),
  durationMs: z.number().nullable().describe("milliseconds; null if nothing was sent"),
  error: nullableText.describe("why it failed; null if it did not"),
  changes: z
    .array(z.strictObject({ what: z.string(), from: z.string(), to: z.string() }))
    .describe("how it differs from the original"),
});

export const resendSchema = z.strictObject({ results: z.array(resendOutcome) });

const ids = z.array(z.string().min(1).max(200)).min(1).max(100);

export const resendInput = z.strictObject({
  ids,
  to: z.string().max(4096).exactOptional().describe("a URL or port; default: `resendTo` of the state"),
  mode: z
    .enum(["as-was", "re-sign"])
    .describe("as-was: unchanged; re-sign: with a new timestamp and signature and the next attempt number"),
  body: encodedBytes.exactOptional().describe("replaces the request's body; only for a single request"),
  headers: z
    .array(headerPair)
    .max(200)
    .exactOptional()
    .describe("headers to add; they replace headers of the same name"),
  preview: z.boolean().exactOptional().describe("true: send nothing, only report what would change"),
});

export const responsesInput = z.strictObject({ script: z.string().min(1).max(65_536) });

export const deadLetterInput = z.strictObject({ ids });

const itemOutcome = z.strictObject({
  id: z.string(),
  result: nullableText.describe("null if it failed"),
  error: nullableText.describe("why it failed; null if it did not"),
});

export const deadLetterSchema = z.strictObject({
  queue: z.string(),
  results: z.array(itemOutcome.describe("`result` is the id of the new entry")),
});

export const queueSchema = z.strictObject({
  queue: nullableText.describe("the queue's location; null if there is none yet"),
  entries: z.array(
    z.strictObject({
      id: z.string(),
      failedAt: instantText,
      eventId: knownText,
      eventType: knownText,
      provider: knownText,
      url: nullableText.describe("the endpoint that failed; null if not known"),
      reason: z.string().describe("why the delivery failed"),
      status: lastStatus,
      bytes: z.number().describe("length of the body in bytes"),
      attempts: z.number().describe("number of attempts"),
    }),
  ),
  truncated: z.boolean().describe("true if the queue has more entries than are listed"),
  problems: z.array(z.string()).describe("what could not be read"),
});

export const replayInput = z.strictObject({
  ids: z.union([z.literal("all"), ids]).describe("the ids of the entries, or `all`"),
  to: z.string().max(4096).exactOptional().describe("a URL or port; default: `resendTo` of the state"),
});

export const replaySchema = z.strictObject({
  delivered: z.number(),
  failed: z.number(),
  results: z.array(itemOutcome.describe("`result` is the outcome")),
});

export const savedSchema = z.strictObject({
  files: z.array(z.string()).describe("the files that were written"),
  text: z.string().describe("what was done, for people"),
});

const bucketSchema = z.strictObject({
  at: instantText.describe("start of the bucket"),
  requests: z.number(),
  invalid: z.number().describe("requests with an invalid signature"),
  failed: z.number().describe("requests that did not get a 2xx"),
  classes: z.strictObject({
    "2xx": z.number(),
    "3xx": z.number(),
    "4xx": z.number(),
    "5xx": z.number(),
    none: z.number().describe("without a status"),
  }),
});

const timesSchema = z.strictObject({
  count: z.number().describe("number of responses"),
  p50: z.number().nullable().describe("milliseconds, as are p95, p99 and max; null without responses"),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  max: z.number().nullable(),
});

export const statsSchema = z.strictObject({
  bucketMs: z.number().describe("width of a bucket in milliseconds"),
  buckets: z.array(bucketSchema).describe("oldest first, without gaps, at most 1000"),
  totals: z.strictObject({ requests: z.number(), valid: z.number(), invalid: z.number(), failed: z.number() }),
  times: timesSchema.describe("response times in milliseconds"),
  distribution: z
    .array(z.strictObject({ fromMs: z.number(), toMs: z.number().nullable(), count: z.number() }))
    .describe("response times by range; `toMs` of the last is null"),
  types: z
    .array(
      z.strictObject({
        type: z.string(),
        requests: z.number(),
        invalid: z.number(),
        failed: z.number(),
        times: timesSchema,
      }),
    )
    .describe("most frequent first, at most 100"),
});

export const sessionInput = z.strictObject({
  token: z.string().min(1).max(200).describe("the token in the printed address"),
});

/** The body of every error response of the API. */
export const failureSchema = z.strictObject({
  code: z.string().describe("the kind of error"),
  message: z.string().describe("for people; the wording may change"),
  hint: nullableText.describe("what to do next; null if there is no suggestion"),
});

/** The data of the stream's events, by the event's name. */
export const streamSchemas = {
  hello: z
    .strictObject({ run: z.string(), lastId: z.string(), resumed: z.boolean() })
    .describe(
      "sent first on each connection; with `resumed`, the stream continues after Last-Event-ID, otherwise reload everything",
    ),
  request: rowSchema.describe("a new row"),
  update: rowSchema.describe("a row that changed"),
  "response-script": responsesSchema.describe("the response script was replaced"),
  problem: z.strictObject({ message: z.string() }).describe("a problem that did not stop the run"),
  forgotten: z
    .strictObject({ before: z.number() })
    .describe("rows with a `number` below `before` were dropped from the list"),
  stopped: z.strictObject({ reason: z.string() }).describe("the command is ending, and no more events follow"),
} as const;
