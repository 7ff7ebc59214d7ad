import type { Dispatcher } from "undici";
import { errnoOf } from "../errors.ts";
import type { NetworkFailure, Timings } from "../request/attempt.ts";
import { requestUrl } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { onAbort } from "../values/abort.ts";
import { BodyBuffer } from "./body.ts";
import { networkFailure, proxyFailure, timeoutFailure } from "./failure.ts";
import type { Lane, LaneUser } from "./lane.ts";
import { framingLine } from "./outgoing.ts";
import { proxyRefusal, withoutProxyAuthorization } from "./proxy.ts";
import type { SentExchange } from "./types.ts";

export interface Run {
  readonly request: WebhookRequest;
  readonly options: Dispatcher.DispatchOptions;
  readonly chunked: boolean;
  /** Whether a proxy receives the request itself, so that a 407 comes from the proxy. */
  readonly isProxied: boolean;
  readonly hold?: (() => Promise<void>) | undefined;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly timeoutMs: number;
  readonly maxBody: number;
  readonly endsAtMaxBody: boolean;
  readonly signal: AbortSignal | undefined;
}

/** One request and its response on a lane; `done` is called once, with the outcome. */
export const runExchange = (lane: Lane, run: Run, done: (exchange: SentExchange) => void): void =>
  new ExchangeHandler(lane, run, done).begin();

/** A class instead of closures: a load creates tens of thousands per second. */
class ExchangeHandler implements Dispatcher.DispatchHandler, LaneUser {
  readonly hold: (() => Promise<void>) | undefined;
  readonly #lane: Lane;
  readonly #run: Run;
  readonly #done: (exchange: SentExchange) => void;
  readonly #started: number;
  readonly #body: BodyBuffer;
  #timer: NodeJS.Timeout | undefined;
  #endWait: (() => void) | undefined;
  #sentAt: number | undefined;
  #firstByteAt: number | undefined;
  #head = "";
  #status: number | null = null;
  #statusText = "";
  #headers: readonly HeaderPair[] = [];
  #isOver = false;

  constructor(lane: Lane, run: Run, done: (exchange: SentExchange) => void) {
    this.hold = run.hold;
    this.#lane = lane;
    this.#run = run;
    this.#done = done;
    this.#started = run.clock();
    this.#body = new BodyBuffer(run.maxBody);
  }

  begin(): void {
    const { signal, timeoutMs, options } = this.#run;
    if (signal?.aborted === true) return this.#finish(aborted);
    if (signal !== undefined) this.#endWait = onAbort(signal, () => this.#finish(aborted));
    this.#timer = setTimeout(() => this.#finish(timeoutFailure(timeoutMs, this.#sentAt !== undefined)), timeoutMs);
    this.#lane.begin(this, options, this);
  }

  /** Called when undici starts to write the request; a second time would be a resend, which is not allowed. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isOver || this.#sentAt !== undefined) return controller.abort(new Error("sent already"));
    this.#sentAt = this.#run.clock();
  }

  sentHead(head: string): void {
    const { request, chunked, isProxied } = this.#run;
    const visibleHead = isProxied ? withoutProxyAuthorization(head) : head;
    this.#head =
      this.#lane.protocol === "HTTP/2"
        ? pseudoFirst(visibleHead)
        : `${visibleHead}${framingLine(request, chunked)}\r\n`;
  }

  onResponseStarted(): void {
    this.#firstByteAt ??= this.#run.clock();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusText?: string,
  ): void {
    // Skip informational responses; the final one follows.
    if (status < 200) return;
    this.#firstByteAt ??= this.#run.clock();
    this.#status = status;
    this.#statusText = statusText ?? "";
    this.#headers = pairsOf(controller.rawHeaders);
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#body.push(piece);
    if (this.#run.endsAtMaxBody && this.#body.isFull) this.#finish(null);
  }

  onResponseEnd(): void {
    // undici reports a reset as the end of a body delimited by connection close.
    const { broken, protocol } = this.#lane;
    if (broken !== undefined && protocol === "HTTP/1.1") return this.#fail(broken);
    const isProxys = this.#status === 407 && this.#run.isProxied;
    this.#finish(isProxys ? proxyFailure(proxyRefusal(407)) : null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    // 204 and 304 have no body, whatever Content-Length says (RFC 9110, 6.4.1); undici waits for one.
    const isWhole = this.#status === 304 || this.#status === 204;
    if (isWhole && errnoOf(error) === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") return this.#finish(null);
    // A TLS alert is an error followed by the end of the connection: undici reports the end.
    this.#fail(errnoOf(error) === "UND_ERR_SOCKET" ? (this.#lane.broken ?? error) : error);
  }

  #fail(error: Error): void {
    this.#finish(
      networkFailure(error, {
        stage: this.#lane.stage,
        // With HTTP/2, other frames arrive before those of a response.
        responseStarted:
          this.#firstByteAt !== undefined || (this.#lane.protocol !== "HTTP/2" && this.#lane.hasReceived),
        hasStatus: this.#status !== null,
        ...hostnameOf(this.#run.request),
      }),
    );
  }

  #finish(error: NetworkFailure | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#endWait?.();
    const isProxys = error?.kind === "proxy";
    this.#done({
      head: this.#head,
      status: isProxys ? null : this.#status,
      statusText: isProxys ? "" : this.#statusText,
      headers: isProxys ? [] : this.#headers,
      body: isProxys ? Buffer.alloc(0) : this.#body.bytes,
      protocol: this.#lane.protocol,
      timings: this.#timings(),
      error,
    });
  }

  #timings(): Timings {
    const { dnsMs, connectMs, tlsMs } = this.#lane.timings;
    const [sentAt, firstByteAt] = [this.#sentAt, this.#firstByteAt];
    return {
      dnsMs: rounded(dnsMs),
      connectMs: rounded(connectMs),
      tlsMs: rounded(tlsMs),
      firstByteMs: sentAt === undefined || firstByteAt === undefined ? null : rounded(firstByteAt - sentAt),
      totalMs: rounded(this.#run.clock() - this.#started) ?? 0,
    };
  }
}

const aborted: NetworkFailure = { kind: "aborted", code: null, message: "stopped" };

/** Puts HTTP/2's pseudo-headers first and names in lower case, as Node writes them. */
const pseudoFirst = (head: string): string => {
  const lines = head.split("\r\n").filter((line) => line !== "");
  const pseudo = lines.filter((line) => line.startsWith(":"));
  const others = lines
    .filter((line) => !line.startsWith(":"))
    .map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()));
  return [...pseudo, ...others, "\r\n"].join("\r\n");
};

const pairsOf = (raw: Dispatcher.DispatchController["rawHeaders"]): readonly HeaderPair[] => {
  const pairs: HeaderPair[] = [];
  if (!Array.isArray(raw)) return pairs;
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([latin1(raw[at]), latin1(raw[at + 1])]);
  return pairs;
};

const latin1 = (text: string | Buffer | undefined): string =>
  typeof text === "string" ? text : (text?.toString("latin1") ?? "");

const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 100) / 100);

const hostnameOf = (request: WebhookRequest): { readonly hostname?: string } => {
  const hostname = URL.parse(requestUrl(request) ?? "")?.hostname ?? "";
  return hostname === "" ? {} : { hostname };
};
