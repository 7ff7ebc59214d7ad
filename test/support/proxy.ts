import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A proxied connection to a server that a test can block and cut. */
export interface Line {
  /** The server's URL through this proxy. */
  readonly url: string;
  /** From now on nothing reaches the server; its responses still arrive. */
  hold(): void;
  /** Once the client has sent these words, the server's responses are dropped until the line is cut. */
  loseAfter(words: string): void;
  /** Drops all connections at once, like a pulled cable. */
  cut(): void;
  close(): void;
}

/** Starts a proxy to the server of a URL. */
export const lineTo = async (url: string, usualPort: number): Promise<Line> => {
  const server = new URL(url);
  const sockets = new Set<Socket>();
  let wanted: string | undefined;
  const listener = createServer((socket) => {
    const upstream = connect(Number(server.port || usualPort), server.hostname);
    sockets.add(socket);
    socket.on("data", (said: Buffer) => {
      if (wanted === undefined || !said.includes(wanted)) return;
      wanted = undefined;
      upstream.unpipe(socket).resume();
    });
    socket.on("error", () => undefined).on("close", () => upstream.destroy());
    upstream.on("error", () => undefined).on("close", () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String((listener.address() as AddressInfo).port);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: through.href,
    hold: () => {
      for (const socket of sockets) socket.unpipe().resume();
    },
    loseAfter: (words) => {
      wanted = words;
    },
    cut,
    close: () => {
      cut();
      listener.close();
    },
  };
};
