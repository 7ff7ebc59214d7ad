import * as z from "zod";
import { HookproofError } from "../errors.ts";
import type { WebhookRequest } from "../request/request.ts";
import { tokenPattern } from "../request/token.ts";
import { requestOf } from "./capture.ts";
import type { CaptureRecord } from "./capture.ts";
import type { ReadHints, Source } from "./format.ts";
import { byteText } from "./latin1.ts";
import { linesOf } from "../storage/lines.ts";
import { malformed } from "./malformed.ts";
import { isCutOff, parseJson } from "../values/parse-json.ts";

/** A line of a capture file that is not a request: `response`, `forward`, or one of a later version. */
interface OtherLine {
  readonly type: string;
  readonly requestId?: string;
  readonly [field: string]: unknown;
}

interface CaptureFile {
  readonly records: readonly CaptureRecord[];
  /** Every other line, in order. */
  readonly others: readonly OtherLine[];
  /** Numbers of lines cut off mid-write: the last line of a crashed run. They are skipped. */
  readonly tornLines: readonly number[];
}

// Two searches instead of one pattern: V8 fails on strings of many megabytes.
const isBase64 = (text: string): boolean =>
  text.length % 4 === 0 && !/[^A-Za-z0-9+/=]/.test(text) && !/=[^=]|={3}/.test(text);

const headerText = z.string().transform(byteText);

/** A received request in a capture file. Anything that a listener could not have written is rejected. */
export const recordSchema = z.object({
  type: z.literal("request"),
  // `req_…`; `response` and `forward` lines point to it with `requestId`.
  id: z.string().min(1),
  receivedAt: z.iso.datetime({ offset: true, error: "not an ISO 8601 time" }),
  method: z.string().regex(tokenPattern, "not an HTTP method"),
  target: z.string().min(1),
  url: z.string().exactOptional(),
  httpVersion: z.string().exactOptional(),
  headers: z.array(z.tuple([headerText, headerText])),
  body: z.discriminatedUnion("encoding", [
    z.object({ encoding: z.literal("utf8"), data: z.string() }),
    z.object({ encoding: z.literal("base64"), data: z.string().refine(isBase64, "not base64") }),
  ]),
  remote: z.string().exactOptional(),
  provider: z.string().nullable().exactOptional(),
  eventType: z.string().nullable().exactOptional(),
  eventId: z.string().nullable().exactOptional(),
  // `claimed`: from the platform's attempt header; `counted`: by the event's dedupe key, including this attempt.
  attempt: z.object({ claimed: z.number().nullable(), counted: z.number().nullable() }).exactOptional(),
  // The part of a verdict that a capture keeps; the rest can be computed again from the bytes.
  verdict: z
    .object({
      valid: z.boolean(),
      cause: z.string().nullable(),
      scheme: z.string().nullable(),
      matchedSecret: z.string().nullable(),
    })
    .exactOptional(),
});

const otherSchema = z.looseObject({ type: z.string(), requestId: z.string().exactOptional() });

/**
 * Parses and checks one line of a capture file.
 * @param where the line's place, for errors: `requests.ndjson line 3`
 * @throws HookproofError `input-malformed`
 */
export const parseCaptureLine = (line: string, where: string): CaptureRecord | OtherLine =>
  checkCapture(parseJson(line, where), where);

/** Like `parseCaptureLine`, for a line that is already parsed. */
export const checkCapture = (value: unknown, where: string): CaptureRecord | OtherLine => {
  const other = otherSchema.safeParse(value);
  if (other.success && other.data.type !== "request") return other.data;
  const record = recordSchema.safeParse(value);
  if (record.success) return record.data;
  const issue = record.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  throw new HookproofError("input-malformed", `${where} is not a captured request: ${issue?.message ?? "?"}${place}`, {
    hint: "capture lines are written by `hookproof listen --capture FILE`",
  });
};

/** Whether a line is a request. */
export const isCaptureRecord = (line: CaptureRecord | OtherLine): line is CaptureRecord =>
  line.type === "request" && "headers" in line && "receivedAt" in line;

/**
 * Reads a whole capture file. A line cut off by a crash (the file's last line, or the last one before another run) is
 * skipped and listed in `tornLines`.
 * @throws HookproofError `input-malformed`, with file and line
 */
export const readCaptures = (bytes: Buffer, name: string): CaptureFile => {
  const records: CaptureRecord[] = [];
  const others: OtherLine[] = [];
  const tornLines: number[] = [];
  for (const { bytes: line, number, torn } of linesOf(bytes)) {
    const where = `${name} line ${number}`;
    let value: unknown;
    try {
      value = parseJson(line.toString("utf8"), where);
    } catch (error) {
      const isTorn = torn ? number > 1 : beginsRecord(line) && isCutOff(line.toString("utf8"));
      if (!isTorn) throw error;
      tornLines.push(number);
      continue;
    }
    const checked = checkCapture(value, where);
    if (isCaptureRecord(checked)) records.push(checked);
    else others.push(checked);
  }
  return { records, others, tornLines };
};

const beginsRecord = (line: Buffer): boolean => line.toString("latin1", 0, 9) === '{"type":"';

/** The request in a file that contains a single capture record. @throws HookproofError `input-malformed` */
export const readRecord = (value: unknown, name: string): WebhookRequest => {
  const record = checkCapture(value, name);
  if (isCaptureRecord(record)) return requestOf(record);
  throw malformed(name, `it is a '${record.type}' line of a capture, not a request`);
};

/** Every request of a capture file. @throws HookproofError `input-malformed` */
export const readAllCaptured = ({ bytes, name }: Source, hints: ReadHints): readonly WebhookRequest[] =>
  recordsOf(bytes, name, hints).map(requestOf);

/**
 * The request that the hints select from a capture file. If the file has only one line, that one is used.
 * @throws HookproofError `input-malformed`, `usage` if none is selected
 */
export const readCaptured = ({ bytes, name }: Source, hints: ReadHints): WebhookRequest => {
  const { id, last } = hints;
  if (bytes.indexOf(0x0a) < 0) {
    const only = parseCaptureLine(bytes.toString("utf8"), `${name} line 1`);
    if (isCaptureRecord(only) && (id === undefined || only.id === id)) return requestOf(only);
  }
  const records = recordsOf(bytes, name, hints);
  const isChosen = last === true || records.length === 1;
  const found = id === undefined ? (isChosen ? records.at(-1) : undefined) : records.find((one) => one.id === id);
  if (found !== undefined) return requestOf(found);
  if (records.length === 0) throw malformed(name, "the capture file contains no request");
  const known = records.slice(-8).map((record) => record.id);
  const list = `${records.length > known.length ? "…, " : ""}${known.join(", ")}`;
  throw id === undefined
    ? new HookproofError("usage", `${name} contains ${records.length} requests`, {
        hint: `choose one with --last or --id: ${list}`,
      })
    : new HookproofError("usage", `${name} has no request ${id}`, { hint: `it has ${list}` });
};

const recordsOf = (bytes: Buffer, name: string, { warn }: ReadHints): readonly CaptureRecord[] => {
  const { records, tornLines } = readCaptures(bytes, name);
  for (const number of tornLines) warn?.(`${name} line ${number} was cut off by a crash and is skipped`);
  return records;
};
