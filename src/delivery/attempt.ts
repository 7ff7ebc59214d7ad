import { setImmediate as nextTurn } from "node:timers/promises";
import type { WebhookRequest } from "../request/request.ts";
import { requestUrl } from "../request/request.ts";
import { createConnector } from "./connect.ts";
import type { ConnectOptions } from "./connect.ts";
import { Connection } from "./connection.ts";
import { runExchange } from "./exchange.ts";
import type { Exchange } from "./types.ts";
import { requestHead } from "./wire.ts";

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
  exchange(request: WebhookRequest, options: ExchangeOptions): Promise<Exchange>;
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
export const createTransport = (options: TransportOptions = {}): Transport => {
  const clock = options.clock ?? (() => performance.now());
  const connector = createConnector(options, clock);
  const keepAlive = options.keepAlive === true;
  const chunked = options.chunked === true;
  const maxBody = options.maxBody ?? 64 * 1024;
  const idle = new Map<string, Connection[]>();
  const open = new Set<Connection>();

  let last: { readonly text: string; readonly url: URL; readonly origin: string } | undefined;
  /** A load goes to one endpoint: its URL is parsed once. */
  const parsed = (text: string): { readonly url: URL; readonly origin: string } => {
    if (last?.text !== text) {
      const url = new URL(text);
      last = { text, url, origin: url.origin };
    }
    return last;
  };
  const fresh = (url: URL): Connection => {
    const connection = new Connection(connector, url, (dead) => open.delete(dead));
    open.add(connection);
    return connection;
  };
  const kept = async (origin: string): Promise<Connection | undefined> => {
    const list = idle.get(origin);
    for (let connection = list?.pop(); connection !== undefined; connection = list?.pop()) {
      const now = clock();
      if (connection.isAlive && now < connection.idleUntil) {
        if (now - connection.idleSince < restedMs) return connection;
        await nextTurn();
        if (connection.isAlive) return connection;
      }
      connection.destroy();
    }
    return undefined;
  };
  const giveBack = (origin: string, connection: Connection, idleFor: number | undefined): void => {
    if (!keepAlive || idleFor === undefined || !connection.isAlive) {
      connection.destroy();
      return;
    }
    connection.idleSince = clock();
    // A second before the peer's own limit: its end would cross the next request.
    connection.idleUntil = connection.idleSince + idleFor;
    const list = idle.get(origin);
    if (list === undefined) idle.set(origin, [connection]);
    else list.push(connection);
  };
  return {
    exchange: async (request, { timeoutMs, signal }) => {
      const { url, origin } = parsed(requestUrl(request) ?? "http://invalid");
      const run = {
        request,
        head: requestHead(request, url.host, { chunked, keepAlive }),
        chunked,
        clock,
        started: clock(),
        timeoutMs,
        maxBody,
        signal,
      };
      const reused = keepAlive ? await kept(origin) : undefined;
      const first = reused ?? fresh(url);
      let result = await runExchange(first, run);
      giveBack(origin, first, result.idleMs === undefined ? undefined : Math.min(idleMs, result.idleMs));
      if (result.wasRefused && reused !== undefined) {
        const second = fresh(url);
        result = await runExchange(second, run);
        giveBack(origin, second, result.idleMs === undefined ? undefined : Math.min(idleMs, result.idleMs));
      }
      return result.exchange;
    },
    close: async () => {
      for (const connection of open) connection.destroy();
      open.clear();
      idle.clear();
    },
  };
};
