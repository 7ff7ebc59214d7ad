import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { HookproofError } from "../errors.ts";
import type { WebhookRequest } from "../request/request.ts";
import { isToken } from "../request/token.ts";
import { connectionTokens, isConnectionHeader } from "./hop-by-hop.ts";
import { proxyAuthorization } from "./proxy.ts";
import type { Proxy } from "./proxy.ts";

/** How a request is put on the wire. */
export interface Sending {
  readonly chunked: boolean;
  /** Whether to keep the connection open for another exchange. */
  readonly keepAlive: boolean;
  /** Whether HTTP/2 is requested; the server may still decline. */
  readonly http2: boolean;
  /** The body in pieces, written one by one instead of at once. */
  readonly pieces?: AsyncIterable<Buffer> | undefined;
  /** The proxy that receives the request itself, with an absolute URL; absent for a proxy that opens a tunnel. */
  readonly proxy?: Proxy | undefined;
}

/**
 * Converts a request for undici. Headers keep their order, case and repetitions, except the connection's own: undici
 * writes `host`, `connection` and `content-length` or `transfer-encoding`. A given `Host` is passed to undici as the
 * value to write.
 * @throws HookproofError `input-malformed` for an invalid request (a line break in a header)
 */
export const outgoing = (request: WebhookRequest, url: URL, sending: Sending): Dispatcher.DispatchOptions => {
  const { method, target, body } = request;
  if (!isToken(method)) throw unsendable(`'${method}' is not a method`);
  if (method === "CONNECT") throw unsendable("CONNECT opens a proxy tunnel; it cannot deliver an event");
  if (!/^[\x21-\xff]+$/.test(target)) throw unsendable("the path contains a space or a control character");
  if (!target.startsWith("/") && !/^https?:\/\//.test(target))
    throw unsendable(`the path '${target}' does not begin with /`);
  const headers: string[] = [];
  const tokens = connectionTokens(request.headers);
  const spellings = new Map<string, string>();
  let hasHost = false;
  for (const [name, value] of request.headers) {
    if (!isToken(name)) throw unsendable(`'${name}' is not a header name`);
    if (!isValue(value))
      throw unsendable(`header '${name}' contains a line break, a control character or a character above U+00FF`);
    const lower = name.toLowerCase();
    if (isConnectionHeader(lower) || tokens.has(lower)) continue;
    if (lower === "host") {
      if (hasHost) continue;
      hasHost = true;
    }
    // In HTTP/2 two spellings are the same name, and Node throws unless undici has joined their values.
    const spelling = sending.http2 ? (spellings.get(lower) ?? name) : name;
    if (sending.http2) spellings.set(lower, spelling);
    headers.push(spelling, value);
  }
  if (sending.http2 && body.length > 0 && /^(?:GET|HEAD)$/.test(method))
    throw unsendable(`HTTP/2 cannot send a ${method} with a body`);
  const isStream = body.length > 0 && (sending.chunked || isStreamed(sending, method));
  const pieces = sending.pieces ?? (isStream ? [body] : undefined);
  if (pieces !== undefined && !sending.chunked) headers.push("content-length", String(body.length));
  const { proxy } = sending;
  if (proxy?.authorization !== undefined) headers.push(proxyAuthorization, proxy.authorization);
  return {
    path: proxy !== undefined && target.startsWith("/") ? url.origin + target : target,
    method,
    headers,
    // A stream without a length is sent chunked.
    body: pieces === undefined ? body : Readable.from(pieces),
    // The exchange has its own timeouts.
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(sending.keepAlive && !tokens.has("close") ? {} : { reset: true }),
  };
};

/** undici's HTTP/2 expects a stream for bodies of methods that rarely have one, and fails on a Buffer. */
const isStreamed = ({ http2 }: Sending, method: string): boolean => http2 && !/^(?:POST|PUT|PATCH)$/.test(method);

/** The framing line that undici writes after the head it reports. */
export const framingLine = ({ method, body }: WebhookRequest, chunked: boolean): string => {
  if (chunked && body.length > 0) return "transfer-encoding: chunked\r\n";
  const expectsBody = /^(?:POST|PUT|PATCH|QUERY|PROPFIND|PROPPATCH)$/.test(method);
  return body.length > 0 || expectsBody ? `content-length: ${body.length}\r\n` : "";
};

const isValue = (text: string): boolean => !/[^\t\x20-\x7e\x80-\xff]/.test(text);

const unsendable = (why: string): HookproofError =>
  new HookproofError("input-malformed", `the request cannot be sent: ${why}`);
