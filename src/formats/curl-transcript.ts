import { HookproofError } from "../errors.ts";
import { headerValue } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { readCurl } from "./curl.ts";
import type { ReadHints } from "./format.ts";
import { noBody } from "./json-request.ts";
import { malformed } from "./malformed.ts";
import { readRaw } from "./raw.ts";

/** What `--trace-time` and `--trace-ids` add before each line. */
const prefix = /^(?:\d\d:\d\d:\d\d\.\d{1,9} )?(?:\[[\dx]{1,9}-[\dx]{1,9}\] )?/;
const requestLine = /^[A-Z]{1,20} \S{1,8000} HTTP\/\d/;
const sendBlock = /^=> Send (header|data), (\d{1,15}) bytes/;
const anyBlock = /^(?:== |=> |<= )/;
const dumped = /^([0-9a-f]{4,12}): (.*)$/;
const hexed = /^((?:[0-9a-f]{2} ){1,16})(?: {3}){0,16}/;

const linesOf = (text: string): readonly string[] => text.split(/\r?\n/).map((line) => line.replace(prefix, ""));

/** Whether a text is the output of `curl -v`, `--trace` or `--trace-ascii`. */
export const looksTranscript = (bytes: Buffer): boolean => {
  const text = bytes.toString("latin1", 0, 256 * 1024);
  // A cheap first test.
  if (!text.includes("> ")) return false;
  return linesOf(text).some(
    (line) => (line.startsWith("> ") && requestLine.test(line.slice(2))) || sendBlock.test(line),
  );
};

/**
 * The requests in curl's output: for `-v` from its `> ` lines, for a trace from its blocks (dump() in
 * https://github.com/curl/curl/blob/master/src/tool_cb_dbg.c). Only `--trace` shows every byte of a body.
 * @throws HookproofError `input-malformed`
 */
export const readTranscript = (bytes: Buffer, name: string, hints: ReadHints): readonly WebhookRequest[] => {
  const lines = linesOf(bytes.toString("latin1"));
  const isTrace = lines.some((line) => sendBlock.test(line));
  const requests = isTrace ? tracedIn(lines, name) : verboseIn(lines, name);
  if (requests.length === 0) throw malformed(name, "the transcript shows no request");
  const [first, ...others] = requests;
  return first?.lost === undefined ? requests : [withCommand(first, lines, name, hints), ...others];
};

const verboseIn = (lines: readonly string[], name: string): readonly WebhookRequest[] => {
  const heads: string[][] = [];
  let isOpen = false;
  for (const line of lines) {
    const text = line.startsWith(">") ? line.slice(line[1] === " " ? 2 : 1) : undefined;
    if (text === undefined) {
      if (line.startsWith("<")) isOpen = false;
    } else if (!isOpen) {
      isOpen = requestLine.test(text);
      if (isOpen) heads.push([text]);
    } else if (text === "") isOpen = false;
    else heads.at(-1)?.push(text);
  }
  return heads.map((head): WebhookRequest => {
    const request = readRaw(Buffer.from(`${head.join("\n")}\n\n`, "latin1"), name);
    return hasBody(request) ? { ...request, lost: "curl -v does not show the body (--trace FILE does)" } : request;
  });
};

const hasBody = ({ headers, method }: WebhookRequest): boolean => {
  const length = headerValue(headers, "content-length");
  return length === undefined
    ? headerValue(headers, "transfer-encoding") !== undefined || !/^(?:GET|HEAD|DELETE|OPTIONS)$/.test(method)
    : length !== "0";
};

/** Takes the body from the curl command, if it precedes its own output. */
const withCommand = (
  request: WebhookRequest,
  lines: readonly string[],
  name: string,
  { attachment }: ReadHints,
): WebhookRequest => {
  const end = lines.findIndex((line) => /^(?:\*|>|==|Note:|\s{0,4}% Total)/.test(line) && !/^> ?curl/.test(line));
  const command = lines.slice(0, Math.max(end, 0)).join("\n");
  if (!/\bcurl\s/.test(command)) return request;
  try {
    const { body, url } = readCurl(
      Buffer.from(command, "latin1"),
      name,
      attachment === undefined ? {} : { attachment },
    );
    const { lost: _lost, ...rest } = request;
    return body.length === 0 ? request : { ...rest, body, ...(url === undefined ? {} : { url }) };
  } catch (error) {
    if (error instanceof HookproofError) return request;
    throw error;
  }
};

interface Block {
  readonly kind: "header" | "data";
  readonly bytes: Buffer;
  /** Whether the dump shows every byte exactly. */
  readonly whole: boolean;
}

const tracedIn = (lines: readonly string[], name: string): readonly WebhookRequest[] => {
  const requests: { readonly head: Block; readonly data: Block[] }[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, kind, size] = sendBlock.exec(lines[at] ?? "") ?? [];
    if (kind !== "header" && kind !== "data") continue;
    const from = at + 1;
    let end = from;
    while (end < lines.length && !anyBlock.test(lines[end] ?? "") && dumped.test(lines[end] ?? "")) end++;
    const block = blockOf(kind, lines.slice(from, end), Number(size), name);
    const open = requests.at(-1);
    if (kind === "header") requests.push({ head: block, data: [] });
    else open?.data.push(block);
    at = end - 1;
  }
  return requests.map(({ head, data }): WebhookRequest => {
    const request = readRaw(Buffer.concat([head.bytes, ...data.map(({ bytes }) => bytes)]), name);
    const isWhole = head.whole && data.every(({ whole }) => whole);
    if (data.length === 0 && request.body.length === 0) return hasBody(request) ? { ...request, ...noBody } : request;
    return isWhole
      ? request
      : {
          ...request,
          lost: "curl --trace-ascii writes a dot for every non-ASCII byte (--trace does not)",
        };
  });
};

const blockOf = (kind: Block["kind"], lines: readonly string[], size: number, name: string): Block => {
  const parts: Buffer[] = [];
  let length = 0;
  let whole = true;
  const isHex = lines.every((line) => hexed.test(dumped.exec(line)?.[2] ?? ""));
  const fill = (to: number): void => {
    // An ASCII trace breaks lines at CRLF and doesn't print the CRLF.
    const gap = to - length;
    if (gap <= 0) return;
    if (gap > 1_000_000) throw malformed(name, "the offsets in the trace are not consecutive");
    if (gap !== 2) whole = false;
    parts.push(gap % 2 === 0 ? Buffer.from("\r\n".repeat(gap / 2)) : Buffer.alloc(gap, 0x20));
    length = to;
  };
  for (const line of lines) {
    const [, offset = "", shown = ""] = dumped.exec(line) ?? [];
    fill(Number.parseInt(offset, 16));
    const hex = isHex ? (hexed.exec(shown)?.[1] ?? "").replaceAll(" ", "") : undefined;
    const bytes = hex === undefined ? Buffer.from(shown, "latin1") : Buffer.from(hex, "hex");
    if (hex === undefined && shown.includes(".") && kind === "data") whole = false;
    parts.push(bytes);
    length += bytes.length;
  }
  if (lines.length > 0) fill(size);
  return { kind, bytes: Buffer.concat(parts), whole: whole && length === size };
};
