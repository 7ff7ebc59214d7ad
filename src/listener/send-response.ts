import type { ServerResponse } from "node:http";
import { answerEarly } from "../http/linger.ts";
import type { Forwarded } from "./forward.ts";
import type { Reply } from "./respond.ts";

/** What became of a response. */
export interface Outcome {
  /** Null where none was given. */
  readonly status: number | null;
  /** False where the sender had gone already. */
  readonly sent: boolean;
}

/** Sends a scripted response; its delay is over. `hang` leaves the connection to whoever closes it. */
export const sendResponse = (response: ServerResponse, reply: Reply): Outcome => {
  // The response to a pipelined request has no socket of its own yet, but its request has.
  const { socket } = response.req;
  if (response.destroyed || socket.destroyed) return { status: null, sent: false };
  switch (reply.kind) {
    case "hang":
      return { status: null, sent: true };
    case "reset":
      socket.resetAndDestroy();
      return { status: null, sent: true };
    case "status":
      response.writeHead(reply.status, [...emptyBody(reply.status), ...reply.headers.flat()]);
      response.end();
      return { status: reply.status, sent: true };
  }
};

/** What tells the sender that no body follows; 204 and 304 say so by themselves (RFC 9110, 8.6). */
const emptyBody = (status: number): readonly string[] =>
  status === 204 || status === 304 ? [] : ["Content-Length", "0"];

// Of the connection and not of the response (RFC 9110, 7.6.1); our connection has its own.
const hopByHop = new Set(["connection", "keep-alive", "proxy-connection", "proxy-authenticate", "upgrade", "trailer"]);

/** Sends the upstream's response, its headers in their order and case; 502 where there was none. */
export const sendForwarded = (response: ServerResponse, forwarded: Forwarded): Outcome => {
  if (response.destroyed) return { status: null, sent: false };
  const { status } = forwarded;
  response.sendDate = false;
  try {
    if (status === null || status < 200)
      return sendText(
        response,
        forwarded.error?.code === "TIMEOUT" ? 504 : 502,
        forwarded.error?.message ?? `the upstream answered ${status}`,
      );
    const headers = forwarded.headers.filter(([name]) => !hopByHop.has(name.toLowerCase())).flat();
    response.writeHead(status, forwarded.statusText.replace(/[^\t\x20-\x7e\x80-\xff]/g, ""), headers);
    response.end(forwarded.body);
    return { status, sent: true };
  } catch {
    // A header that Node will not write.
    return response.headersSent
      ? { status: null, sent: false }
      : sendText(response, 502, "the upstream's answer has headers that cannot be passed on");
  }
};

/** Refuses a body that is too large. */
export const sendTooLarge = (response: ServerResponse): Outcome => {
  if (response.destroyed) return { status: null, sent: false };
  answerEarly(response, 413);
  return { status: 413, sent: true };
};

const sendText = (response: ServerResponse, status: number, text: string): Outcome => {
  const body = Buffer.from(`hookproof: ${text}\n`);
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Content-Length": body.length });
  response.end(body);
  return { status, sent: true };
};
