import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { request as requestOf } from "undici";
import { listening } from "../delivery/support.ts";
import type { Pem } from "./tls-support.ts";

export interface ProxyServer {
  readonly url: string;
  readonly port: number;
  /** `CONNECT host:port` for each tunnel, `POST http://host/path` for each request that was passed on. */
  readonly seen: readonly string[];
  /** `Proxy-Authorization` of each. */
  readonly credentials: readonly (string | undefined)[];
  close(): void;
}

export interface ProxyOptions {
  /** Status that everything is refused with. */
  readonly refuses?: number;
  /** Speaks TLS itself. */
  readonly tls?: Pem;
  /** Where tunnels lead, whatever host they ask for. */
  readonly leadsTo?: number;
}

/** A forward proxy: tunnels by CONNECT, and passes on requests by their absolute URL. */
export const startProxy = async ({ refuses, tls, leadsTo }: ProxyOptions = {}): Promise<ProxyServer> => {
  const seen: string[] = [];
  const credentials: (string | undefined)[] = [];
  const sockets = new Set<Duplex>();
  const note = (request: IncomingMessage): void => {
    seen.push(`${request.method} ${request.url}`);
    credentials.push(request.headers["proxy-authorization"]);
  };
  const server: Server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on("connection", (socket: Duplex) => sockets.add(socket));
  server.on("request", (request: IncomingMessage, response) => {
    note(request);
    if (refuses !== undefined) {
      response.writeHead(refuses).end("refused");
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const target = new URL(String(request.url));
      if (leadsTo !== undefined) target.host = `127.0.0.1:${leadsTo}`;
      void requestOf(target, {
        method: "POST",
        headers: { host: String(request.headers.host), "x-passed-on": JSON.stringify(request.rawHeaders) },
        body: Buffer.concat(chunks),
      }).then(async (upstream) => response.writeHead(upstream.statusCode).end(await upstream.body.text()));
    });
  });
  server.on("connect", (request: IncomingMessage, socket: Duplex) => {
    note(request);
    socket.on("error", () => undefined);
    if (refuses !== undefined) {
      socket.end(`HTTP/1.1 ${refuses} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const [host, port] = String(request.url).split(":");
    const upstream = connect(
      { host: leadsTo === undefined ? host : "127.0.0.1", port: leadsTo ?? Number(port) },
      () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(upstream).pipe(socket);
      },
    );
    upstream.on("error", () => socket.destroy());
    sockets.add(upstream);
  });
  const port = await listening(server);
  return {
    url: `${tls === undefined ? "http" : "https"}://localhost:${port}`,
    port,
    seen,
    credentials,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
