import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A line to a server that a test can stop and cut. */
export interface Line {
  /** The server's URL by way of this line. */
  readonly url: string;
  /** From now on the server hears nothing more; what it says still comes. */
  hold(): void;
  /** Once the client has said this, nothing comes of what the server answers, until the line is cut. */
  loseAfter(words: string): void;
  /** Ends all connections at once, as a pulled cable does. */
  cut(): void;
  close(): void;
}

/** A line to the server of a URL. */
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
