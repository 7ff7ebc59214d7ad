// Writes docs/inspector-api.md from the zod schemas of the inspector: run by `npm run docs`, checked by test/docs.test.ts.
import { writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as z from "zod";
import * as schemas from "../src/inspector/schema.ts";
import { jsonSchema, table } from "./json-docs.ts";

interface Described {
  readonly call: string;
  readonly about: string;
  readonly takes?: z.ZodType;
  readonly gives?: z.ZodType;
}

const calls: readonly Described[] = [
  {
    call: "POST /api/session",
    about:
      "Exchanges the token of the printed address for a session: 204 with an `HttpOnly`, `SameSite=Strict` cookie, or 401.",
    takes: schemas.sessionInput,
  },
  { call: "GET /api/state", about: "What this run is and what it offers.", gives: schemas.stateSchema },
  {
    call: "GET /api/requests?filter=&before=&after=&limit=",
    about:
      "Rows, newest first. `before` and `after` are a row's `number`; `limit` is 200 unless given, 1000 at most; `filter` is [the filter language](inspector.md#filter).",
    gives: schemas.requestsSchema,
  },
  { call: "GET /api/requests/ID", about: "Everything about one request.", gives: schemas.detailSchema },
  {
    call: "GET /api/requests/ID/body?from=&to=",
    about: "The body's bytes, or a range of them, as a download. Known secrets in it are overwritten with `*`.",
  },
  {
    call: "GET /api/requests/ID/as/FORM",
    about: "The request as `curl`, `raw`, `har` or `fetch`, credentials masked.",
  },
  {
    call: "POST /api/requests/resend",
    about:
      "Sends requests again. With `preview` it sends nothing and says what would change. Only to this machine, unless the command was started with --forward-anywhere.",
    takes: schemas.resendInput,
    gives: schemas.resendSchema,
  },
  {
    call: "POST /api/requests/ID/fixture",
    about: "Saves the request as an `.http` file in the working folder, credentials masked; never over another file.",
    gives: schemas.savedSchema,
  },
  {
    call: "POST /api/requests/ID/evidence",
    about: "Starts an [evidence bundle](evidence.md) about the request's event.",
    gives: schemas.savedSchema,
  },
  {
    call: "POST /api/compare",
    about: "Compares two requests, or a request with a pasted body.",
    takes: schemas.compareInput,
    gives: schemas.compareSchema,
  },
  {
    call: "PUT /api/responses",
    about: "Replaces the script of the responses, from the next request on. `body=@file` is refused.",
    takes: schemas.responsesInput,
    gives: schemas.stateSchema.shape.responses.unwrap(),
  },
  { call: "DELETE /api/responses", about: "Goes back to the script of the command line; answers as PUT does." },
  { call: "GET /api/dlq", about: "The entries of the dead-letter queue, at most 1000.", gives: schemas.queueSchema },
  {
    call: "POST /api/dlq/put",
    about: "Puts requests into the queue, with the attempts of their events.",
    takes: schemas.deadLetterInput,
    gives: schemas.deadLetterSchema,
  },
  {
    call: "POST /api/dlq/replay",
    about: "Replays entries, re-signed; what is delivered leaves the queue. To the same places as a resend.",
    takes: schemas.replayInput,
    gives: schemas.replaySchema,
  },
  {
    call: "GET /api/stats?filter=&bucket=",
    about: "Counts over time and response times. `bucket` is a width in milliseconds.",
    gives: schemas.statsSchema,
  },
];

const section = ({ call, about, takes, gives }: Described): string =>
  [
    `## ${call}`,
    about,
    ...(takes === undefined ? [] : ["Request body:", table(jsonSchema(takes))]),
    ...(gives === undefined ? [] : ["Response:", table(jsonSchema(gives))]),
  ].join("\n\n");

const events = Object.entries(schemas.streamSchemas).map(([name, schema]) =>
  [
    `### Event \`${name}\``,
    ...(schema === schemas.rowSchema ? [] : [table(jsonSchema(schema))]),
    ...(schema.description === undefined
      ? []
      : [`${schema.description.charAt(0).toUpperCase()}${schema.description.slice(1)}.`]),
  ].join("\n\n"),
);

/** The whole page. */
export const inspectorDocs = async (): Promise<string> => `# The inspector's API

The page that [\`listen --ui\`, \`inspect\` and \`demo --ui\`](inspector.md) serve is made of these calls. They are for that page and for
scripts on this machine: every call but the first needs the session cookie, a \`Host\` of \`localhost\`, \`127.0.0.1\` or \`[::1]\` with
the inspector's port, and no \`Origin\`, \`Referer\` or \`Sec-Fetch-Site\` of elsewhere. Bodies are \`application/json\`, 4 MiB at most.

\`\`\`sh
curl -c jar -H 'Content-Type: application/json' -d '{"token":"TOKEN"}' http://127.0.0.1:8788/api/session
curl -b jar 'http://127.0.0.1:8788/api/requests?filter=is:invalid'
\`\`\`

What fails has a status of 400 or more and this body:

${table(jsonSchema(schemas.failureSchema))}

${calls.map(section).join("\n\n")}

## GET /api/stream

Server-sent events. An id is \`RUN-POSITION\`: a client that comes back with \`Last-Event-ID\` (browsers do so by themselves) gets every
row that is new or has changed since, once, in its latest state. \`?after=ID\` does the same for a first connection; take \`lastId\` of
\`GET /api/requests\`. Treat \`request\` and \`update\` alike: put the row where its \`id\` is.

${events.join("\n\n")}

This page is made from the zod schemas in \`src/inspector/schema.ts\` by \`npm run docs\`.
`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(fileURLToPath(new URL("../docs/inspector-api.md", import.meta.url)), await inspectorDocs());
}
