import type { ServerResponse } from "node:http";
import type { Forwarded } from "./forward.ts";
import type { Direct } from "../http/read-request.ts";
import type { Reply } from "./respond.ts";

/** What became of an answer. */
export interface Answered {
  /** Null where none was given. */
  readonly status: number | null;
  /** False where the sender had gone already. */
  readonly sent: boolean;
}

/** Gives a scripted reply, its delay over. `hang` leaves the connection to whoever closes it. */
export const giveReply = (response: ServerResponse | Direct, reply: Reply): Answered => {
  if ("direct" in response) return giveDirectly(response, reply);
  // An answer to a request that was sent ahead has no socket of its own yet, but its request has.
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

const giveDirectly = (connection: Direct, reply: Reply): Answered => {
  if (connection.gone) return { status: null, sent: false };
  if (reply.kind === "status") connection.empty(reply.status, reply.headers);
  else if (reply.kind === "reset") connection.reset();
  return { status: reply.kind === "status" ? reply.status : null, sent: true };
};

/** Forwarding and large bodies never come by the direct way. */
const notHere = (connection: Direct): Answered => {
  connection.destroy();
  return { status: null, sent: false };
};

/** What tells the sender that no body follows; 204 and 304 say so by themselves (RFC 9110, 8.6). */
const emptyBody = (status: number): readonly string[] =>
  status === 204 || status === 304 ? [] : ["Content-Length", "0"];

// Of the connection and not of the answer (RFC 9110, 7.6.1); our connection has its own.
const hopByHop = new Set(["connection", "keep-alive", "proxy-connection", "proxy-authenticate", "upgrade", "trailer"]);

/** Gives the upstream's answer, its headers in their order and case; 502 where there was none. */
export const giveForwarded = (response: ServerResponse | Direct, forwarded: Forwarded): Answered => {
  if ("direct" in response) return notHere(response);
  if (response.destroyed) return { status: null, sent: false };
  const { status } = forwarded;
  response.sendDate = false;
  try {
    if (status === null || status < 200)
      return giveText(
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
      : giveText(response, 502, "the upstream's answer has headers that cannot be passed on");
  }
};

/** Refuses a body that is too large, and takes the rest of it so that the sender can read the answer. */
export const giveTooLarge = (response: ServerResponse | Direct, lingerMs: number): Answered => {
  if ("direct" in response) return notHere(response);
  if (response.destroyed) return { status: null, sent: false };
  const { req } = response;
  response.writeHead(413, { Connection: "close", "Content-Length": 0 });
  response.flushHeaders();
  const done = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(done, lingerMs);
  if (req.complete || req.headers.expect !== undefined) done();
  else req.once("end", done).resume();
  response.once("close", () => clearTimeout(timer));
  return { status: 413, sent: true };
};

const giveText = (response: ServerResponse, status: number, text: string): Answered => {
  const body = Buffer.from(`hookproof: ${text}\n`);
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Content-Length": body.length });
  response.end(body);
  return { status, sent: true };
};
