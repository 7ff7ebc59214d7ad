import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { respondEarly } from "../http/linger.ts";
import { headerValue, withoutHeaders } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import type { Forwarded } from "./forward.ts";
import type { Reply } from "./respond.ts";

/** The outcome of a response. */
export interface Outcome {
  /** Null if there was no status. */
  readonly status: number | null;
  /** False if the sender had already disconnected. */
  readonly sent: boolean;
}

/** Watched connections, and when their sender ended its side. */
const senderEnds = new WeakMap<Socket, { at?: number }>();

/** Starts recording when a request's sender ends its side of the connection. @param clock milliseconds, monotonic */
export const watchSender = ({ req: { socket } }: ServerResponse, clock: () => number): void => {
  // Only one listener per connection: requests may be pipelined.
  if (senderEnds.has(socket)) return;
  const left: { at?: number } = {};
  senderEnds.set(socket, left);
  socket.once("end", () => (left.at = clock()));
};

/** When the sender ended its side, if it did and was watched. */
export const senderEndedAt = ({ req }: ServerResponse): number | undefined => senderEnds.get(req.socket)?.at;

/** Sends a scripted response after its delay. `hang` just leaves the connection open. */
export const sendResponse = (response: ServerResponse, reply: Reply): Outcome | Promise<Outcome> => {
  // The response to a pipelined request has no socket of its own yet, but its request has.
  const { socket } = response.req;
  if (response.destroyed || socket.destroyed) return { status: null, sent: false };
  switch (reply.kind) {
    case "hang":
      return { status: null, sent: true };
    case "reset":
      socket.resetAndDestroy();
      return { status: null, sent: true };
    case "status":
      return sendStatus(response, reply);
  }
};

const none = Buffer.alloc(0);
/** How long to wait for the sender's machine to reject a response that nobody reads. */
const refusalMs = 50;

/**
 * Ends a response. A half-closed sender either waits for it, or is gone: then its machine rejects what is written, and
 * the next write fails, even an empty one.
 */
const ended = (response: ServerResponse, status: number, body: Buffer): Outcome | Promise<Outcome> => {
  const { socket } = response.req;
  if (!socket.readableEnded) {
    response.end(body);
    return { status, sent: true };
  }
  const check = async (): Promise<Outcome> => {
    response.flushHeaders();
    if (body.length > 0) response.write(body);
    await sleep(refusalMs);
    // The connection ends with this response, and an error affects only this response.
    socket.removeAllListeners("error").on("error", () => undefined);
    const isThere = await new Promise<boolean>((resolve) =>
      socket.destroyed ? resolve(false) : socket.write("", (error) => resolve(!error)),
    );
    response.end();
    return isThere ? { status, sent: true } : { status: null, sent: false };
  };
  return check();
};

const sendStatus = (response: ServerResponse, { status, headers, body }: Reply): Outcome | Promise<Outcome> => {
  const bytes = Buffer.isBuffer(body) ? body : none;
  const type =
    bytes.length === 0 || headerValue(headers, "content-type") !== undefined ? [] : ["Content-Type", typeOf(bytes)];
  response.writeHead(status, [...lengthOf(status, bytes), ...type, ...headers.flat()]);
  return ended(response, status, bytes);
};

/** The default content type of a body. */
const typeOf = (body: Buffer): string => {
  try {
    JSON.parse(body.toString());
    return "application/json";
  } catch {
    return "text/plain; charset=utf-8";
  }
};

/** The Content-Length header, even for an empty body; 204 and 304 don't have one (RFC 9110, 8.6). */
const lengthOf = (status: number, body: Buffer): readonly string[] =>
  status === 204 || status === 304 ? [] : ["Content-Length", String(body.length)];

// Headers of the upstream's connection, not of the response (RFC 9110, 7.6.1); our connection has its own.
const hopByHop = new Set(["connection", "keep-alive", "proxy-connection", "proxy-authenticate", "upgrade", "trailer"]);

/** Sends the upstream's response, keeping header order and case; 502 if there is none. */
export const sendForwarded = (response: ServerResponse, forwarded: Forwarded): Outcome | Promise<Outcome> => {
  if (response.destroyed) return { status: null, sent: false };
  const { status } = forwarded;
  response.sendDate = false;
  try {
    if (status === null || status < 200)
      return sendText(
        response,
        forwarded.error?.code === "TIMEOUT" ? 504 : 502,
        forwarded.error?.message ?? `the target returned ${status}`,
      );
    const headers = forwarded.headers.filter(([name]) => !hopByHop.has(name.toLowerCase()));
    response.writeHead(
      status,
      forwarded.statusText.replace(/[^\t\x20-\x7e\x80-\xff]/g, ""),
      (response.req.httpVersion === "1.0" ? withLength(headers, forwarded.body) : headers).flat(),
    );
    return ended(response, status, forwarded.body);
  } catch {
    // The response has a header that Node refuses to write.
    return response.headersSent
      ? { status: null, sent: false }
      : sendText(response, 502, "the target's response has headers that cannot be passed on");
  }
};

/** Replaces chunked framing with Content-Length, because HTTP/1.0 senders don't understand chunks (RFC 9112, 6.1). */
const withLength = (headers: readonly HeaderPair[], body: Buffer): readonly HeaderPair[] =>
  headerValue(headers, "transfer-encoding") === undefined
    ? headers
    : [...withoutHeaders(headers, ["transfer-encoding", "content-length"]), ["Content-Length", String(body.length)]];

/** Refuses a body that is too large. */
export const sendTooLarge = (response: ServerResponse): Outcome => {
  if (response.destroyed) return { status: null, sent: false };
  respondEarly(response, 413);
  return { status: 413, sent: true };
};

const sendText = (response: ServerResponse, status: number, text: string): Outcome | Promise<Outcome> => {
  const body = Buffer.from(`hookproof: ${text}\n`);
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Content-Length": body.length });
  return ended(response, status, body);
};
