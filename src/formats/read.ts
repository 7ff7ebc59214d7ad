import { HookproofError } from "../errors.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import type { CaptureFile } from "./capture-read.ts";
import type { Attachment } from "./curl-request.ts";
import { linesOf } from "./lines.ts";
import { malformed } from "./malformed.ts";
import { parseJson } from "../values/parse-json.ts";
import { looksRaw, readRaw } from "./raw.ts";

/** Which request of a file is meant, and what its form does not say. */
export interface ReadHints {
  /** Of a capture file: the request of this id. */
  readonly id?: string;
  /** Of a capture file: its last request. */
  readonly last?: boolean;
  /** Of a HAR file, or of several curl commands: the n-th, from 1. */
  readonly entry?: number;
  /** Given where the file is a body alone. */
  readonly headers?: readonly HeaderPair[];
  readonly url?: string;
  readonly method?: string;
  /** Told of each line of a capture that was cut off by a crash and is passed over. */
  readonly warn?: (message: string) => void;
  /** Reads a file that a curl command names with `@`; without it such a command is refused. */
  readonly attachment?: Attachment;
}

/**
 * Reads one request from a file in any form that people have: capture line or file, HAR, raw HTTP,
 * curl command, API Gateway or load balancer event; or a body, where `hints.headers` are given.
 * `hints.url` and `hints.method` go before what the file says.
 * @param name of the file, for errors
 * @throws HookproofError `input-malformed` naming file and place, `usage` where a choice is missing
 */
export const readRequest = async (bytes: Buffer, name: string, hints: ReadHints = {}): Promise<WebhookRequest> => {
  const { url, method, headers } = hints;
  if (headers !== undefined && headers.length > 0) return bodyRequest(bytes, headers, hints);
  const request = await readForm(bytes, name, hints);
  return { ...request, ...(url === undefined ? {} : { url }), ...(method === undefined ? {} : { method }) };
};

/**
 * Every request of a file, in its order: all of a capture, HAR file or proxy event.
 * @throws HookproofError `input-malformed`
 */
export const readRequests = async (
  bytes: Buffer,
  name: string,
  hints: ReadHints = {},
): Promise<readonly WebhookRequest[]> => {
  const form = formOf(bytes, name);
  if (form.kind === "capture") {
    const [{ readCaptures }, { requestOf }] = await Promise.all([import("./capture-read.ts"), import("./capture.ts")]);
    const file = readCaptures(bytes, name);
    tellTorn(file, name, hints);
    return file.records.map(requestOf);
  }
  if (form.kind === "json") {
    const { isHar, readHar } = await import("./har.ts");
    if (isHar(form.value)) return readHar(form.value, name);
  }
  return [await readRequest(bytes, name, hints)];
};

/** Whether the bytes are a request in a form that `readRequest` takes, well-formed or not; a bare body is none. */
export const isRequest = async (bytes: Buffer): Promise<boolean> => {
  let form: Form;
  try {
    form = formOf(bytes, "");
  } catch {
    return false;
  }
  if (form.kind !== "json") return true;
  const [{ isHar }, { isProxyEvent }] = await Promise.all([import("./har.ts"), import("./lambda.ts")]);
  return isHar(form.value) || isProxyEvent(form.value) || isCaptureLine(form.value);
};

/** A body as a request: `POST /` with these headers, unless told otherwise. */
export const bodyRequest = (
  body: Buffer,
  headers: readonly HeaderPair[],
  { url, method }: { readonly url?: string; readonly method?: string } = {},
): WebhookRequest => {
  const target = url === undefined ? "/" : url.replace(/^https?:\/\/[^/?#]*/i, "").replace(/#.*$/, "");
  return {
    method: method ?? "POST",
    target: target.startsWith("/") ? target : `/${target}`,
    ...(url === undefined ? {} : { url }),
    headers,
    body,
  };
};

type Form = { readonly kind: "capture" | "raw" | "curl" } | { readonly kind: "json"; readonly value: unknown };

const formOf = (bytes: Buffer, name: string): Form => {
  const start = bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  const first = bytes.subarray(start, start + 4096).find((byte) => byte > 0x20);
  if (bytes.length === 0) throw malformed(name, "it is empty", formsHint);
  if (/^(?:fffe|feff)/.test(bytes.toString("hex", 0, 2))) {
    throw malformed(name, "it is UTF-16 text, as PowerShell's > writes it", "save it as UTF-8");
  }
  if (first === 0x7b) return jsonForm(bytes.subarray(start), name);
  if (looksCurl(bytes.subarray(start))) return { kind: "curl" };
  if (looksRaw(bytes.subarray(start)) || /^HTTP\/\d/.test(bytes.toString("latin1", start, start + 6)))
    return { kind: "raw" };
  const beginning = bytes.toString("latin1", start, start + 100).trimStart();
  for (const [pattern, what] of otherCopies) {
    if (pattern.test(beginning)) throw malformed(name, `it is ${what}`, "in the browser choose Copy as cURL");
  }
  throw malformed(name, "this is no request in a form that hookproof reads", formsHint);
};

/** What else browsers offer to copy a request as. */
const otherCopies: readonly (readonly [begins: RegExp, what: string])[] = [
  [/^(?:await )?fetch\(/, "a fetch() call"],
  [/^(?:\$session = |Invoke-WebRequest\b|Invoke-RestMethod\b)/i, "a PowerShell command"],
];

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

const formsHint =
  "give a capture, HAR file, raw HTTP request, curl command or Lambda event; a body needs its headers: --body FILE -H 'Name: value'";

/** A capture file is told by its first line, which is whole JSON with a `type`; all else is one document. */
const jsonForm = (bytes: Buffer, name: string): Form => {
  const [first] = linesOf(bytes);
  const isOneLine = first === undefined || first.line.length + 2 >= bytes.length;
  if (first !== undefined && (isOneLine || first.line.at(-1) === 0x7d)) {
    try {
      const value = parseJson(first.line.toString("utf8"), name);
      if (isCaptureLine(value)) return { kind: "capture" };
      if (isOneLine) return { kind: "json", value };
    } catch (error) {
      if (isOneLine && !startsLikeCapture(first.line)) throw error;
      if (startsLikeCapture(first.line)) return { kind: "capture" };
    }
  }
  return { kind: "json", value: parseJson(bytes.toString("utf8"), name) };
};

const startsLikeCapture = (line: Buffer): boolean =>
  /^\s*\{"type":"request","id":/.test(line.toString("latin1", 0, 64));

const isCaptureLine = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "type" in value &&
  typeof value.type === "string" &&
  (value.type === "request"
    ? "headers" in value || "receivedAt" in value
    : besideRequests.has(value.type) || ("requestId" in value && "durationMs" in value));

/** What `listen` may write before the first request. */
const besideRequests = new Set(["ready", "notice", "summary"]);

const readForm = async (bytes: Buffer, name: string, hints: ReadHints): Promise<WebhookRequest> => {
  const form = formOf(bytes, name);
  switch (form.kind) {
    case "capture":
      return readCaptured(bytes, name, hints);
    case "curl":
      refuseId(name, hints);
      return (await import("./curl.ts")).readCurl(bytes, name, hints);
    case "raw":
      refuseId(name, hints);
      if ((hints.entry ?? 1) > 1)
        throw new HookproofError("usage", `${name} holds one request, and no entry ${hints.entry}`);
      return readRaw(withoutMark(bytes), name);
    case "json":
      return readDocument(form.value, name, hints);
  }
};

/** A choice by id that a file has no room for would be answered with another request than the one asked for. */
const refuseId = (name: string, { id }: ReadHints): void => {
  if (id === undefined) return;
  throw new HookproofError("usage", `${name} is no capture file: it has no request ${id}`, { hint: "leave --id out" });
};

/** Whether the bytes begin as a curl command does: a prompt, comments or our own `printf … |` may precede. */
const looksCurl = (bytes: Buffer): boolean =>
  /^\s*(?:#[^\n]*\n\s*)*(?:\$ |> |[A-Za-z]:\\[^>\r\n]*>|PS [^>\r\n]*> )?\s*(?:\S*\/)?(?:curl(?:\.exe)?(?=\s)|printf '?%s'? ')/i.test(
    bytes.subarray(0, 8192).toString("latin1"),
  );

const withoutMark = (bytes: Buffer): Buffer => (bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes);

const readDocument = async (value: unknown, name: string, hints: ReadHints): Promise<WebhookRequest> => {
  const { isHar, readHarEntry } = await import("./har.ts");
  if (isHar(value)) {
    refuseId(name, hints);
    return readHarEntry(value, name, hints.entry);
  }
  const { isProxyEvent, readProxyEvent } = await import("./lambda.ts");
  if (isProxyEvent(value)) {
    refuseId(name, hints);
    return readProxyEvent(value, name);
  }
  if (isCaptureLine(value)) {
    // One record, laid out over several lines as `jq` prints it.
    const [{ checkCapture, isCaptureRecord }, { requestOf }] = await Promise.all([
      import("./capture-read.ts"),
      import("./capture.ts"),
    ]);
    const record = checkCapture(value, name);
    if (isCaptureRecord(record)) return requestOf(record);
  }
  throw malformed(name, "it is JSON, but no capture, HAR file or Lambda event", formsHint);
};

const tellTorn = ({ tornLines }: CaptureFile, name: string, { warn }: ReadHints): void => {
  for (const number of tornLines) warn?.(`${name} line ${number} was cut off by a crash; it is passed over`);
};

/** Picks a request of a capture file; only the line that is picked is checked in full. */
const readCaptured = async (bytes: Buffer, name: string, hints: ReadHints): Promise<WebhookRequest> => {
  const { id, last } = hints;
  const [{ parseCaptureLine, readCaptures, isCaptureRecord }, { requestOf }] = await Promise.all([
    import("./capture-read.ts"),
    import("./capture.ts"),
  ]);
  if (bytes.indexOf(0x0a) < 0) {
    const only = parseCaptureLine(withoutMark(bytes).toString("utf8"), `${name} line 1`);
    if (isCaptureRecord(only) && (id === undefined || only.id === id)) return requestOf(only);
  }
  const file = readCaptures(withoutMark(bytes), name);
  const { records } = file;
  tellTorn(file, name, hints);
  const found =
    id === undefined
      ? last === true || records.length === 1
        ? records.at(-1)
        : undefined
      : records.find((record) => record.id === id);
  if (found !== undefined) return requestOf(found);
  const known = records
    .slice(-8)
    .map((record) => record.id)
    .join(", ");
  if (records.length === 0) throw malformed(name, "the capture file holds no request");
  throw id === undefined
    ? new HookproofError("usage", `${name} holds ${records.length} requests`, {
        hint: `choose one with --last or --id: ${records.length > 8 ? "…, " : ""}${known}`,
      })
    : new HookproofError("usage", `${name} has no request ${id}`, {
        hint: `it has ${records.length > 8 ? "…, " : ""}${known}`,
      });
};
