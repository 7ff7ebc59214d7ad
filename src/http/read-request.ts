import type { IncomingMessage, ServerResponse } from "node:http";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { BodyBuffer } from "./body.ts";
import type { HeldBodies } from "./held-bodies.ts";
import type { Reason, Refuser } from "./refuse.ts";

/** A request as read from a connection. */
export interface Incoming {
  readonly request: WebhookRequest;
  /** True if the body is longer than the limit; `request.body` then holds its first bytes. */
  readonly overflow: boolean;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** Address of the sender's end of the connection. */
  readonly remote: string;
}

/** A request that is waiting for its response. */
export interface Received extends Incoming {
  readonly response: ServerResponse;
}

interface ReadOptions {
  readonly maxBody: number;
  readonly held: HeldBodies;
  readonly now: () => number;
  readonly onRequest: (received: Received) => void;
}

/**
 * Reads a complete request and hands it over, with headers in wire order and case. After a refused or too large one the
 * connection ends, and nothing after it is read as a request (RFC 9112, 9.6).
 */
export const readRequest = (req: IncomingMessage, res: ServerResponse, options: ReadOptions, refuse: Refuser): void => {
  const headers = pairsOf(req.rawHeaders);
  const { expect } = req.headers;
  if (refuse.isClosed(req.socket)) return;
  refuse.watch(req, res);
  const wrong = protocolError(req.httpVersion, headers);
  if (wrong !== undefined) {
    refuse.request(req, res, wrong);
    return;
  }

  const { held } = options;
  let body = new BodyBuffer(options.maxBody);
  const one = {
    size: 0,
    isWhole: false,
    refuse: () => {
      body = new BodyBuffer(0);
      refuse.request(req, res, crowded);
    },
  };
  const handOver = (overflow: boolean): void => {
    if (refuse.isRefused(req)) return;
    one.isWhole = true;
    if (overflow) refuse.close(req.socket);
    const receivedAt = options.now();
    options.onRequest({
      request: {
        method: req.method ?? "",
        target: req.url ?? "",
        httpVersion: req.httpVersion,
        headers,
        body: body.bytes,
        receivedAt,
      },
      overflow,
      receivedAt,
      remote: req.socket.remoteAddress ?? "",
      response: res,
    });
  };

  if (expect !== undefined && expect.toLowerCase() === "100-continue") {
    if (Number(req.headers["content-length"] ?? 0) > options.maxBody) {
      // With `Expect: 100-continue`, the sender gets a refusal before it sends the body.
      handOver(true);
      return;
    }
    res.writeContinue();
  }

  req.on("data", (chunk: Buffer) => {
    if (body.overflow || refuse.isRefused(req)) return;
    body.push(chunk);
    if (body.overflow) handOver(true);
    held.resize(one, body.bytes.length);
  });
  res.once("close", () => held.resize(one, 0));
  req.on("end", () => {
    if (!body.overflow) handOver(false);
  });
};

const crowded: Reason = {
  code: "too-many-bodies",
  message: "the bodies of all requests in progress together exceed the limit, and this one is the largest",
  status: 503,
};

/** The protocol violation of a request that Node's parser let through, if any. */
const protocolError = (version: string, headers: readonly HeaderPair[]): Reason | undefined => {
  if (version !== "1.1" && version !== "1.0")
    return { code: "http-version", message: `HTTP/${version} is not supported`, status: 400 };
  if (version === "1.0" || countOf(headers, "host") === 1) return undefined;
  const message = "an HTTP/1.1 request must have exactly one Host header (RFC 9112, 3.2)";
  return { code: "host-header", message, status: 400 };
};

/** Node's flat list of raw headers as pairs. */
export const pairsOf = (raw: readonly string[]): readonly HeaderPair[] => {
  const pairs: HeaderPair[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return pairs;
};

const countOf = (headers: readonly HeaderPair[], name: string): number => {
  let count = 0;
  for (const [key] of headers) if (key.length === name.length && key.toLowerCase() === name) count++;
  return count;
};
