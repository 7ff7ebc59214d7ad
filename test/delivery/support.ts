import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";

/** Any server of Node's: net, http, https. */
interface Listening {
  listen(port: number, host: string, done: () => void): unknown;
  address(): AddressInfo | string | null;
}

/** Starts a server on a free port of this machine. @returns its port */
export const listening = (server: Listening): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });

export const post = (
  url: string,
  body: string | Buffer = "{}",
  headers: readonly HeaderPair[] = [],
): WebhookRequest => {
  const { host, pathname, search } = new URL(url);
  return {
    method: "POST",
    target: `${pathname}${search}`,
    url,
    headers: [["Host", host], ...headers],
    body: Buffer.from(body),
  };
};

export interface RawServer {
  readonly url: string;
  readonly port: number;
  /** What came on each connection, as bytes. */
  readonly received: Buffer[];
  readonly server: Server;
}

/** A server that hands each connection's bytes to a function, which answers as it likes. */
export const rawServer = async (
  answer: (socket: Socket, seen: Buffer, connection: number) => void,
  servers: { close(): unknown }[],
): Promise<RawServer> => {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const at = received.push(Buffer.alloc(0)) - 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("end", () => socket.end());
    socket.on("data", (piece) => {
      received[at] = Buffer.concat([received[at] ?? Buffer.alloc(0), piece]);
      answer(socket, received[at], at);
    });
  });
  const port = await listening(server);
  servers.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return { url: `http://127.0.0.1:${port}/hooks?x=1`, port, received, server };
};
