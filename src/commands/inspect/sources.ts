import { basename } from "node:path";
import { readExchanges, harOf } from "../../evidence/har-source.ts";
import { readCaptures } from "../../formats/capture-read.ts";
import { beginsCapture, requestOf } from "../../formats/capture.ts";
import type { CaptureRecord } from "../../formats/capture.ts";
import { readRequests } from "../../formats/read.ts";
import type { ForwardEvent, ResponseEvent } from "../../listener/events.ts";
import type { WebhookRequest } from "../../request/request.ts";
import { encodeBytes } from "../../request/request.ts";
import type { Context } from "../../cli/context.ts";

/** A stored request, and what else its file says about it. */
export interface StoredExchange {
  readonly id: string;
  readonly request: WebhookRequest;
  readonly remote: string | null;
  readonly recorded: CaptureRecord["verdict"];
  readonly response: Pick<ResponseEvent, "kind" | "status" | "durationMs" | "sent"> | null;
  readonly forwards: readonly ForwardEvent[];
}

/** The requests of a file in any format. @throws HookproofError `input-unreadable`, `input-malformed`, `input-too-large` */
export const storedIn = async (context: Context, path: string): Promise<readonly StoredExchange[]> => {
  const bytes = await context.readInput(path);
  const name = path === "-" ? "standard input" : basename(path);
  if (bytes.toString("latin1", 0, 4) === "PK\u0003\u0004") return readBundle(context, bytes, name);
  if (beginsCapture(bytes)) return captured(context, bytes, name);
  const har = harOf(bytes);
  if (har !== undefined) return exchanged(context, har, name);
  const requests = await readRequests(bytes, name, { warn: context.warn });
  return requests.map((request, at) => ({ ...bare, id: requests.length === 1 ? name : `${name}-${at + 1}`, request }));
};

const bare = { remote: null, recorded: undefined, response: null, forwards: [] } as const;

/** The exchanges in an evidence bundle, still masked. */
const readBundle = async (context: Context, bytes: Buffer, name: string): Promise<readonly StoredExchange[]> => {
  const { unpack } = await import("../../evidence/bundle/read.ts");
  const { files } = await unpack({ bytes, displayName: name, limit: context.inputLimit("bundle") });
  const har = files.find((file) => file.name === "captures.har");
  const value = har === undefined ? undefined : harOf(har.data);
  if (value === undefined) {
    context.warn(`${name} contains no captured requests`);
    return [];
  }
  return exchanged(context, value, name);
};

const exchanged = (context: Context, har: unknown, name: string): readonly StoredExchange[] =>
  readExchanges(har, name, context.warn).map(({ record, response }, at) => {
    const id = `${name}-${at + 1}`;
    const forward: readonly ForwardEvent[] =
      response === null
        ? []
        : [
            {
              type: "forward",
              requestId: id,
              url: record.url ?? "",
              answers: true,
              status: response.status,
              durationMs: response.durationMs ?? 0,
              headers: response.headers ?? [],
              body: response.body ?? encodeBytes(Buffer.alloc(0)),
              error: null,
            },
          ];
    return {
      ...bare,
      id,
      request: requestOf(record),
      forwards: forward,
      response:
        response === null
          ? null
          : { kind: "status", status: response.status, durationMs: response.durationMs ?? 0, sent: true },
    };
  });

/** What a capture's later lines say about a request. */
interface LaterLines {
  response?: NonNullable<StoredExchange["response"]>;
  verdict?: NonNullable<CaptureRecord["verdict"]>;
  readonly forwards: ForwardEvent[];
}

const captured = async (context: Context, bytes: Buffer, name: string): Promise<readonly StoredExchange[]> => {
  const { records, others, tornLines } = readCaptures(bytes, name);
  for (const number of tornLines) context.warn(`${name} line ${number} was cut off by a crash and is skipped`);
  const { lineOfCapture } = await import("./schema.ts");
  const after = new Map<string, LaterLines>();
  for (const other of others) {
    const { data: line } = lineOfCapture.safeParse(other);
    if (line === undefined) continue;
    const existing = after.get(line.requestId) ?? { forwards: [] };
    after.set(line.requestId, existing);
    if (line.type === "forward") existing.forwards.push(line);
    else if (line.type === "response") existing.response = line;
    else existing.verdict = line;
  }
  return records.map((record) => {
    const { response, verdict, forwards = [] } = after.get(record.id) ?? {};
    return {
      id: record.id,
      request: requestOf(record),
      remote: record.remote ?? null,
      recorded: verdict ?? record.verdict,
      response: response ?? null,
      forwards,
    };
  });
};
