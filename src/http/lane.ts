import type { Socket } from "node:net"; // A type alone.
import { Client } from "undici";
import type { Dispatcher } from "undici";
import { connectionClosedError } from "./closed.ts";
import type { Connector, ConnectTimings, Opening } from "./connect.ts";
import type { Proxy } from "./proxy.ts";
import { onSentHead } from "./sent-head.ts";
import type { Protocol } from "./types.ts";

/** The current user of a lane. */
export interface LaneUser {
  sentHead(head: string): void;
  /** Awaited once a new connection is open, before anything is written. */
  readonly hold?: (() => Promise<void>) | undefined;
}

/** What a lane connects to. */
export interface Destination {
  readonly url: URL;
  readonly proxy: Proxy | undefined;
  readonly http2: boolean;
}

/** Enough for servers that set many cookies. */
const maxHeaderSize = 64 * 1024;
/** Avoids reusing a connection just before the peer's keep-alive timeout. */
const keepAliveTimeoutThreshold = 1000;

const nothingOpened: ConnectTimings = { dnsMs: null, connectMs: null, tlsMs: null };

/**
 * An undici Client that carries one exchange at a time, with facts about its connection. undici keeps the connection
 * while both sides allow it and opens a new one for the next exchange otherwise, but never more than one per exchange:
 * a request is never written twice.
 */
export class Lane {
  readonly #client: Client;
  readonly #connector: Connector;
  readonly #to: Destination;
  #user: LaneUser | undefined;
  #opening: Opening | undefined;
  #socket: Socket | undefined;
  #broken: Error | undefined;
  #protocol: Protocol = "HTTP/1.1";
  /** Whether a connection was opened for the current exchange. */
  #isFresh = false;
  #bytesBefore = 0;

  constructor(connector: Connector, to: Destination) {
    this.#connector = connector;
    this.#to = to;
    this.#client = new Client(to.url.origin, {
      pipelining: 1,
      allowH2: to.http2,
      maxHeaderSize,
      keepAliveTimeoutThreshold,
      connect: (_options, opened) =>
        void this.#connect().then(
          (socket) => opened(null, socket),
          (error: unknown) => opened(error instanceof Error ? error : new Error(String(error)), null),
        ),
    });
  }

  begin(user: LaneUser, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#user = user;
    this.#isFresh = false;
    this.#bytesBefore = this.#socket?.bytesRead ?? 0;
    this.#client.dispatch(options, handler);
  }

  /** How long opening the connection took; empty if an open one was reused. */
  get timings(): ConnectTimings {
    return this.#isFresh && this.#opening !== undefined ? this.#opening.timings : nothingOpened;
  }

  /** The stage at which the exchange failed. */
  get stage(): Opening["stage"] {
    return this.#opening?.stage ?? "connecting";
  }

  /** The connection's protocol; null if there was no connection. */
  get protocol(): Protocol | null {
    return this.#socket === undefined ? null : this.#protocol;
  }

  /** Whether bytes have come since the exchange began. */
  get hasReceived(): boolean {
    return this.#socket !== undefined && this.#socket.bytesRead > this.#bytesBefore;
  }

  /** The first error of its connection; undici reports the last. */
  get broken(): Error | undefined {
    return this.#broken;
  }

  /** Ends its connection, at any stage. */
  destroy(): void {
    // Once undici's client owns the connection, the client must end it: its HTTP/2 needs to know the reason.
    if (this.#socket === undefined) this.#opening?.destroy();
    void this.#client.destroy();
  }

  async #connect(): Promise<Socket> {
    if (this.#isFresh) throw connectionClosedError();
    this.#isFresh = true;
    const opening = this.#connector(this.#to.url, this.#to.proxy);
    this.#opening = opening;
    this.#socket = undefined;
    this.#broken = undefined;
    const socket = await opening.socket;
    socket.once("error", (error) => (this.#broken = error));
    await this.#user?.hold?.();
    if (socket.destroyed) throw this.#broken ?? connectionClosedError();
    this.#socket = socket;
    this.#bytesBefore = socket.bytesRead;
    this.#protocol = "alpnProtocol" in socket && socket.alpnProtocol === "h2" ? "HTTP/2" : "HTTP/1.1";
    onSentHead(socket, (head) => this.#user?.sentHead(head));
    return socket;
  }
}
