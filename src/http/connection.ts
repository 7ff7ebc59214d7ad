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
  /** Its time ran out. */
  timedOut(): void;
}

const none = Buffer.alloc(0);
/** A thousand connections keep no more than this each. */
const mostRoom = 16 * 1024;

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
  /** One for all exchanges: starting it again costs a tenth of a new one. */
  #timer: NodeJS.Timeout | undefined;
  #timerMs = 0;
  #room: Buffer = none;
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
      clearTimeout(this.#timer);
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

  /** Gives the connection to an exchange that may take so many milliseconds. */
  begin(turn: Turn, timeoutMs: number): void {
    this.#turn = turn;
    this.#limit(timeoutMs);
    if (this.isReady) turn.ready();
  }

  /**
   * A Buffer of so many bytes for a request that is written at once. The next request's may be the same:
   * a connection is used again only after all of the last one was taken by the system.
   */
  room(size: number): Buffer {
    if (size > mostRoom) return Buffer.allocUnsafe(size);
    if (this.#room.length < size) this.#room = Buffer.allocUnsafe(Math.max(2048, size * 2));
    return this.#room.subarray(0, size);
  }

  /** Takes the connection back from its exchange. */
  release(): void {
    this.#turn = undefined;
    this.used++;
  }

  #limit(ms: number): void {
    if (this.#timer !== undefined && this.#timerMs === ms) {
      this.#timer.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#timerMs = ms;
    // Between exchanges it may run out for nobody.
    this.#timer = setTimeout(() => this.#turn?.timedOut(), ms);
  }

  destroy(): void {
    this.#turn = undefined;
    this.#isDead = true;
    clearTimeout(this.#timer);
    this.socket.destroy();
  }
}
