import { HookproofError } from "../errors.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";

export interface Framing {
  readonly chunked: boolean;
  readonly keepAlive: boolean;
}

/**
 * The head of a request as it goes out, one character a byte: the request's own headers in their
 * order and case with duplicates. Added, after them, is only what is absent: Host (first), the
 * framing of the body, Connection. A Content-Length or Transfer-Encoding that does not say what
 * is sent is left out, because it would break the exchange.
 * @throws HookproofError `input-malformed` for what no request may hold (a line break in a header)
 */
export const requestHead = (request: WebhookRequest, host: string, framing: Framing): string => {
  if (!isToken(request.method)) throw unsendable(`'${request.method}' is not a method`);
  if (!/^[\x21-\xff]+$/.test(request.target)) throw unsendable("the path holds a blank or a control character");
  let head = "";
  let [hasHost, hasFraming, hasConnection] = [false, false, false];
  for (const [name, value] of request.headers) {
    if (!isToken(name)) throw unsendable(`'${name}' is not a header name`);
    if (!isValue(value)) throw unsendable(`header '${name}' holds a line break or a character beyond one byte`);
    // Only four names matter here, told apart by length before they are lower-cased.
    switch (name.length) {
      case 4:
        hasHost ||= name.toLowerCase() === "host";
        break;
      case 10:
        hasConnection ||= name.toLowerCase() === "connection";
        break;
      case 14:
      case 17:
        if (isFraming(name)) {
          if (hasFraming || !isTrue(name, value, request.body.length, framing.chunked)) continue;
          hasFraming = true;
        }
        break;
      default:
    }
    head += `${name}: ${value}\r\n`;
  }
  const first = `${request.method} ${request.target} HTTP/1.1\r\n${hasHost ? "" : `Host: ${host}\r\n`}`;
  const length = hasFraming ? "" : framingHeader(request, framing.chunked);
  const connection = hasConnection ? "" : `Connection: ${framing.keepAlive ? "keep-alive" : "close"}\r\n`;
  return `${first}${head}${length}${connection}\r\n`;
};

/** A body as one chunk and the end, or only the end where it is empty. */
export const chunkedBody = (body: Buffer): readonly Buffer[] =>
  body.length === 0
    ? [Buffer.from("0\r\n\r\n")]
    : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")];

/** Whether the request itself asks for the connection's end. */
export const asksToClose = (headers: readonly HeaderPair[]): boolean =>
  headers.some(([name, value]) => name.length === 10 && /^connection$/i.test(name) && /\bclose\b/i.test(value));

const framingHeader = ({ method, body }: WebhookRequest, chunked: boolean): string => {
  if (chunked) return "Transfer-Encoding: chunked\r\n";
  const expectsNone = /^(?:GET|HEAD|DELETE|OPTIONS|TRACE)$/.test(method);
  return body.length === 0 && expectsNone ? "" : `Content-Length: ${body.length}\r\n`;
};

const isFraming = (name: string): boolean => /^(?:content-length|transfer-encoding)$/i.test(name);

const isTrue = (name: string, value: string, length: number, chunked: boolean): boolean =>
  name.length === 14 ? !chunked && value === String(length) : chunked && /^chunked$/i.test(value);

const isToken = (text: string): boolean => {
  if (tokens.has(text)) return true;
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text)) return false;
  if (tokens.size < mostTokens) tokens.add(text);
  return true;
};

/** Methods and names that have been looked at: a load's are always the same. */
const tokens = new Set<string>();
const mostTokens = 200;

const isValue = (text: string): boolean => !/[\0\r\n\u0100-\uffff]/.test(text);

const unsendable = (why: string): HookproofError =>
  new HookproofError("input-malformed", `the request cannot be sent: ${why}`);
