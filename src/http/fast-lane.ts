import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { HeaderPair } from "../request/request.ts";
import type { Direct, Received } from "./read-request.ts";
import { plainRequest } from "./plain-request.ts";

export interface FastLaneOptions {
  readonly maxBody: number;
  readonly now: () => number;
  readonly onRequest: (received: Received) => void;
  /** Milliseconds a connection may be silent before its first request. */
  readonly firstMs: number;
  /** Takes over a connection that is not plain enough; it has read nothing yet. */
  readonly leaveTo: (socket: Socket) => void;
}

export interface FastLane {
  take(socket: Socket): void;
  /** Closes the connections that wait for nothing. */
  closeIdle(): void;
  closeAll(): void;
}

/** As Node's own server promises in its answers. */
const keepAliveSeconds = 5;

/**
 * Serves the plainest requests, and only those, without the general HTTP machinery, which takes
 * more time than all the rest of a request's way: a whole POST, PUT or PATCH that came in one piece,
 * with one Host, one Content-Length and nothing that asks for more. The first thing that is not as
 * plain as that is handed to Node's parser, with its connection, so that there is one place which
 * decides what is malformed.
 */
export const fastLane = (options: FastLaneOptions): FastLane => {
  const connections = new Set<Connection>();
  return {
    take: (socket) => {
      const connection = new Connection(socket, options, () => connections.delete(connection));
      connections.add(connection);
    },
    closeIdle: () => {
      for (const connection of connections) connection.closeIfIdle();
    },
    closeAll: () => {
      for (const connection of connections) connection.destroy();
    },
  };
};

class Connection implements Direct {
  readonly direct = true;
  readonly #socket: Socket;
  readonly #options: FastLaneOptions;
  readonly #forget: () => void;
  readonly #remote: string;
  /** Whether a request waits for its answer. */
  #busy = false;
  #served = false;
  #ended = false;
  #closing = false;
  /** What came while an answer was under way. */
  #held: Buffer | undefined;

  constructor(socket: Socket, options: FastLaneOptions, forget: () => void) {
    this.#socket = socket;
    this.#options = options;
    this.#forget = forget;
    this.#remote = socket.remoteAddress ?? "";
    socket.setTimeout(options.firstMs);
    socket.on("data", this.#onData).on("end", this.#onEnd).on("timeout", this.#onTimeout);
    socket.on("error", ignore).on("close", forget);
  }

  get gone(): boolean {
    return this.#socket.destroyed;
  }

  empty(status: number, headers: readonly HeaderPair[]): void {
    let more = status === 204 || status === 304 ? "" : "Content-Length: 0\r\n";
    for (const [name, value] of headers) more += `${name}: ${value}\r\n`;
    const last =
      this.#closing || this.#ended
        ? "Connection: close\r\n\r\n"
        : `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n\r\n`;
    this.#socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\n${more}Date: ${httpDate(this.#options.now())}\r\n${last}`,
      "latin1",
    );
    this.#next();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  closeIfIdle(): void {
    this.#closing = true;
    if (!this.#busy) this.#socket.end();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#busy) {
      this.#held = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
      this.#socket.pause();
      return;
    }
    const plain = plainRequest(chunk, this.#options.maxBody);
    if (plain === undefined) {
      this.#leave(chunk);
      return;
    }
    this.#busy = true;
    const receivedAt = this.#options.now();
    const { method, target, headers, body } = plain;
    this.#options.onRequest({
      request: { method, target, httpVersion: "1.1", headers, body, receivedAt },
      overflow: false,
      receivedAt,
      remote: this.#remote,
      response: this,
    });
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    if (!this.#busy) this.#socket.end();
  };

  readonly #onTimeout = (): void => {
    if (!this.#busy) this.#socket.destroy();
  };

  #next(): void {
    this.#busy = false;
    if (!this.#served) this.#socket.setTimeout((keepAliveSeconds + 1) * 1000);
    this.#served = true;
    const held = this.#held;
    if (held !== undefined) {
      this.#held = undefined;
      this.#socket.resume();
      this.#onData(held);
    } else if (this.#closing || this.#ended) this.#socket.end();
  }

  /** Hands the connection over to Node's parser, with what came. */
  #leave(chunk: Buffer): void {
    const socket = this.#socket;
    this.#forget();
    socket.setTimeout(0);
    socket.off("data", this.#onData).off("end", this.#onEnd).off("timeout", this.#onTimeout);
    socket.off("error", ignore).off("close", this.#forget);
    this.#options.leaveTo(socket);
    socket.emit("data", chunk);
    if (this.#ended) socket.emit("end");
  }
}

const ignore = (): void => undefined;

let dated = { second: 0, text: "" };

/** The time as a Date header says it; made once a second. */
const httpDate = (now: number): string => {
  const second = Math.floor(now / 1000);
  if (dated.second !== second) dated = { second, text: new Date(now).toUTCString() };
  return dated.text;
};
