import { setImmediate as nextTurn } from "node:timers/promises";
import type { WebhookRequest } from "../request/request.ts";
import { requestUrl } from "../request/request.ts";
import { createConnector } from "./connect.ts";
import type { ConnectOptions, Connector } from "./connect.ts";
import { Connection } from "./connection.ts";
import { runExchange } from "./exchange.ts";
import type { Run, RunResult } from "./exchange.ts";
import type { SentExchange } from "./types.ts";
import { requestHead } from "./wire.ts";
import type { Framing } from "./wire.ts";

export interface TransportOptions extends ConnectOptions {
  /** Milliseconds, monotonic; measures the phases. */
  readonly clock?: () => number;
  /** Send bodies with `Transfer-Encoding: chunked`. */
  readonly chunked?: boolean;
  /** Keep connections open between exchanges (load, replay); else each exchange has its own. */
  readonly keepAlive?: boolean;
  /** How much of an answer's body is kept, in bytes; the rest is read and dropped. */
  readonly maxBody?: number;
}

export interface ExchangeOptions {
  /** Milliseconds from the start to the end of the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests as bytes and tells what came of each. */
export interface Transport {
  /**
   * Never rejects for what the network does: a failure is part of the answer.
   * @throws HookproofError `usage` for a request that HTTP cannot carry
   */
  exchange(request: WebhookRequest, options: ExchangeOptions): Promise<SentExchange>;
  close(): Promise<void>;
}

/** How long an idle connection is trusted where the peer does not say how long it keeps it. */
const idleMs = 4000;
/** An idle connection older than this gets a turn of the event loop in which its end would be seen. */
const restedMs = 50;

/**
 * Opens a transport of HTTP/1.1 over connections of its own. Headers go out in their order and case
 * with duplicates. Redirects are never followed, and a request is never sent twice: a kept
 * connection that may be ending is not used, and one that breaks is a failed exchange, unless the
 * system refused the request's first byte.
 * @throws HookproofError `input-malformed` where the certificate to trust is none
 */
export const createTransport = (options: TransportOptions = {}): Transport => new HttpTransport(options);

/** Where a request goes. */
interface Endpoint {
  readonly text: string;
  readonly url: URL;
  /** Connections of earlier exchanges, the one used last at the end. */
  readonly idle: Connection[];
}

class HttpTransport implements Transport {
  readonly #clock: () => number;
  readonly #connector: Connector;
  readonly #framing: Framing;
  readonly #maxBody: number;
  /** By origin. */
  readonly #idle = new Map<string, Connection[]>();
  readonly #open = new Set<Connection>();
  #latest: Endpoint | undefined;

  constructor(options: TransportOptions) {
    this.#clock = options.clock ?? (() => performance.now());
    this.#connector = createConnector(options, this.#clock);
    this.#framing = { chunked: options.chunked === true, keepAlive: options.keepAlive === true };
    this.#maxBody = options.maxBody ?? 64 * 1024;
  }

  // One promise for the whole exchange: a load makes tens of thousands a second.
  exchange(request: WebhookRequest, { timeoutMs, signal }: ExchangeOptions): Promise<SentExchange> {
    return new Promise((resolve) => {
      const endpoint = this.#endpoint(requestUrl(request) ?? "http://invalid");
      const run = {
        request,
        head: requestHead(request, endpoint.url.host, this.#framing),
        chunked: this.#framing.chunked,
        clock: this.#clock,
        started: this.#clock(),
        timeoutMs,
        maxBody: this.#maxBody,
        signal,
      };
      const kept = this.#kept(endpoint.idle);
      if (kept instanceof Promise) void kept.then((reused) => this.#carry(endpoint, run, reused, resolve));
      else this.#carry(endpoint, run, kept, resolve);
    });
  }

  async close(): Promise<void> {
    for (const connection of this.#open) connection.destroy();
    this.#open.clear();
    this.#idle.clear();
  }

  #carry(
    endpoint: Endpoint,
    run: Run,
    reused: Connection | undefined,
    resolve: (exchange: SentExchange) => void,
  ): void {
    const connection = reused ?? this.#fresh(endpoint.url);
    runExchange(connection, run, (result) => {
      this.#giveBack(endpoint, connection, result);
      if (result.wasRefused && reused !== undefined) this.#carry(endpoint, run, undefined, resolve);
      else resolve(result.exchange);
    });
  }

  /** A load goes to one endpoint: its URL is parsed once. */
  #endpoint(text: string): Endpoint {
    if (this.#latest?.text === text) return this.#latest;
    const url = new URL(text);
    const idle = this.#idle.get(url.origin) ?? [];
    this.#idle.set(url.origin, idle);
    return (this.#latest = { text, url, idle });
  }

  #fresh(url: URL): Connection {
    const connection = new Connection(this.#connector, url, (dead) => this.#open.delete(dead));
    this.#open.add(connection);
    return connection;
  }

  /** A connection to use again; a promise of it where one has rested so long that a look is due. */
  #kept(idle: Connection[]): Connection | undefined | Promise<Connection | undefined> {
    for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
      const now = this.#clock();
      if (connection.isAlive && now < connection.idleUntil) {
        if (now - connection.idleSince < restedMs) return connection;
        return this.#looked(connection, idle);
      }
      connection.destroy();
    }
    return undefined;
  }

  async #looked(connection: Connection, idle: Connection[]): Promise<Connection | undefined> {
    await nextTurn();
    if (connection.isAlive) return connection;
    connection.destroy();
    return this.#kept(idle);
  }

  #giveBack({ idle }: Endpoint, connection: Connection, result: RunResult): void {
    if (!this.#framing.keepAlive || result.idleMs === undefined || !connection.isAlive) {
      connection.destroy();
      return;
    }
    connection.idleSince = this.#clock();
    // A second before the peer's own limit: its end would cross the next request.
    connection.idleUntil = connection.idleSince + Math.min(idleMs, result.idleMs);
    idle.push(connection);
  }
}
