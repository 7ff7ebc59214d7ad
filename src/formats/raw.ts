import { headerValues, originForm } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { isToken, tokenChars } from "../request/token.ts";
import { dechunk } from "./chunked.ts";
import { excerpt, malformed } from "./malformed.ts";

const requestLine = new RegExp(String.raw`^(${tokenChars})[ \t]+(\S+)(?:[ \t]+HTTP/(\d(?:\.\d)?))?[ \t]*$`);

/**
 * Reads an HTTP request as text or bytes: lines end with CRLF or a bare LF, and the body's bytes are kept. `HTTP/2`
 * heads and `.http` files without a version are accepted too.
 *
 * The body is delimited by `Transfer-Encoding: chunked` or `Content-Length`. If there are fewer bytes than announced,
 * they are kept. Extra bytes are kept too, because a body edited after capture is exactly what users investigate; only
 * white space after the announced end, which editors add, is dropped.
 *
 * @param name the file's name, for errors
 * @throws HookproofError `input-malformed` with the line
 */
export const readRaw = (bytes: Buffer, name: string): WebhookRequest => {
  const head = readHead(bytes, name);
  const [, method = "", target = "", version] = head.request;
  const absolute = /^https?:\/\//i.test(target);
  return {
    method,
    // `.http` files contain the whole URL; on the wire there is only its path and query.
    target: absolute && version === undefined ? originForm(target) : target,
    ...(absolute ? { url: target } : {}),
    ...(version === undefined ? {} : { httpVersion: version }),
    headers: head.headers,
    body: readBody(bytes.subarray(head.end), head.headers, name),
  };
};

/** Whether the bytes begin like an HTTP request. */
export const looksRaw = (bytes: Buffer): boolean => {
  const first = /^[\r\n]*([^\r\n]*)/.exec(bytes.subarray(0, 16_384).toString("latin1"))?.[1] ?? "";
  const [, , target = "", version] = requestLine.exec(first) ?? [];
  return version === undefined ? /^(?:\/|https?:\/\/)/i.test(target) : target !== "";
};

interface Head {
  readonly request: RegExpExecArray;
  readonly headers: readonly HeaderPair[];
  /** Where the body starts. */
  readonly end: number;
}

const readHead = (bytes: Buffer, name: string): Head => {
  const headers: HeaderPair[] = [];
  let request: RegExpExecArray | undefined;
  let number = 0;
  for (let start = 0; start < bytes.length;) {
    number++;
    const found = bytes.indexOf(0x0a, start);
    const next = found < 0 ? bytes.length : found + 1;
    const line = bytes
      .subarray(start, found < 0 ? bytes.length : found)
      .toString("latin1")
      .replace(/\r$/, "");
    start = next;
    const where = `${name} line ${number}`;
    if (request === undefined) {
      if (line !== "") request = firstLine(line, where);
    } else if (line === "") {
      return { request, headers, end: start };
    } else {
      headers.push(fieldLine(line, where));
    }
  }
  if (request === undefined) throw malformed(name, "it is empty");
  return { request, headers, end: bytes.length };
};

const firstLine = (line: string, where: string): RegExpExecArray => {
  if (/^HTTP\/\d/.test(line)) throw malformed(where, "this is an HTTP response, not a request");
  const found = requestLine.exec(line);
  if (found === null) {
    throw malformed(where, `'${excerpt(line)}' is not a request line`, "expected something like POST /path HTTP/1.1");
  }
  return found;
};

const fieldLine = (line: string, where: string): HeaderPair => {
  if (/^[ \t]/.test(line)) {
    throw malformed(
      where,
      "a header continues on a second line",
      "HTTP no longer allows folded headers (RFC 9112 5.2): join the two lines, or remove the leading spaces if it is a separate header",
    );
  }
  const at = line.indexOf(":");
  const field = line.slice(0, Math.max(at, 0));
  if (at < 1 || !isToken(field)) {
    throw malformed(
      where,
      `'${excerpt(line)}' is not a header`,
      "an empty line separates headers and body; is it missing?",
    );
  }
  const value = line.slice(at + 1);
  if (/[\r\0]/.test(value)) throw malformed(where, `header ${field} contains a carriage return or NUL`);
  return [field, value.replace(/^[ \t]+/, "").replace(/(?<![ \t])[ \t]+$/, "")];
};

const isChunked = (headers: readonly HeaderPair[]): boolean =>
  /(?:^|,)\s*chunked\s*$/i.test(headerValues(headers, "transfer-encoding").at(-1) ?? "");

const readBody = (rest: Buffer, headers: readonly HeaderPair[], name: string): Buffer => {
  if (isChunked(headers)) return dechunk(rest, name);
  const lengths = new Set(headerValues(headers, "content-length"));
  const [length = ""] = lengths;
  if (lengths.size !== 1 || !/^\d{1,15}$/.test(length)) return rest;
  const surplus = rest.subarray(Number(length));
  return surplus.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))
    ? rest.subarray(0, Number(length))
    : rest;
};
