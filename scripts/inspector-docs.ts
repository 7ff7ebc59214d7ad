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
      "Exchanges the token in the printed address for a session: responds with 204 and an `HttpOnly`, `SameSite=Strict` cookie, or with 401.",
    takes: schemas.sessionInput,
  },
  { call: "GET /api/state", about: "The state of this run and the actions it offers.", gives: schemas.stateSchema },
  {
    call: "GET /api/requests?filter=&before=&after=&limit=",
    about:
      "Rows, newest first. `before` and `after` are a row's `number`; `limit` defaults to 200 and is at most 1000; `filter` is [the filter language](inspector.md#filter).",
    gives: schemas.requestsSchema,
  },
  { call: "GET /api/requests/ID", about: "Everything about one request.", gives: schemas.detailSchema },
  {
    call: "GET /api/requests/ID/body?from=&to=",
    about:
      "The bytes of the body, or a range of them, as a download. Known secrets in the body are overwritten with `*`.",
  },
  {
    call: "GET /api/requests/ID/as/FORM",
    about: "The request as `curl`, `raw`, `har` or `fetch`, with credentials masked.",
  },
  {
    call: "POST /api/requests/resend",
    about:
      "Resends requests. With `preview`, it sends nothing and reports what would change. The target must be on this machine, unless the command was started with --forward-anywhere.",
    takes: schemas.resendInput,
    gives: schemas.resendSchema,
  },
  {
    call: "POST /api/requests/ID/fixture",
    about:
      "Saves the request as an `.http` file in the working folder, with credentials masked. It never overwrites a file.",
    gives: schemas.savedSchema,
  },
  {
    call: "POST /api/requests/ID/evidence",
    about: "Starts an [evidence bundle](evidence.md) for the request's event.",
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
    about: "Replaces the response script, starting with the next request. `body=@file` is rejected.",
    takes: schemas.responsesInput,
    gives: schemas.stateSchema.shape.responses.unwrap(),
  },
  {
    call: "DELETE /api/responses",
    about: "Restores the response script of the command line; the response is the same as for PUT.",
  },
  { call: "GET /api/dlq", about: "The entries of the dead-letter queue, at most 1000.", gives: schemas.queueSchema },
  {
    call: "POST /api/dlq/put",
    about: "Adds requests to the dead-letter queue, with the attempts of their events.",
    takes: schemas.deadLetterInput,
    gives: schemas.deadLetterSchema,
  },
  {
    call: "POST /api/dlq/replay",
    about:
      "Re-signs and replays entries; delivered entries are removed from the queue. The same targets are allowed as for a resend.",
    takes: schemas.replayInput,
    gives: schemas.replaySchema,
  },
  {
    call: "GET /api/stats?filter=&bucket=",
    about: "Counts over time and response times. `bucket` is the width of a bucket in milliseconds.",
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

/** The full text of docs/inspector-api.md. */
export const inspectorDocs = async (): Promise<string> => `# The inspector's API

The page served by [\`listen --ui\`, \`inspect\` and \`demo --ui\`](inspector.md) uses these calls, and so can scripts on this machine. Every
call except the first needs the session cookie. \`Host\` must be \`localhost\`, \`127.0.0.1\` or \`[::1]\` with the inspector's port, and
\`Origin\`, \`Referer\` and \`Sec-Fetch-Site\`, if sent, must not name another site. Bodies are \`application/json\`, at most 4 MiB.

\`\`\`sh
curl -c jar -H 'Content-Type: application/json' -d '{"token":"TOKEN"}' http://127.0.0.1:8789/api/session
curl -b jar 'http://127.0.0.1:8789/api/requests?filter=is:invalid'
\`\`\`

Error responses have a status of 400 or higher and this body:

${table(jsonSchema(schemas.failureSchema))}

${calls.map(section).join("\n\n")}

## GET /api/stream

Server-sent events. An event id is \`RUN-POSITION\`. A client that reconnects with \`Last-Event-ID\`, as browsers do automatically, receives
every row that is new or has changed since, once, in its latest state. \`?after=ID\` does the same for a first connection; use \`lastId\`
from \`GET /api/requests\`. Treat \`request\` and \`update\` the same way: insert the row, or replace the row with the same \`id\`.

${events.join("\n\n")}

This page is generated from the zod schemas in \`src/inspector/schema.ts\` by \`npm run docs\`.
`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(fileURLToPath(new URL("../docs/inspector-api.md", import.meta.url)), await inspectorDocs());
}
