import * as z from "zod";
import { attemptOutcome, encodedBytes, headerPair, instantText } from "../request/schema.ts";
import { findingSchema, verdictSchema } from "../signature/schema.ts";
import { comparisonSchema } from "../compare/schema.ts";

// Every request and response of the inspector's API. The page and `docs/json.md` go by it.

const nullableText = z.string().nullable();

const rowVerdict = z.strictObject({
  state: z
    .enum(["valid", "invalid", "unsigned", "unknown"])
    .describe("`unsigned`: it has no signature; `unknown`: it was not verified, because no secret is known for it"),
  cause: nullableText.describe("the first finding's code; null unless invalid"),
  sentence: z.string().describe("one sentence for people"),
});

/** A request in the list. */
export const rowSchema = z.strictObject({
  id: z.string().describe("`req_…`; `res_…` for one that was resent from here, `dlq_…` and the like in a queue"),
  number: z.number().describe("position in the list, from 1, in order of arrival"),
  at: instantText.describe("when it arrived, or was sent from here"),
  provider: nullableText,
  eventType: nullableText,
  eventId: nullableText,
  attempt: z.number().nullable().describe("as counted, from 1; null where it is not known"),
  verdict: rowVerdict,
  pending: z.boolean().describe("true while it waits for its response"),
  kind: z
    .enum(["status", "reset", "hang", "forwarded", "cut"])
    .nullable()
    .describe("how it was answered; null while pending or not recorded"),
  status: z.number().nullable().describe("HTTP status; null without a response"),
  durationMs: z.number().nullable(),
  method: z.string(),
  target: z.string().describe("as on the wire: `/hooks?x=1`"),
  path: z.string().describe("the target without its query"),
  bytes: z.number().describe("length of the body"),
  resentFrom: nullableText.describe("the id of the request that this one repeats"),
  source: nullableText.describe("the file it is from; null where it arrived here"),
});

const headerSchema = z.strictObject({
  name: z.string().describe("as on the wire"),
  value: z.string().describe("one character is one byte; masked where it is a credential"),
  role: z
    .enum(["signature", "timestamp", "id", "version"])
    .nullable()
    .describe("what the signature scheme uses it for"),
  signed: z.boolean().describe("whether its value is part of what is signed"),
  masked: z.boolean(),
});

const bodySchema = z.strictObject({
  bytes: z.number(),
  sha256: z.string(),
  kind: z.enum(["empty", "json", "form", "text", "binary"]),
  contentType: nullableText,
  preview: encodedBytes.describe("the first 256 KiB; the whole is at `/body`"),
  truncated: z.boolean().describe("whether `preview` is only the beginning"),
  overflow: z.boolean().describe("whether the body was cut off at --max-body when it arrived"),
});

const forwardSchema = z.strictObject({
  url: z.string(),
  answers: z.boolean().describe("whether its response went to the sender"),
  status: z.number().nullable(),
  durationMs: z.number(),
  headers: z.array(headerSchema),
  body: bodySchema,
  error: nullableText,
});

const rangeSchema = z.strictObject({
  from: z.number().describe("offset in the received body"),
  to: z.number().describe("first offset after it; equal to `from` where bytes are missing"),
  received: z.string().describe("the beginning of the received bytes, escaped"),
  expected: z.string().describe("what stands there in the body that was signed, escaped; empty where nothing does"),
});

const diffSchema = z
  .strictObject({
    ranges: z.array(rangeSchema).describe("in order, at most 200"),
    complete: z.boolean().describe("false where there are more"),
    expectedBytes: z.number().describe("length of the body that was signed"),
  })
  .describe("how the received body differs from the one whose signature matches");

const fixSchema = z.strictObject({
  code: z.string().describe("the finding's code"),
  text: z.string().describe("what to do, whatever the stack"),
  stacks: z
    .array(z.strictObject({ stack: z.string(), code: z.string() }))
    .describe("code for each stack; may be empty"),
});

const attemptSchema = z.strictObject({
  id: z.string(),
  at: instantText,
  attempt: z.number().nullable(),
  status: z.number().nullable(),
  kind: rowSchema.shape.kind,
  durationMs: z.number().nullable(),
  pending: z.boolean(),
  state: rowVerdict.shape.state,
  resentFrom: nullableText,
  outcome: attemptOutcome.nullable().describe("how the platform classifies its response; null where it is not known"),
});

const scheduleSchema = z
  .strictObject({
    attempts: z.number().describe("how many the platform makes"),
    delaysMs: z.array(z.number()).describe("the wait before each retry"),
    timeoutMs: z.number().describe("how long the platform waits for a response"),
    assumed: z.array(z.string()).describe("what the platform does not document, one sentence each"),
    outcome: attemptOutcome.nullable().describe("after the latest attempt; null while it has no response"),
    reason: z.string().describe("why"),
    next: z
      .strictObject({ attempt: z.number(), at: instantText.describe("when it is due"), delayMs: z.number() })
      .nullable()
      .describe("the platform's next attempt; null where there is none"),
  })
  .describe("the platform's retry schedule, applied to the event's latest attempt");

/** Everything about one request. */
export const detailSchema = z.strictObject({
  row: rowSchema,
  url: nullableText.describe("as the sender knew it, where known"),
  httpVersion: nullableText,
  remote: nullableText.describe("the sender's address"),
  headers: z.array(headerSchema).describe("in wire order"),
  headerBytes: z.number().describe("size of the request line and the headers"),
  body: bodySchema.nullable().describe("null where its bytes are gone (the capture was removed)"),
  signing: z
    .strictObject({
      scheme: z.string(),
      summary: z.string().describe("what is signed and how it is written"),
      content: z.array(z.string()).describe("the signed parts, in order: `timestamp`, `.`, `body`"),
    })
    .nullable()
    .describe("null where no signature scheme is known"),
  response: z
    .strictObject({
      kind: rowSchema.shape.kind.unwrap(),
      status: z.number().nullable(),
      durationMs: z.number(),
      sent: z.boolean().describe("false where the sender had left"),
    })
    .nullable(),
  forwards: z.array(forwardSchema).describe("what each target answered"),
  verdict: verdictSchema.nullable().describe("as `hookproof verify --json`; null where it was not verified"),
  findings: z
    .array(findingSchema.extend({ title: z.string().describe("the code in words") }))
    .describe("why the signature is invalid"),
  diff: diffSchema.nullable().describe("null where the signature is valid or the signed body is not known"),
  fixes: z.array(fixSchema),
  stack: nullableText.describe("the stack that the headers give away"),
  flags: z.array(z.string()).describe("how the event changed between attempts"),
  attempts: z.array(attemptSchema).describe("every attempt of this event, oldest first, this one included"),
  schedule: scheduleSchema.nullable().describe("null where the platform is not known"),
  resends: z.array(z.string()).describe("ids of the requests that repeat this one"),
});

const responsesSchema = z.strictObject({
  script: z.string().describe("as --respond takes it: `500,503,200`"),
  original: z.string().describe("what the command line says; DELETE goes back to it"),
  applies: z.boolean().describe("false where targets answer every request"),
});

const secretNames = z.array(z.string()).describe("names and fingerprints, never values");

export const stateSchema = z.strictObject({
  mode: z.enum(["listen", "files", "queue"]),
  version: z.string(),
  run: z.string().describe("different for each run; a page that knows another one starts over"),
  startedAt: instantText,
  lastId: z.string().describe("the id of the latest event of the stream"),
  stopped: z.boolean(),
  listening: z
    .strictObject({ url: z.string(), path: z.string(), capture: z.string(), provider: z.string() })
    .nullable(),
  sources: z.array(z.strictObject({ name: z.string(), requests: z.number() })).describe("the files or the queue"),
  targets: z.array(z.strictObject({ url: z.string(), condition: nullableText })).describe("--forward-to"),
  providers: z.array(z.strictObject({ id: z.string(), name: z.string(), secrets: secretNames })),
  stacks: z.array(z.string()).describe("for which there are fixes"),
  responses: responsesSchema.nullable().describe("null where nothing is answered here"),
  resendTo: nullableText.describe("where requests are resent unless a URL is given"),
  canForwardAnywhere: z.boolean().describe("whether requests may be resent to another machine"),
  can: z
    .strictObject({
      resend: z.boolean(),
      respond: z.boolean(),
      deadLetter: z.boolean(),
      replay: z.boolean(),
      fixture: z.boolean(),
      evidence: z.boolean(),
    })
    .describe("which actions this run offers"),
  start: z
    .array(z.strictObject({ label: z.string(), command: z.string() }))
    .describe("commands that make the first request appear"),
  held: z.number().describe("requests in the list"),
  forgotten: z.number().describe("older ones that the list no longer holds"),
});

export const requestsSchema = z.strictObject({
  rows: z.array(rowSchema).describe("newest first"),
  matched: z.number().describe("how many match the filter"),
  held: z.number(),
  lastId: z.string().describe("the state of the stream when this was read"),
});

const comparedSide = z.strictObject({ label: z.string(), headers: z.array(headerSchema), body: bodySchema });

export const compareSchema = z.strictObject({
  a: comparedSide,
  b: comparedSide,
  comparison: comparisonSchema.describe("`sent` is a, `received` is b"),
});

export const compareInput = z.strictObject({
  a: z.string().describe("a request's id"),
  b: z.string().exactOptional().describe("another's"),
  pasted: encodedBytes.exactOptional().describe("a body in its place"),
});

const resendOutcome = z.strictObject({
  id: z.string().describe("the request that was repeated"),
  newId: nullableText.describe("its row; null where it was not sent, or arrives at the listener itself"),
  url: z.string(),
  status: z.number().nullable(),
  durationMs: z.number().nullable(),
  error: nullableText,
  changes: z
    .array(z.strictObject({ what: z.string(), from: z.string(), to: z.string() }))
    .describe("how it differs from the original"),
});

export const resendSchema = z.strictObject({ results: z.array(resendOutcome) });

const ids = z.array(z.string().min(1).max(200)).min(1).max(100);

export const resendInput = z.strictObject({
  ids,
  to: z.string().max(4096).exactOptional().describe("a URL or port; `resendTo` unless given"),
  mode: z.enum(["as-was", "re-sign"]).describe("re-sign: a fresh timestamp and signature, the attempt counted up"),
  body: encodedBytes.exactOptional().describe("in place of the request's own; for one request only"),
  headers: z.array(headerPair).max(200).exactOptional().describe("added, replacing those of the same name"),
  preview: z.boolean().exactOptional().describe("true: send nothing, only say what would change"),
});

export const responsesInput = z.strictObject({ script: z.string().min(1).max(65_536) });

export const deadLetterInput = z.strictObject({ ids });

const itemOutcome = z.strictObject({ id: z.string(), result: nullableText, error: nullableText });

export const deadLetterSchema = z.strictObject({
  queue: z.string(),
  results: z.array(itemOutcome.describe("`result` is the entry's id")),
});

export const queueSchema = z.strictObject({
  queue: nullableText.describe("null where there is none yet"),
  entries: z.array(
    z.strictObject({
      id: z.string(),
      failedAt: instantText,
      eventId: nullableText,
      eventType: nullableText,
      provider: nullableText,
      url: nullableText,
      reason: z.string(),
      status: z.number().nullable(),
      bytes: z.number(),
      attempts: z.number(),
    }),
  ),
  truncated: z.boolean().describe("whether there are more than are listed"),
  problems: z.array(z.string()),
});

export const replayInput = z.strictObject({
  ids: z.union([z.literal("all"), ids]).describe("entries' ids"),
  to: z.string().max(4096).exactOptional(),
});

export const replaySchema = z.strictObject({
  delivered: z.number(),
  failed: z.number(),
  results: z.array(itemOutcome.describe("`result` is the outcome")),
});

export const savedSchema = z.strictObject({
  files: z.array(z.string()).describe("what was written"),
  text: z.string(),
});

const bucketSchema = z.strictObject({
  at: instantText,
  requests: z.number(),
  invalid: z.number(),
  failed: z.number().describe("without a 2xx"),
  classes: z.strictObject({
    "2xx": z.number(),
    "3xx": z.number(),
    "4xx": z.number(),
    "5xx": z.number(),
    none: z.number().describe("no status"),
  }),
});

const timesSchema = z.strictObject({
  count: z.number(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  max: z.number().nullable(),
});

export const statsSchema = z.strictObject({
  bucketMs: z.number(),
  buckets: z.array(bucketSchema).describe("oldest first, without gaps, at most 1000"),
  totals: z.strictObject({ requests: z.number(), valid: z.number(), invalid: z.number(), failed: z.number() }),
  times: timesSchema.describe("response times in milliseconds"),
  distribution: z
    .array(z.strictObject({ fromMs: z.number(), toMs: z.number().nullable(), count: z.number() }))
    .describe("response times; the last has no end"),
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

export const sessionInput = z.strictObject({ token: z.string().min(1).max(200) });

/** What every refusal and failure of the API looks like. */
export const failureSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: nullableText,
});

/** The data of the stream's events, by the event's name. */
export const streamSchemas = {
  hello: z
    .strictObject({ run: z.string(), lastId: z.string(), resumed: z.boolean() })
    .describe("first on each connection; `resumed`: what follows goes on after Last-Event-ID, else start over"),
  request: rowSchema.describe("a new row"),
  update: rowSchema.describe("a row that changed"),
  "response-script": responsesSchema.describe("another one took effect"),
  problem: z.strictObject({ message: z.string() }).describe("something went wrong, and the run goes on"),
  forgotten: z.strictObject({ before: z.number() }).describe("rows with a lower `number` are no longer held"),
  stopped: z.strictObject({ reason: z.string() }).describe("the command ends; nothing more comes"),
} as const;
