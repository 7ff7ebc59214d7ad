import { readRequests } from "../formats/read.ts";
import type { Profile } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import { HookproofError } from "../errors.ts";
import type { DlqEntry } from "./dlq.ts";
import { entryFor } from "./entry-for.ts";
import { linesOf } from "../storage/lines.ts";
import { eventOf } from "../providers/event.ts";
import { utf8Text } from "../request/request.ts";
import { readJson, readJsonSequence } from "../values/json-text.ts";
import type { JsonNode } from "../values/json-text.ts";
import type { Opened, Unopened } from "./envelopes/envelope.ts";
import { open } from "./envelopes/envelopes.ts";
import { openRequests } from "./envelopes/requests.ts";
import { jsonRequests } from "../formats/json-request.ts";
import { readLog } from "../formats/log.ts";
import { openCsv, openKafkaLines } from "./envelopes/tables.ts";
import { entriesIn } from "./shared/message.ts";
import type { Reading } from "./shared/message.ts";
import { pluralize } from "../values/count.ts";
import { beginsCapture } from "../formats/capture.ts";
import { capturedEvents, hasFailed } from "./captured.ts";
import type { CapturedEvents } from "./captured.ts";
import { webhookHeaders } from "./shared/message-headers.ts";
import { isWebhook, isWholeEvent, notWebhook } from "./webhook.ts";
import { changeOf, entryOf, looksLikeEntry, withChange } from "./record.ts";
import type { Change } from "./record.ts";

interface ImportOptions {
  /** The events' provider; detected from the headers if undefined. */
  readonly profile: Profile | undefined;
  readonly profiles: readonly Profile[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly url: string | null;
  /** Also import a capture's delivered events. */
  readonly all: boolean;
  /** Also import items that don't look like webhooks. */
  readonly force: boolean;
}

/** An event to import, the reason why one is skipped, or a problem with unreadable data. */
type Imported = { readonly entry: Omit<DlqEntry, "id"> } | { readonly skipped: string } | { readonly problem: string };

/**
 * The events of a file in any supported format: hookproof's NDJSON, captures, messages and requests of other tools, or
 * a bare payload.
 * @param name the file's name, for messages
 */
export async function* importedEntries(bytes: Buffer, name: string, options: ImportOptions): AsyncGenerator<Imported> {
  // Windows programs write a BOM; no event starts with one.
  const own = bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
  for await (const found of foundIn(own, name, options)) {
    if ("entry" in found && !options.force && !isWebhook(found.entry, profileOf(found.entry, options)))
      yield { skipped: `${name}: ${found.entry.request.method} ${found.entry.request.target}: ${notWebhook}` };
    else yield found;
  }
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

const profileOf = ({ provider }: Pick<DlqEntry, "provider">, { profile, profiles }: ImportOptions) =>
  provider === null ? profile : profiles.find(({ id }) => id === provider);

async function* foundIn(bytes: Buffer, name: string, options: ImportOptions): AsyncGenerator<Imported> {
  const own = ownLines(bytes, name);
  if (own !== undefined) {
    yield* own;
    return;
  }
  if (beginsCapture(bytes)) {
    yield* capturedIn(bytes, name, options);
    return;
  }
  const messages = messagesOf(bytes, name, options);
  if (messages !== undefined) {
    yield* messages;
    return;
  }
  yield* requestsOf(bytes, name, options);
}

/** The entries of hookproof's own NDJSON, with their changes applied; the file may be an export or a queue. */
const ownLines = (bytes: Buffer, name: string): readonly Imported[] | undefined => {
  const [first] = linesOf(bytes);
  if (first === undefined || !isOwn(first.bytes)) return undefined;
  const entries = new Map<string, DlqEntry>();
  const problems: { readonly problem: string }[] = [];
  for (const { bytes: line, number } of linesOf(bytes)) {
    const entry = entryOf(line);
    const change = entry === undefined ? changeOf(line) : undefined;
    if (entry !== undefined) entries.set(entry.id, entry);
    else if (change !== undefined) apply(entries, change);
    else problems.push({ problem: `${name}: line ${number} is not an entry as \`dlq export\` writes it` });
  }
  return [...problems, ...[...entries.values()].map((entry) => ({ entry }))];
};

const apply = (entries: Map<string, DlqEntry>, change: Change): void => {
  if ("ids" in change) {
    if (change.type === "discarded") for (const id of change.ids) entries.delete(id);
    return;
  }
  const entry = entries.get(change.id);
  if (change.type === "done" && !change.kept) entries.delete(change.id);
  else if (entry !== undefined) entries.set(change.id, withChange(entry, change));
};

/**
 * The failed events of a capture, with the attempts that `listen` recorded. Skips delivered events unless `all` is set.
 */
function* capturedIn(bytes: Buffer, name: string, { profiles, all, url }: ImportOptions): Generator<Imported> {
  let captured: CapturedEvents;
  try {
    captured = capturedEvents(bytes, name, profiles);
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    yield { problem: error.message };
    return;
  }
  for (const entry of captured.entries) {
    if (all || hasFailed(entry)) yield { entry: { ...entry, url: url ?? entry.url } };
    else yield { skipped: `${name}: ${entry.eventId ?? entry.id} was delivered (use --all to import it anyway)` };
  }
  if (captured.torn > 0) yield { problem: `${name}: ${pluralize(captured.torn, "line")} cut off by a crash` };
}

const isOwn = (line: Buffer): boolean => looksLikeEntry(line) || changeOf(line) !== undefined;

/**
 * The events of a JSON file (one document or several in a row, each an envelope, a list or an event), a CSV file, or
 * the output of a Kafka consumer.
 * @returns undefined if it is none of these, because it may be a request in another format
 */
const messagesOf = (bytes: Buffer, name: string, options: ImportOptions): Iterable<Imported> | undefined => {
  const documents = documentReader(name, options);
  if (isObjectALine(bytes)) return linesIn(bytes, name, documents);
  const text = utf8Text(bytes);
  if (text === undefined) return undefined;
  const nodes = readJsonSequence(text);
  if (nodes === undefined) {
    // A Lambda log's prefix could be mistaken for Kafka console output.
    const logged = lambdaLog.test(text) ? openRequests(readLog(text)) : undefined;
    const rows = logged ?? openKafkaLines(text) ?? openCsv(text);
    return rows === undefined ? undefined : documents.imported(rows);
  }
  const found = nodes.flatMap((node) => documents.read(text, node));
  return nodes.length > 1 || documents.hasOpened() ? found : undefined;
};

/** One JSON object per line, as logs and `jq -c` write them. Read one at a time, because there may be a million. */
function* linesIn(bytes: Buffer, name: string, { read }: DocumentReader): Generator<Imported> {
  for (const { bytes: line, number } of linesOf(bytes)) {
    const text = utf8Text(line) ?? "";
    const node = readJson(text);
    if (node?.kind === "object") yield* read(text, node);
    else yield { problem: `${name}: line ${number} is not a JSON object` };
  }
}

interface DocumentReader {
  /** The events of a JSON document, which may be an envelope, a list, or an event itself. */
  readonly read: (text: string, node: JsonNode) => readonly Imported[];
  readonly imported: (opened: readonly (Opened | Unopened)[]) => readonly Imported[];
  /** Whether any document was an envelope or a list. */
  readonly hasOpened: () => boolean;
}

const documentReader = (name: string, options: ImportOptions): DocumentReader => {
  const { profile, profiles, url } = options;
  const known = profile === undefined ? profiles : [...profiles, profile];
  const reading: Reading = { profile, profiles, reason: "imported", isHeader: webhookHeaders(known) };
  let hasOpened = false;
  const imported = (opened: readonly (Opened | Unopened)[]): readonly Imported[] =>
    opened
      .flatMap((one) => ("problem" in one ? [one] : entriesIn({ id: name, ...one }, reading, options.now)))
      .map((found) =>
        "problem" in found ? { problem: `${name}: ${found.problem}` } : { entry: { ...found, url: url ?? found.url } },
      );
  const read = (text: string, node: JsonNode): readonly Imported[] => {
    const slice = text.slice(node.start, node.end);
    const body = Buffer.from(slice, "utf8");
    if (node.kind === "array" && !isEvent(body, profile)) {
      hasOpened = true;
      return node.items.flatMap((item) => read(text, item));
    }
    if (node.kind === "array") return [{ entry: entryFor(body, [], options) }];
    if (node.kind !== "object") return [{ problem: `${name}: ${slice.slice(0, 40)} is not an event` }];
    // Most documents are plain events; only others are tried as envelopes.
    if (isWholeEvent([], body, options)) return [{ entry: entryFor(body, [], options) }];
    const document = { text: slice, node: readJson(slice) ?? node, value: JSON.parse(slice) };
    // Only documents that mention headers are searched for a request.
    const opened =
      open(document) ?? (/header/i.test(slice) ? openRequests(jsonRequests(document, readLog)) : undefined);
    if (opened === undefined) return [{ entry: entryFor(body, [], options) }];
    hasOpened = true;
    return imported(opened);
  };
  return { read, imported, hasOpened: () => hasOpened };
};

const lambdaLog = /\t(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\t/;

/** Whether a body as a whole is one webhook: HubSpot delivers a list of events in one. */
const isEvent = (body: Buffer, profile: Profile | undefined): boolean => {
  if (profile === undefined) return false;
  const { id, type } = eventOf({ method: "POST", target: "/", headers: [], body }, profile);
  return id !== null || type !== null;
};

const requestsOf = async function* (bytes: Buffer, name: string, options: ImportOptions): AsyncGenerator<Imported> {
  // An event may have request-like fields, such as an inbound mail's.
  if (isWholeEvent([], bytes, options)) {
    yield* payloadsOf(bytes, name, options);
    return;
  }
  let requests: readonly WebhookRequest[];
  const problems: string[] = [];
  try {
    requests = await readRequests(bytes, name, { warn: (message) => problems.push(message) });
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    if (options.profile === undefined) {
      // The message names the file itself.
      yield { problem: error.message };
      return;
    }
    requests = [];
  }
  if (requests.length === 0) {
    yield* payloadsOf(bytes, name, options);
    return;
  }
  for (const { lost, ...request } of requests) {
    if (lost !== undefined && request.body.length === 0)
      problems.push(`${name} does not contain the request as it was sent: ${lost}`);
    else yield { entry: entryFor(request.body, request.headers, options, request) };
  }
  for (const problem of problems) yield { problem };
};

/** Reads the file as a bare payload. */
function* payloadsOf(bytes: Buffer, name: string, options: ImportOptions): Generator<Imported> {
  if (bytes.length === 0) yield { problem: `${name} is empty` };
  else if (jsonOf(bytes) === undefined && !isForm(bytes) && options.profile?.contentType.includes("json") === true)
    yield { problem: `${name} is not JSON, but ${options.profile.id} events are` };
  else yield { entry: entryFor(bytes, [], options) };
}

// Slack's commands and GitHub's webhooks may come as forms.
const isForm = (bytes: Buffer): boolean => /^[^\s=&]+=/.test(bytes.toString("latin1", 0, 500));

const isObjectALine = (bytes: Buffer): boolean => {
  const [first, second] = linesOf(bytes);
  return first !== undefined && second !== undefined && isObject(first.bytes) && jsonOf(bytes) === undefined;
};

const isObject = (line: Buffer): boolean => line[0] === 0x7b && jsonOf(line) !== undefined;

const jsonOf = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
};
