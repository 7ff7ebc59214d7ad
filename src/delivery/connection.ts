import type { Socket } from "node:net";
import type { ConnectTimings, Connector } from "./connect.ts";

/** Who is told of what happens on a connection while an exchange has it. */
export interface Turn {
  ready(): void;
  /** Valid during the call only: it lies in the connection's own buffer. */
  data(piece: Buffer): void;
  /** The peer has finished sending. */
  ended(): void;
  failed(error: Error): void;
}

/** A connection that is kept for one exchange after the other; never two at once. */
export class Connection {
  readonly socket: Socket;
  /** What opening it took; for the exchange that opened it. */
  readonly timings: ConnectTimings;
  isReady = false;
  /** Exchanges it has carried. */
  used = 0;
  /** On the transport's clock: since when it has been idle, and until when the peer surely keeps it. */
  idleSince = 0;
  idleUntil = 0;
  #turn: Turn | undefined;
  #isDead = false;

  constructor(connector: Connector, url: URL, onDead: (connection: Connection) => void) {
    const { socket, timings } = connector(url, {
      ready: () => {
        this.isReady = true;
        this.#turn?.ready();
      },
      data: (piece) => {
        // Bytes that nobody asked for: what follows on this connection cannot be told apart.
        if (this.#turn === undefined) this.destroy();
        else this.#turn.data(piece);
      },
    });
    this.socket = socket;
    this.timings = timings;
    const die = (): void => {
      if (this.#isDead) return;
      this.#isDead = true;
      onDead(this);
    };
    socket.on("end", () => {
      die();
      if (this.#turn === undefined) this.destroy();
      else this.#turn.ended();
    });
    socket.on("error", (error) => {
      die();
      this.#turn?.failed(error);
    });
    socket.on("close", () => {
      die();
      this.#turn?.failed(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
    });
  }

  get isAlive(): boolean {
    return !this.#isDead && !this.socket.destroyed && this.socket.writable;
  }

  begin(turn: Turn): void {
    this.#turn = turn;
    if (this.isReady) turn.ready();
  }

  /** Takes the connection back from its exchange. */
  release(): void {
    this.#turn = undefined;
    this.used++;
  }

  destroy(): void {
    this.#turn = undefined;
    this.#isDead = true;
    this.socket.destroy();
  }
}
