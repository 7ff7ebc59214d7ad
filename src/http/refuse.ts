import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { errnoOf } from "../errors.ts";
import { respondEarly } from "./linger.ts";

/** A request that couldn't be accepted, and the response to it. */
export interface Refusal {
  /** Node's error code (`HPE_INVALID_METHOD`, `ERR_HTTP_REQUEST_TIMEOUT`), or one of ours. */
  readonly code: string;
  /** What was wrong with the request, for people. */
  readonly message: string;
  /** The response's status; null if the sender was gone. */
  readonly status: number | null;
  /** The sender's address; null if the connection was already gone. */
  readonly remote: string | null;
  /** The first bytes received, for display; one character per byte. */
  readonly start: string;
}

/** Why a request that the parser let through is refused. */
export type Reason = Pick<Refusal, "code" | "message"> & { readonly status: number };

/** Handlers for everything that goes wrong before there is a complete request. */
export interface Refuser {
  /** Watches a request until it is complete or aborted. */
  watch(req: IncomingMessage, res: ServerResponse): void;
  /** Refuses a request that the parser let through. */
  request(req: IncomingMessage, res: ServerResponse, reason: Reason): void;
  /** Stops reading from a connection: it ends after the current response, and pipelined requests aren't served. */
  close(socket: Duplex): void;
  isClosed(socket: Duplex): boolean;
  /** Whether a request was refused early; later events of it are ignored. */
  isRefused(req: IncomingMessage): boolean;
  readonly connect: (req: IncomingMessage, socket: Duplex) => void;
  readonly clientError: (error: Error, socket: Duplex) => void;
}

interface OpenRequest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

const maxStartBytes = 200;

/** Responds to malformed requests with the right status, and reports each exactly once. */
export const createRefuser = (emit: (refusal: Refusal) => void): Refuser => {
  /** A connection's requests whose responses haven't been sent yet. */
  const open = new WeakMap<Duplex, Set<OpenRequest>>();
  const openOn = (socket: Duplex): readonly OpenRequest[] => [...(open.get(socket) ?? [])];
  /** Responds with an error once earlier requests have their responses. */
  const endAfterResponses = (socket: Duplex, status: number): void => {
    const before = openOn(socket).findLast(({ req, res }) => req.complete && !res.writableFinished);
    if (before === undefined) end(socket, status);
    else before.res.once("finish", () => end(socket, status));
  };
  const emitted = new WeakSet<object>();
  const closed = new WeakSet<Duplex>();
  const refused = new WeakSet<IncomingMessage>();
  const emitOnce = (about: object, refusal: Refusal): void => {
    if (emitted.has(about)) return;
    emitted.add(about);
    emit(refusal);
  };

  return {
    watch: (req, res) => {
      const one = { req, res };
      const all = open.get(req.socket) ?? new Set();
      open.set(req.socket, all.add(one));
      res.on("close", () => {
        all.delete(one);
        if (req.complete || res.headersSent) return;
        emitOnce(req.socket, {
          code: "request-incomplete",
          message: "the sender closed the connection before its request was complete",
          status: null,
          remote: remoteOf(req.socket),
          start: lineOf(req),
        });
      });
    },
    close: (socket) => void closed.add(socket),
    isClosed: (socket) => closed.has(socket),
    isRefused: (req) => refused.has(req),
    request: (req, res, reason) => {
      closed.add(req.socket);
      refused.add(req);
      emit({ ...reason, remote: remoteOf(req.socket), start: lineOf(req) });
      respondEarly(res, reason.status);
    },
    connect: (req, socket) => {
      emitOnce(socket, {
        code: "connect-method",
        message: "CONNECT is for proxies, and this is not a proxy",
        status: 405,
        remote: remoteOf(socket),
        start: lineOf(req),
      });
      socket.on("error", () => undefined);
      endAfterResponses(socket, 405);
    },
    clientError: (error, socket) => {
      const code = errnoOf(error) ?? "malformed";
      // Already refused; whatever follows can't be read and isn't new.
      if (closed.has(socket)) {
        if (!socket.writable || code === "ECONNRESET" || code === "EPIPE") socket.destroy();
        return;
      }
      closed.add(socket);
      for (const { req } of openOn(socket)) if (!req.complete) refused.add(req);
      // Browsers preconnect and health checks only connect: nothing to report.
      if (code === "ERR_HTTP_REQUEST_TIMEOUT" && isSilent(socket)) {
        socket.destroy();
        return;
      }
      const gone = !socket.writable || code === "ECONNRESET" || code === "EPIPE" || isTls(code);
      const status = gone ? null : statusOf(code);
      emitOnce(socket, {
        code,
        message: messageOf(code, error),
        status,
        remote: remoteOf(socket),
        start: startOf(error),
      });
      if (status === null) socket.destroy();
      else endAfterResponses(socket, status);
    },
  };
};

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Payload Too Large",
  431: "Request Header Fields Too Large",
};

/** Sends an error response, gives it time to arrive, and closes. */
const end = (socket: Duplex, status: number): void => {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status] ?? ""}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    "latin1",
    () => socket.destroy(),
  );
};

const statusOf = (code: string): number => {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return 431;
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return 413;
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return 408;
    default:
      return 400;
  }
};

const messageOf = (code: string, error: Error): string => {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return "its headers are larger than 64 kB";
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return "the request did not arrive in time";
    case "ECONNRESET":
    case "EPIPE":
      return "the sender closed the connection";
    case "HPE_INVALID_EOF_STATE":
      return "the sender closed the connection in the middle of its request";
    case "ERR_SSL_HTTP_REQUEST":
      return "plain HTTP on the HTTPS port: the sender's URL must start with https://";
    default:
      if (isTls(code)) return `no TLS connection: ${code}`;
      return looksLikeTls(error)
        ? "TLS on the plain HTTP port: start with --tls, or use http://"
        : `not HTTP: ${error.message.replace(/^Parse Error: /, "")}`;
  }
};

/** Whether TLS failed: no response can be sent. */
const isTls = (code: string): boolean => code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_");

const packetOf = (error: Error): Buffer | undefined =>
  "rawPacket" in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : undefined;

const startOf = (error: Error): string =>
  (packetOf(error) ?? Buffer.alloc(0)).subarray(0, maxStartBytes).toString("latin1");

// Whether the bytes begin with a TLS handshake record, version 3.x.
const looksLikeTls = (error: Error): boolean => {
  const packet = packetOf(error);
  return packet?.[0] === 0x16 && packet[1] === 0x03;
};

const lineOf = (req: IncomingMessage): string => `${req.method ?? ""} ${req.url ?? ""}`.slice(0, maxStartBytes);

const remoteOf = (socket: Duplex): string | null =>
  "remoteAddress" in socket && typeof socket.remoteAddress === "string" ? socket.remoteAddress : null;

const isSilent = (socket: Duplex): boolean => "bytesRead" in socket && socket.bytesRead === 0;
