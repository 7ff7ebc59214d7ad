import { networkFailure, timeoutFailure } from "../http/failure.ts";
import { AnswerReader } from "../http/answer.ts";
import { createConnector } from "../http/connect.ts";
import type { TransportOptions } from "../http/client.ts";
import type { Exchange } from "../http/types.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { requestUrl } from "../request/request.ts";
import { onAbort } from "../values/abort.ts";
import type { Duplex } from "node:stream";

/** How a request is written to the socket, where an HTTP client would tidy it up. */
export interface Wire {
  /** Spells each header's name; as given unless said. */
  readonly spell?: (name: string) => string;
  readonly chunked?: boolean;
  /** The body in the pieces in which it is written, each in a packet of its own. */
  readonly pieces?: (body: Buffer) => readonly Buffer[];
  /** Waited for once the connection stands, before anything is written. */
  readonly hold?: () => Promise<void>;
}

export interface WireOptions {
  readonly connection: TransportOptions;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Long enough for the receiver to be handed each piece by itself, on this machine and over a network. */
const pauseMs = 30;
const maxBody = 64 * 1024;

/** Sends one request over a socket of its own, byte by byte as `wire` says. Never rejects. */
export const wireExchange = (request: WebhookRequest, wire: Wire, options: WireOptions): Promise<Exchange> =>
  new Promise((resolve) => {
    const url = new URL(requestUrl(request) ?? "http://invalid");
    const clock = options.connection.clock ?? (() => performance.now());
    const started = clock();
    const reader = new AnswerReader(request.method, maxBody);
    let sent = false;
    let answered = false;
    let ended = false;
    const finish = (answer: Pick<Exchange, "status" | "headers" | "body" | "error">): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      endWait();
      opening.socket.destroy();
      const totalMs = Math.round((clock() - started) * 100) / 100;
      resolve({ ...answer, timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs } });
    };
    const fail = (error: Exchange["error"]): void =>
      finish({ status: null, headers: [], body: Buffer.alloc(0), error });
    /** The status is what the checks look at: an answer whose end is missing is one. */
    const over = (error: Exchange["error"]): void => {
      const { head, body } = reader;
      if (head === undefined) fail(error);
      else finish({ ...head, body: Buffer.concat(body), error: null });
    };
    const broken = (error: unknown): void =>
      over(networkFailure(error, { sent, answered, inHandshake: opening.timings.inHandshake }));
    const timer = setTimeout(() => over(timeoutFailure(options.timeoutMs, sent)), options.timeoutMs);
    let endWait = (): void => undefined;

    const opening = createConnector(options.connection, clock)(url, {
      ready: () => {
        sent = true;
        void write(socket, request, wire, () => ended);
      },
      data: (piece) => {
        answered = true;
        const state = reader.push(piece);
        if (state === "done") over(null);
        else if (state === "malformed")
          fail({ kind: "malformed", code: null, message: `what came back is not HTTP: ${reader.problem}` });
      },
    });
    const { socket } = opening;
    socket.on("error", broken);
    socket.on("close", () => broken(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
    endWait = onAbort(options.signal, () => fail({ kind: "aborted", code: null, message: "stopped" }));
  });

const write = async (socket: Duplex, request: WebhookRequest, wire: Wire, isOver: () => boolean): Promise<void> => {
  await wire.hold?.();
  if (isOver()) return;
  const spell = wire.spell ?? ((name: string): string => name);
  const framing: HeaderPair =
    wire.chunked === true ? ["Transfer-Encoding", "chunked"] : ["Content-Length", String(request.body.length)];
  const lines = [...request.headers, framing, ["Connection", "close"] as const].map(
    ([name, value]) => `${spell(name)}: ${value}\r\n`,
  );
  const head = Buffer.from(`${request.method} ${request.target} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
  if (wire.pieces === undefined && wire.chunked !== true) {
    // In one packet where it fits: a listener whose queue is full (SYN cookies) answers a second one with a reset.
    socket.write(Buffer.concat([head, request.body]));
    return;
  }
  socket.write(head);
  for (const piece of wire.pieces?.(request.body) ?? [request.body]) {
    if (wire.pieces !== undefined) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (isOver() || socket.destroyed) return;
    if (wire.chunked === true) socket.write(`${piece.length.toString(16)}\r\n`);
    socket.write(piece);
    if (wire.chunked === true) socket.write("\r\n");
  }
  if (wire.chunked === true && !isOver()) socket.write("0\r\n\r\n");
};
