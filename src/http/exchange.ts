import { errnoOf } from "../errors.ts";
import type { WebhookRequest } from "../request/request.ts";
import { onAbort } from "../values/abort.ts";
import { AnswerReader } from "./answer.ts";
import type { Connection, Turn } from "./connection.ts";
import { networkFailure, timeoutFailure } from "./failure.ts";
import type { SentExchange } from "./types.ts";
import type { NetworkFailure, Timings } from "../request/attempt.ts";
import { asksToClose, chunkedBody } from "./wire.ts";

export interface Run {
  readonly request: WebhookRequest;
  readonly head: string;
  readonly chunked: boolean;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly started: number;
  readonly timeoutMs: number;
  readonly maxBody: number;
  readonly signal: AbortSignal | undefined;
}

export interface RunResult {
  readonly exchange: SentExchange;
  /** How long the connection may be idle and used again, in milliseconds; undefined where it may not. */
  readonly idleMs: number | undefined;
  /** The system took no byte of the request: nothing was sent, so it may go out on another connection. */
  readonly wasRefused: boolean;
}

/** Written piece by piece, so that an answer in the middle of the body is read before the next piece goes out. */
const pieceSize = 256 * 1024;
const smallBody = 64 * 1024;

/** One request and its answer on a connection that is open or opening; `done` is called once. */
export const runExchange = (connection: Connection, run: Run, done: (result: RunResult) => void): void =>
  new Exchanging(connection, run, done).begin();

/** A class, not closures: a load makes tens of thousands a second. */
class Exchanging implements Turn {
  readonly #connection: Connection;
  readonly #run: Run;
  readonly #done: (result: RunResult) => void;
  readonly #reader: AnswerReader;
  #endWait: (() => void) | undefined;
  #sentAt: number | undefined;
  #firstByteAt: number | undefined;
  #bytesBefore = 0;
  #isWritten = false;

  constructor(connection: Connection, run: Run, done: (result: RunResult) => void) {
    this.#connection = connection;
    this.#run = run;
    this.#done = done;
    this.#reader = new AnswerReader(run.request.method, run.maxBody);
  }

  begin(): void {
    const { signal, timeoutMs } = this.#run;
    if (signal?.aborted === true) {
      this.#stop();
      return;
    }
    if (signal !== undefined) this.#endWait = onAbort(signal, () => this.#stop());
    this.#connection.begin(this, timeoutMs);
  }

  ready(): void {
    this.#sentAt = this.#run.clock();
    this.#bytesBefore = this.#connection.socket.bytesWritten;
    this.#write();
  }

  timedOut(): void {
    this.#finish(timeoutFailure(this.#run.timeoutMs, this.#sentAt !== undefined));
  }

  data(piece: Buffer): void {
    this.#firstByteAt ??= this.#run.clock();
    const state = this.#reader.push(piece);
    if (state === "done") this.#finish(null);
    else if (state === "malformed") {
      this.#finish({ kind: "malformed", code: null, message: `what came back is not HTTP: ${this.#reader.problem}` });
    }
  }

  ended(): void {
    if (this.#reader.end() === "done") this.#finish(null);
    else this.failed(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
  }

  failed(error: Error): void {
    const sent = this.#sentAt !== undefined;
    const { socket, timings } = this.#connection;
    const isRefused = sent && errnoOf(error) === "EPIPE" && socket.bytesWritten === this.#bytesBefore;
    const progress = { sent, answered: this.#firstByteAt !== undefined, inHandshake: timings.inHandshake };
    this.#finish(networkFailure(error, progress), isRefused);
  }

  #stop(): void {
    this.#finish({ kind: "aborted", code: null, message: "stopped" });
  }

  #finish(error: NetworkFailure | null, wasRefused = false): void {
    this.#endWait?.();
    const connection = this.#connection;
    connection.release();
    const reader = this.#reader;
    const isReusable =
      error === null &&
      reader.reusable &&
      this.#isWritten &&
      connection.socket.writableLength === 0 &&
      !asksToClose(this.#run.request.headers);
    this.#done({
      exchange: {
        head: this.#run.head,
        status: reader.head?.status ?? null,
        headers: reader.head?.headers ?? [],
        body: reader.body.length < 2 ? (reader.body[0] ?? none) : Buffer.concat(reader.body),
        timings: this.#timings(),
        error,
      },
      idleMs: isReusable ? Math.max(0, (reader.idleMs ?? 60_000) - 1000) : undefined,
      wasRefused,
    });
    if (!isReusable) connection.destroy();
  }

  #timings(): Timings {
    const opened = this.#connection.used === 1 ? this.#connection.timings : undefined;
    const [sentAt, firstByteAt] = [this.#sentAt, this.#firstByteAt];
    return {
      dnsMs: rounded(opened?.dnsMs),
      connectMs: rounded(opened?.connectMs),
      tlsMs: rounded(opened?.tlsMs),
      firstByteMs: sentAt === undefined || firstByteAt === undefined ? null : rounded(firstByteAt - sentAt),
      totalMs: rounded(this.#run.clock() - this.#run.started) ?? 0,
    };
  }

  #write(): void {
    const { request, head, chunked } = this.#run;
    const { socket } = this.#connection;
    if (!chunked && request.body.length <= smallBody) {
      const whole = this.#connection.room(head.length + request.body.length);
      whole.write(head, "latin1");
      request.body.copy(whole, head.length);
      socket.write(whole);
      this.#isWritten = true;
      return;
    }
    const pieces = piecesOf(Buffer.from(head, "latin1"), chunked ? chunkedBody(request.body) : [request.body]);
    const go = (): void => {
      // A refusal does not want the rest of the body; a success may still be reading it.
      while ((this.#reader.head?.status ?? 0) < 300 && !socket.destroyed) {
        const next = pieces.next();
        if (next.done === true) {
          this.#isWritten = true;
          return;
        }
        if (!socket.write(next.value)) {
          socket.once("drain", go);
          return;
        }
      }
    };
    go();
  }
}

const none = Buffer.alloc(0);

const rounded = (ms: number | null | undefined): number | null =>
  ms === null || ms === undefined ? null : Math.round(ms * 100) / 100;

function* piecesOf(head: Buffer, parts: readonly Buffer[]): Generator<Buffer> {
  yield head;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += pieceSize) yield part.subarray(at, at + pieceSize);
  }
}
