import { existsSync } from "node:fs";
import { join } from "node:path";
import type { WebhookRequest } from "../../request/request.ts";
import type { HeaderPair } from "../../request/request.ts";
import { HookproofError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";

/** What a capture recorded about a request, besides its bytes. */
export interface Recorded {
  /** The id of the provider the request was recorded with. */
  readonly provider: string | undefined;
  readonly response: {
    readonly status: number | null;
    readonly kind: string;
    readonly sent: boolean;
  } | null;
}

interface RequestInput {
  readonly request: string | undefined;
  readonly body?: string | undefined;
  readonly header?: readonly HeaderPair[];
  readonly id?: string | undefined;
  readonly last?: boolean;
  readonly entry?: number | undefined;
  readonly url?: string | undefined;
  readonly method?: string | undefined;
}

/**
 * The request as sent, to compare with the received one: in any supported format, or just its body, which is often all
 * that a sender has.
 * @throws HookproofError `input-unreadable`, `input-malformed`
 */
export const sentFor = async (context: Context, path: string, received: WebhookRequest): Promise<WebhookRequest> => {
  const { bodyRequest, isRequest, readRequest } = await import("../../formats/read.ts");
  const bytes = await context.readInput(path);
  if (!(await isRequest(bytes))) return bodyRequest(bytes, received.headers);
  const name = path === "-" ? "standard input" : path;
  const request = await readRequest(bytes, name, { warn: context.warn });
  if (request.lost !== undefined) context.warn(`${name} does not contain the request as it was sent: ${request.lost}`);
  return request;
};

/**
 * The request selected by the options: a file in any supported format, `-`, or a body with `-H` headers.
 * @throws HookproofError `input-unreadable`, `input-malformed`, `usage`
 */
export const requestFor = async (
  context: Context,
  input: RequestInput,
): Promise<{ readonly request: WebhookRequest; readonly recorded: Recorded }> => {
  const { bodyRequest, isRequest, readRequest } = await import("../../formats/read.ts");
  const at = {
    ...(input.url === undefined ? {} : { url: input.url }),
    ...(input.method === undefined ? {} : { method: input.method }),
  };
  if (input.body !== undefined && input.request !== undefined) {
    throw new HookproofError("usage", `a request (${input.request}) and --body cannot be combined`, {
      hint: "remove --body, or pass only the body with its headers (-H)",
    });
  }
  if (input.body !== undefined) {
    const request = bodyRequest(await context.readInput(input.body), input.header ?? [], at);
    return { request, recorded: nothingRecorded };
  }
  const path = input.request ?? (await usualCaptures(context, input)) ?? "-";
  const bytes = await context.readInput(path);
  const name = path === "-" ? "standard input" : path;
  if ((input.header?.length ?? 0) > 0 && (await isRequest(bytes)))
    context.warn(`${name} is a complete request; with -H it is treated as a body only`);
  const request = await readRequest(bytes, name, {
    ...at,
    warn: context.warn,
    ...(input.id === undefined ? {} : { id: input.id }),
    ...(input.last === true ? { last: true } : {}),
    ...(input.entry === undefined ? {} : { entry: input.entry }),
    ...(input.header === undefined || input.header.length === 0 ? {} : { headers: input.header }),
  });
  return { request, recorded: await recordedFor(bytes, name, input) };
};

/** The user's own captures, if `--id` or `--last` is given without a file and standard input is a terminal. */
const usualCaptures = async (context: Context, { id, last }: RequestInput): Promise<string | undefined> => {
  if (!context.stdinIsTerminal || (id === undefined && last !== true)) return undefined;
  const path = join(context.folders.data, "captures.ndjson");
  if (!existsSync(path)) return undefined;
  context.note(`reading ${path}`);
  return path;
};

const nothingRecorded: Recorded = { provider: undefined, response: null };

/** What the capture recorded about the request; nothing if the input isn't a capture. */
const recordedFor = async (bytes: Buffer, name: string, input: RequestInput): Promise<Recorded> => {
  const { beginsCapture } = await import("../../formats/capture.ts");
  if ((input.header?.length ?? 0) > 0 || !beginsCapture(bytes)) return nothingRecorded;
  const { readCaptures } = await import("../../formats/capture-read.ts");
  const { records, others } = readCaptures(bytes, name);
  const record = input.id === undefined ? records.at(-1) : records.find((one) => one.id === input.id);
  if (record === undefined) return nothingRecorded;
  const line = others.find((one) => one.type === "response" && one.requestId === record.id);
  const provider = record.provider ?? undefined;
  if (line === undefined) return { provider, response: null };
  const status = typeof line["status"] === "number" ? line["status"] : null;
  const kind = typeof line["kind"] === "string" ? line["kind"] : "status";
  return { provider, response: { status, kind, sent: line["sent"] !== false } };
};
