import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect as connectTcp } from "node:net";
import type { LookupFunction, Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { errnoOf } from "../errors.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { pairsOf } from "../http/read-request.ts";
import { forwardedTarget } from "./target.ts";
import type { ForwardTarget } from "./target.ts";

/** What the upstream said, or why it said nothing. */
export interface Forwarded {
  readonly url: string;
  readonly status: number | null;
  readonly statusText: string;
  /** In wire order and case. */
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
  readonly durationMs: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface ForwardOptions {
  readonly timeoutMs: number;
  /** Bytes of the answer's body that are taken. */
  readonly maxAnswer: number;
  /** Accepts any certificate. */
  readonly insecure: boolean;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
}

/**
 * Passes a request on byte for byte: every header in its order and case with its duplicates, `Host`
 * among them, and the body as it came. Only chunk boundaries are not kept: a body that came in
 * chunks goes on as one.
 *
 * The head is written to the socket by ourselves, because Node's client adds headers of its own;
 * the answer is read by Node's client over a connection whose writing side leads nowhere.
 */
export const forward = async (
  request: WebhookRequest,
  target: ForwardTarget,
  options: ForwardOptions,
): Promise<Forwarded> => {
  const started = options.clock();
  const socket = dial(target, options.insecure);
  try {
    const answer = await withTimeout(exchange(socket, request, target, options.maxAnswer), options.timeoutMs, socket);
    return { url: target.url, ...answer, durationMs: options.clock() - started, error: null };
  } catch (error) {
    const code = errnoOf(error) ?? "failed";
    return {
      url: target.url,
      status: null,
      statusText: "",
      headers: [],
      body: Buffer.alloc(0),
      durationMs: options.clock() - started,
      error: { code, message: messageOf(code, error, target) },
    };
  } finally {
    socket.destroy();
  }
};

/** The bytes that go to the upstream. */
export const wireBytes = (request: WebhookRequest, target: string): Buffer => {
  const version = request.httpVersion === "1.0" ? "1.0" : "1.1";
  const head = `${request.method} ${target} HTTP/${version}\r\n${request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  const { body } = request;
  const chunked = request.headers.some(
    ([name, value]) => name.toLowerCase() === "transfer-encoding" && /chunked/i.test(value),
  );
  const parts = chunked
    ? [
        ...(body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]),
        Buffer.from("0\r\n\r\n"),
      ]
    : [body];
  return Buffer.concat([Buffer.from(head, "latin1"), ...parts]);
};

const dial = (target: ForwardTarget, insecure: boolean): Socket => {
  // Only the addresses that were checked: a name that changes its mind leads nowhere.
  const lookup: LookupFunction = (_host, wishes, done) => {
    const [first] = target.addresses;
    if (wishes.all === true) done(null, [...target.addresses]);
    else done(null, first?.address ?? "", first?.family ?? 4);
  };
  const to = { host: target.host, port: target.port, lookup, autoSelectFamily: true };
  return target.secure
    ? connectTls({
        ...to,
        rejectUnauthorized: !insecure,
        servername: /^[\d.]+$|:/.test(target.host) ? "" : target.host,
      })
    : connectTcp({ ...to, noDelay: true });
};

type Answer = Pick<Forwarded, "status" | "statusText" | "headers" | "body">;

const exchange = async (
  socket: Socket,
  request: WebhookRequest,
  target: ForwardTarget,
  maxAnswer: number,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const pipe = readOnly(socket);
    const reader = httpRequest({ method: request.method, createConnection: () => pipe });
    socket.once("error", reject);
    reader.once("error", reject);
    reader.once("upgrade", (answer: IncomingMessage) => resolve(answerOf(answer, [])));
    reader.once("response", (answer: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxAnswer) reject(Object.assign(new Error("its answer is too large"), { code: "ANSWER_TOO_LARGE" }));
        else chunks.push(chunk);
      });
      answer.once("error", reject);
      answer.once("end", () => resolve(answerOf(answer, chunks)));
    });
    reader.end();
    socket.write(wireBytes(request, forwardedTarget(target, request.target)));
  });

const answerOf = (answer: IncomingMessage, chunks: readonly Buffer[]): Answer => ({
  status: answer.statusCode ?? 0,
  statusText: answer.statusMessage ?? "",
  headers: pairsOf(answer.rawHeaders),
  body: Buffer.concat(chunks),
});

/** The reading side of a socket as a connection of its own: what is written to it is dropped. */
const readOnly = (socket: Socket): Duplex => {
  const pipe = new Duplex({
    read: () => void socket.resume(),
    write: (_chunk, _encoding, done) => done(),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk: Buffer) => {
    if (!pipe.push(chunk)) socket.pause();
  });
  socket.once("end", () => pipe.push(null));
  return pipe;
};

const withTimeout = async <T>(work: Promise<T>, ms: number, socket: Socket): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(Object.assign(new Error("no answer in time"), { code: "TIMEOUT" }));
      socket.destroy();
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
};

const messageOf = (code: string, error: unknown, target: ForwardTarget): string => {
  const where = `${target.host}:${target.port}`;
  const text = error instanceof Error ? error.message : String(error);
  switch (code) {
    case "ECONNREFUSED":
      return `nothing listens on ${where}`;
    case "ECONNRESET":
    case "EPIPE":
      return `${where} broke the connection off before it answered`;
    case "TIMEOUT":
      return `${where} did not answer in time`;
    default:
      if (code.startsWith("HPE_")) return `${where} answered with something that is not HTTP`;
      return text === "" ? code : text;
  }
};
