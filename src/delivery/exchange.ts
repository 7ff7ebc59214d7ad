import { errnoOf } from "../errors.ts";
import type { WebhookRequest } from "../request/request.ts";
import { AnswerReader } from "./answer.ts";
import type { Connection } from "./connection.ts";
import { networkFailure, timeoutFailure } from "./failure.ts";
import type { Exchange, NetworkFailure } from "./types.ts";
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
  readonly signal?: AbortSignal;
  /** Called when the signal aborts. */
  readonly stops?: Set<() => void>;
}

export interface RunResult {
  readonly exchange: Exchange;
  /** How long the connection may be idle and used again, in milliseconds; undefined where it may not. */
  readonly idleMs: number | undefined;
  /** The system took no byte of the request: nothing was sent, so it may go out on another connection. */
  readonly wasRefused: boolean;
}

/** Written piece by piece, so that an answer in the middle of the body is read before the next piece goes out. */
const pieceSize = 256 * 1024;
const smallBody = 64 * 1024;

/** One request and its answer on a connection that is open or opening. Never rejects. */
export const runExchange = (connection: Connection, run: Run): Promise<RunResult> =>
  new Promise((resolve) => {
    const { clock } = run;
    const { socket } = connection;
    const isFresh = connection.used === 0;
    const reader = new AnswerReader(run.request.method, run.maxBody);
    let sentAt: number | undefined;
    let firstByteAt: number | undefined;
    let bytesBefore = 0;
    let isWritten = false;

    const finish = (error: NetworkFailure | null, wasRefused = false): void => {
      clearTimeout(timer);
      run.stops?.delete(onAbort);
      connection.release();
      const opened = isFresh ? connection.timings : undefined;
      const isReusable =
        error === null &&
        reader.reusable &&
        isWritten &&
        socket.writableLength === 0 &&
        !asksToClose(run.request.headers);
      resolve({
        exchange: {
          status: reader.head?.status ?? null,
          headers: reader.head?.headers ?? [],
          body: reader.body.length === 1 ? (reader.body[0] ?? none) : Buffer.concat(reader.body),
          timings: {
            dnsMs: rounded(opened?.dnsMs),
            connectMs: rounded(opened?.connectMs),
            tlsMs: rounded(opened?.tlsMs),
            firstByteMs: sentAt === undefined || firstByteAt === undefined ? null : rounded(firstByteAt - sentAt),
            totalMs: rounded(clock() - run.started) ?? 0,
          },
          error,
        },
        idleMs: isReusable ? Math.max(0, (reader.idleMs ?? 60_000) - 1000) : undefined,
        wasRefused,
      });
      if (!isReusable) connection.destroy();
    };
    const fail = (error: unknown): void => {
      const isRefused = sentAt !== undefined && errnoOf(error) === "EPIPE" && socket.bytesWritten === bytesBefore;
      finish(
        networkFailure(error, {
          sent: sentAt !== undefined,
          answered: firstByteAt !== undefined,
          inHandshake: connection.timings.inHandshake,
        }),
        isRefused,
      );
    };
    const onAbort = (): void => finish({ kind: "aborted", code: null, message: "stopped" });
    const timer = setTimeout(() => finish(timeoutFailure(run.timeoutMs, sentAt !== undefined)), run.timeoutMs);
    if (run.signal?.aborted === true) {
      onAbort();
      return;
    }
    run.stops?.add(onAbort);

    connection.begin({
      ready: () => {
        sentAt = clock();
        bytesBefore = socket.bytesWritten;
        // A refusal does not want the rest of the body; a success may still be reading it.
        const isRefusal = (): boolean => (reader.head?.status ?? 0) >= 300;
        writeRequest(connection, run, isRefusal, () => {
          isWritten = true;
        });
      },
      data: (piece) => {
        firstByteAt ??= clock();
        const state = reader.push(piece);
        if (state === "done") finish(null);
        else if (state === "malformed") {
          finish({ kind: "malformed", code: null, message: `what came back is not HTTP: ${reader.problem}` });
        }
      },
      ended: () => {
        if (reader.end() === "done") finish(null);
        else fail(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
      },
      failed: fail,
    });
  });

const none = Buffer.alloc(0);

const rounded = (ms: number | null | undefined): number | null =>
  ms === null || ms === undefined ? null : Math.round(ms * 100) / 100;

const writeRequest = (connection: Connection, run: Run, isAnswered: () => boolean, onWritten: () => void): void => {
  const { socket } = connection;
  const { body } = run.request;
  if (!run.chunked && body.length <= smallBody) {
    const whole = Buffer.allocUnsafe(run.head.length + body.length);
    whole.write(run.head, "latin1");
    body.copy(whole, run.head.length);
    socket.write(whole);
    onWritten();
    return;
  }
  const pieces = piecesOf(Buffer.from(run.head, "latin1"), run.chunked ? chunkedBody(body) : [body]);
  const go = (): void => {
    while (!isAnswered() && !socket.destroyed) {
      const next = pieces.next();
      if (next.done === true) {
        onWritten();
        return;
      }
      if (!socket.write(next.value)) {
        socket.once("drain", go);
        return;
      }
    }
  };
  go();
};

function* piecesOf(head: Buffer, parts: readonly Buffer[]): Generator<Buffer> {
  yield head;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += pieceSize) yield part.subarray(at, at + pieceSize);
  }
}
