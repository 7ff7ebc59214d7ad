import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { HookproofError, errnoOf } from "../errors.ts";
import { HeldBodies } from "./held-bodies.ts";
import { readRequest } from "./read-request.ts";
import type { Received } from "./read-request.ts";
import { createRefuser } from "./refuse.ts";
import type { Refusal } from "./refuse.ts";

export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM texts; HTTPS where given. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Bytes of body that are taken; beyond it the request is `overflow`. */
  readonly maxBody: number;
  /** Milliseconds within which a request's headers must be there; 20 s unless given. */
  readonly headersTimeoutMs?: number;
  /** Milliseconds within which a whole request must be there; 5 min unless given. */
  readonly requestTimeoutMs?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Called once for each request that was read, also for one whose body was too large. */
  readonly onRequest: (received: Received) => void;
  /** Called for each connection whose request could not be taken. */
  readonly onRefusal: (refusal: Refusal) => void;
}

export interface RunningServer {
  readonly port: number;
  /**
   * Stops accepting connections, lets running responses finish for `graceMs` (counted from `after`), then closes the
   * rest.
   */
  close(graceMs: number, after?: Promise<void>): Promise<void>;
}

/** Beyond what any real sender needs; Node's own 16 kB cuts off senders with long signature chains. */
const maxHeaderSize = 64 * 1024;

/**
 * Starts the HTTP server that passes on requests exactly as received. No malformed request can end it.
 * @throws HookproofError `port-taken`, `no-permission`, `usage` (the host isn't an address of this machine)
 */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const { headersTimeoutMs = 20_000, requestTimeoutMs = 300_000, tls } = options;
  const settings = {
    maxHeaderSize,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.max(50, Math.min(2000, headersTimeoutMs / 4)),
    // Node would refuse a request without Host by itself, unseen; `readRequest` does it visibly.
    requireHostHeader: false,
    noDelay: true,
  };
  const server: Server = tls === undefined ? createServer(settings) : createTlsServer({ ...settings, ...tls });
  // Node drops headers beyond its limit without a word; the size limit above is limit enough.
  server.maxHeadersCount = 0;
  // A half-closed sender (`nc -N`) still expects responses; Node's server would hang up.
  Object.assign(server, { httpAllowHalfOpen: true });

  const refuse = createRefuser(options.onRefusal);
  const reading = { ...options, held: new HeldBodies(options.maxBody) };
  const take = (req: IncomingMessage, res: ServerResponse): void => readRequest(req, res, reading, refuse);
  server.on("request", take);
  server.on("checkContinue", take);
  server.on("checkExpectation", take);
  server.on("connect", (req: IncomingMessage, socket: Socket) => refuse.connect(req, socket));
  // A TLS server hands its handshakes' failures over here too.
  server.on("clientError", refuse.clientError);

  await listening(server, options);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    close: (graceMs, after) => closed(server, graceMs, after),
  };
};

const listening = async (server: Server, { host, port }: ServerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen({ host, port, backlog: 1024 }, () => {
      server.removeAllListeners("error");
      // An accept that fails (too many open files) is the next connection's trouble, not the end.
      server.on("error", () => undefined);
      resolve();
    });
  });

const listenError = (error: Error, host: string, port: number): HookproofError => {
  switch (errnoOf(error)) {
    case "EADDRINUSE":
      return new HookproofError("port-taken", `port ${port} on ${host} is already in use`, {
        cause: error,
        hint: `stop it (lsof -i :${port} names it), or choose another: --port ${port + 1 > 65_535 ? 8787 : port + 1}, or --port 0 for any free one`,
      });
    case "EACCES":
      return new HookproofError("no-permission", `no permission to listen on port ${port}`, {
        cause: error,
        hint: "ports below 1024 need special permission; choose a higher one, such as --port 8787",
      });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new HookproofError("usage", `'${host}' is not an address of this machine`, {
        cause: error,
        hint: "use --host 127.0.0.1 for this machine only, or --host 0.0.0.0 for the network",
      });
    default:
      return new HookproofError("io", `cannot listen on ${host}:${port}: ${error.message}`, { cause: error });
  }
};

const closed = async (server: Server, graceMs: number, after?: Promise<void>): Promise<void> => {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await after;
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  server.closeIdleConnections();
  await ended;
  clearTimeout(cut);
};
