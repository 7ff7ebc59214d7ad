import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ReceiverScheme } from "./schemes.ts";

/** The places where a receiver's author may go wrong; each is right unless a test says otherwise. */
export interface Behaviour {
  readonly readBody: (request: IncomingMessage) => Promise<Buffer>;
  /** What is signed, from the body that came. */
  readonly content: (body: Buffer) => Buffer;
  readonly signatureHeader: (request: IncomingMessage, scheme: ReceiverScheme) => string | undefined;
  /** Whether to look at the signature at all. */
  readonly mustVerify: (header: string | undefined) => boolean;
  readonly equal: (given: string, expected: string) => boolean;
  readonly isTimely: (ageSeconds: number, scheme: ReceiverScheme) => boolean;
  readonly secrets: (scheme: ReceiverScheme) => readonly string[];
  readonly reject: (response: ServerResponse) => void;
  readonly parse: (body: Buffer) => Record<string, unknown>;
  readonly onMalformed: (response: ServerResponse) => void;
  readonly onUnknownType: (response: ServerResponse, type: string) => void;
  readonly onDuplicate: (response: ServerResponse) => void;
  readonly onRetry: ((response: ServerResponse) => void) | undefined;
  readonly onMethod: (response: ServerResponse) => void;
  readonly onEvent: (response: ServerResponse) => void;
  /** Runs before anything else; true where it has answered. */
  readonly before: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
  readonly limit: number;
  readonly dedupe: boolean;
}

const readAll = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

export const answer =
  (status: number, text = "") =>
  (response: ServerResponse): void => {
    response.writeHead(status).end(text);
  };

const isEqual = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
};

export const right: Behaviour = {
  readBody: readAll,
  content: (body) => body,
  signatureHeader: (request, scheme) => {
    const value = request.headers[scheme.header];
    return typeof value === "string" ? value : undefined;
  },
  mustVerify: () => true,
  equal: isEqual,
  isTimely: (age, scheme) => age <= 300 && (!scheme.checksFuture || age >= -300),
  secrets: (scheme) => [scheme.secret],
  reject: answer(401, "invalid signature"),
  parse: (body) => JSON.parse(body.toString("utf8")) as Record<string, unknown>,
  onMalformed: answer(400, "malformed"),
  onUnknownType: answer(200),
  onDuplicate: answer(200, "seen"),
  onRetry: undefined,
  onMethod: answer(405),
  onEvent: answer(200, "ok"),
  before: () => false,
  limit: 5_000_000,
  dedupe: true,
};

export interface Receiver {
  readonly url: string;
  /** For a server of the test's own. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** How many events were applied. */
  readonly applied: () => number;
  readonly close: () => Promise<void>;
}

/** Starts a receiver for a scheme: right, but for what `wrong` replaces. */
export const startReceiver = async (scheme: ReceiverScheme, wrong: Partial<Behaviour> = {}): Promise<Receiver> => {
  const be: Behaviour = { ...right, ...wrong };
  const seen = new Set<string>();
  let applied = 0;
  let url = "";
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (await be.before(request, response)) return;
    if (request.method !== "POST") return be.onMethod(response);
    const body = await be.readBody(request);
    if (body.length > be.limit) return answer(413)(response);
    const header = be.signatureHeader(request, scheme);
    if (be.mustVerify(header)) {
      const age =
        scheme.timestamp === undefined ? 0 : Math.floor(Date.now() / 1000) - scheme.timestamp(request.headers);
      const given = header === undefined ? [] : scheme.given(header);
      const isSigned = be.secrets(scheme).some((secret) => {
        const expected = scheme.expected(be.content(body), request.headers, url, secret);
        return given.some((one) => be.equal(one, expected));
      });
      if (Number.isNaN(age) || !be.isTimely(age, scheme) || !isSigned) return be.reject(response);
    }
    let event: Record<string, unknown>;
    try {
      event = be.parse(body);
    } catch {
      return be.onMalformed(response);
    }
    const { challenge } = event;
    if (typeof challenge === "string") return answer(200, JSON.stringify({ challenge }))(response);
    const type = scheme.eventType(event, request.headers);
    if (type.includes("unheard")) return be.onUnknownType(response, type);
    const attempt = scheme.attempt === undefined ? undefined : request.headers[scheme.attempt];
    if (be.onRetry !== undefined && attempt !== undefined && attempt !== "1") return be.onRetry(response);
    const id = scheme.eventId(event, request.headers);
    if (be.dedupe && seen.has(id)) return be.onDuplicate(response);
    seen.add(id);
    applied++;
    be.onEvent(response);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    // An exception in a handler is a 500 in every framework.
    handle(request, response).catch(() => {
      if (!response.headersSent) answer(500)(response);
    });
  };
  const server = await serve(listener);
  url = `${server.url}/hooks`;
  return { url, handle: listener, applied: () => applied, close: server.close };
};

/** Starts a receiver, uses it and closes it. */
export const withReceiver = async (
  scheme: ReceiverScheme,
  wrong: Partial<Behaviour>,
  use: (receiver: Receiver) => Promise<void>,
): Promise<void> => {
  const receiver = await startReceiver(scheme, wrong);
  try {
    await use(receiver);
  } finally {
    await receiver.close();
  }
};

/** A server on a free port of this machine. */
export const serve = async (
  listener: RequestListener,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> => {
  const server = createServer({ keepAliveTimeout: 500 }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
