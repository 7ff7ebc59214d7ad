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
  /** 0 picks a free port. */
  readonly port: number;
  /** PEM texts; if given, the server uses HTTPS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The maximum number of body bytes to keep; a longer body sets `overflow`. */
  readonly maxBody: number;
  /** Milliseconds within which a request's headers must arrive; 20 s by default. */
  readonly headersTimeoutMs?: number;
  /** Milliseconds within which a whole request must arrive; 5 min by default. */
  readonly requestTimeoutMs?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Called once for each request that was read, including those with a too large body. */
  readonly onRequest: (received: Received) => void;
  /** Called for each request that couldn't be accepted. */
  readonly onRefusal: (refusal: Refusal) => void;
}

export interface RunningServer {
  readonly port: number;
  /**
   * Stops accepting connections, gives running responses up to `graceMs` to finish (counted from `after`), then closes
   * the remaining connections.
   */
  close(graceMs: number, after?: Promise<void>): Promise<void>;
}

/** More than any real sender needs; Node's default of 16 kB rejects senders with long signature chains. */
const maxHeaderSize = 64 * 1024;

/**
 * Starts the HTTP server that passes on requests exactly as received. No malformed request can crash it.
 * @throws HookproofError `port-taken`, `no-permission`, `usage` (the host isn't an address of this machine)
 */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const { headersTimeoutMs = 20_000, requestTimeoutMs = 300_000, tls } = options;
  const settings = {
    maxHeaderSize,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.max(50, Math.min(2000, headersTimeoutMs / 4)),
    // Node would refuse a request without Host unnoticed; `readRequest` refuses and reports it.
    requireHostHeader: false,
    noDelay: true,
  };
  const server: Server = tls === undefined ? createServer(settings) : createTlsServer({ ...settings, ...tls });
  // Node silently drops headers beyond its count limit; the size limit above is enough.
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
  // A TLS server reports failed handshakes here too.
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
      // A failed accept (too many open files) must not end the server.
      server.on("error", () => undefined);
      resolve();
    });
  });

const listenError = (error: Error, host: string, port: number): HookproofError => {
  switch (errnoOf(error)) {
    case "EADDRINUSE":
      return new HookproofError("port-taken", `port ${port} on ${host} is already in use`, {
        cause: error,
        hint: `stop the process that uses it (find it with lsof -i :${port}), or choose another: --port ${port + 1 > 65_535 ? 8787 : port + 1}, or --port 0 for any free one`,
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
