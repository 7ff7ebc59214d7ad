import type { WebhookRequest } from "../request/request.ts";
import { requestUrl } from "../request/request.ts";
import { withAuthorization } from "./authorization.ts";
import type { Authorization } from "./authorization.ts";
import { createConnector } from "./connect.ts";
import type { ConnectOptions, Connector } from "./connect.ts";
import { runExchange } from "./exchange.ts";
import type * as lanes from "./lane.ts";
import type { Lane } from "./lane.ts";
import { outgoing } from "./outgoing.ts";
import { proxyFor } from "./proxy.ts";
import type { Proxies, Proxy } from "./proxy.ts";
import type { SentExchange } from "./types.ts";

export interface TransportOptions extends ConnectOptions {
  /** Milliseconds, monotonic; measures the phases. */
  readonly clock?: () => number;
  /** Whether to send bodies with `Transfer-Encoding: chunked`. */
  readonly chunked?: boolean;
  /** Whether to keep connections open between exchanges (load, replay); otherwise each exchange has its own. */
  readonly keepAlive?: boolean;
  /** How much of a response's body is kept, in bytes; the rest is read and dropped. */
  readonly maxBody?: number;
  /** Ends the exchange at `maxBody` instead of reading the rest. */
  readonly endsAtMaxBody?: boolean;
  readonly proxies?: Proxies;
  /** Sent to the server of this origin only, and never reported. */
  readonly authorization?: Authorization;
  /** Called if HTTP/2 was requested but isn't available. */
  readonly warn?: (message: string) => void;
}

export interface ExchangeOptions {
  /** Milliseconds from the start to the end of the response. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Like the transport's option, for this request. */
  readonly chunked?: boolean | undefined;
  /** Sends the body in these pieces, each when it becomes available. */
  readonly pieces?: AsyncIterable<Buffer> | undefined;
  /** Awaited once a new connection is open, before anything is written. */
  readonly hold?: (() => Promise<void>) | undefined;
}

/** Sends requests as bytes and reports the outcome. */
export interface Transport {
  /**
   * Never rejects because of the network: a failure is part of the result.
   * @throws HookproofError `input-malformed` for a request that HTTP cannot carry
   */
  exchange(request: WebhookRequest, options: ExchangeOptions): Promise<SentExchange>;
  close(): Promise<void>;
}

/**
 * Creates a transport, hookproof's only HTTP client, based on undici. Headers keep their order, case and repetitions,
 * except the connection's own, which undici writes. Redirects are never followed, and a request is never sent twice: if
 * a reused connection breaks, the exchange fails.
 * @throws HookproofError `input-malformed` for an invalid certificate
 */
export const createTransport = (options: TransportOptions = {}): Transport => {
  const transport = new HttpTransport(options);
  return options.authorization === undefined ? transport : withAuthorization(transport, options.authorization);
};

/** An origin and its idle lanes, the most recently used one last. */
interface Endpoint {
  readonly text: string;
  readonly url: URL;
  readonly proxy: Proxy | undefined;
  readonly idle: Lane[];
}

class HttpTransport implements Transport {
  readonly #options: TransportOptions;
  readonly #clock: () => number;
  readonly #connector: Connector;
  readonly #keepAlive: boolean;
  readonly #maxBody: number;
  /** Idle lanes, by origin. */
  readonly #idle = new Map<string, Lane[]>();
  readonly #lanes = new Set<Lane>();
  #latest: Endpoint | undefined;
  /** Loaded at the first exchange: loading undici takes longer than running most commands. */
  #undici: typeof lanes | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#connector = createConnector(options, this.#clock);
    this.#keepAlive = options.keepAlive === true;
    this.#maxBody = options.maxBody ?? 64 * 1024;
  }

  async exchange(request: WebhookRequest, given: ExchangeOptions): Promise<SentExchange> {
    const undici = (this.#undici ??= await import("./lane.ts"));
    return new Promise((resolve) => {
      const endpoint = this.#endpoint(requestUrl(request) ?? "http://invalid");
      const { url, proxy } = endpoint;
      const chunked = given.chunked ?? this.#options.chunked === true;
      const absoluteProxy = url.protocol === "http:" ? proxy : undefined;
      const sending = {
        chunked,
        keepAlive: this.#keepAlive,
        http2: this.#options.http2 === true && url.protocol === "https:",
        pieces: given.pieces,
        proxy: absoluteProxy,
      };
      const run = {
        request,
        options: outgoing(request, url, sending),
        chunked,
        isProxied: absoluteProxy !== undefined,
        hold: given.hold,
        clock: this.#clock,
        timeoutMs: given.timeoutMs,
        maxBody: this.#maxBody,
        endsAtMaxBody: this.#options.endsAtMaxBody === true,
        signal: given.signal,
      };
      const lane = endpoint.idle.pop() ?? this.#newLane(endpoint, undici);
      runExchange(lane, run, (exchange) => {
        if (exchange.error === null && this.#keepAlive && !run.endsAtMaxBody) endpoint.idle.push(lane);
        else this.#end(lane);
        if (this.#options.http2 === true && exchange.protocol === "HTTP/1.1")
          this.#options.warn?.(
            `${url.host} does not speak HTTP/2${url.protocol === "http:" ? " without TLS" : ""}: HTTP/1.1 was used`,
          );
        resolve(exchange);
      });
    });
  }

  async close(): Promise<void> {
    for (const lane of this.#lanes) lane.destroy();
    this.#lanes.clear();
    this.#idle.clear();
    this.#latest = undefined;
  }

  /** Caches the parsed URL: a load test has only one endpoint. */
  #endpoint(text: string): Endpoint {
    if (this.#latest?.text === text) return this.#latest;
    const url = new URL(text);
    const idle = this.#idle.get(url.origin) ?? [];
    this.#idle.set(url.origin, idle);
    return (this.#latest = { text, url, proxy: this.#proxyFor(url), idle });
  }

  /** The proxy for a URL. Addresses from --resolve are connected to directly, without the environment's proxies. */
  #proxyFor(url: URL): Proxy | undefined {
    const { proxies, unixSocket, resolve = [] } = this.#options;
    if (proxies === undefined || unixSocket !== undefined) return undefined;
    const isNamed = resolve.some(({ host }) => host.toLowerCase() === url.hostname.toLowerCase());
    return isNamed ? undefined : proxyFor(url, proxies);
  }

  #newLane({ url, proxy }: Endpoint, undici: typeof lanes): Lane {
    const lane = new undici.Lane(this.#connector, { url, proxy, http2: this.#options.http2 === true });
    this.#lanes.add(lane);
    return lane;
  }

  #end(lane: Lane): void {
    lane.destroy();
    this.#lanes.delete(lane);
  }
}
