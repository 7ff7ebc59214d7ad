import { Socket } from "node:net"; // undici hands the tunnel over as a stream: it must be a socket for TLS.
import { Client } from "undici";
import { connectionClosedError } from "./closed.ts";
import { proxyAuthorization, ProxyRefusal, proxyRefusal } from "./proxy.ts";
import type { Proxy } from "./proxy.ts";

/**
 * Asks a proxy to open a tunnel to a URL's host with CONNECT (RFC 9110, 9.3.6), over an open connection to the proxy.
 * undici's ProxyAgent could do this, but it turns a request's headers into an object and loses duplicates.
 * @throws ProxyRefusal with the proxy's status
 */
export const openTunnel = async (toProxy: Socket, proxy: Proxy, url: URL): Promise<Socket> => {
  const authority = `${url.hostname}:${url.port === "" ? 443 : url.port}`;
  let connection: Socket | undefined = toProxy;
  const client = new Client(proxy.url.origin, {
    headersTimeout: 0,
    connect: (_options, opened) => {
      // Provide only one connection: undici would retry on another one.
      const one = connection;
      connection = undefined;
      // Deferred: undici accepts the socket only after its call to connect has returned.
      queueMicrotask(() => (one === undefined ? opened(connectionClosedError(), null) : opened(null, one)));
    },
  });
  const { statusCode, socket } = await client.connect({
    path: authority,
    headers: {
      host: authority,
      ...(proxy.authorization === undefined ? {} : { [proxyAuthorization]: proxy.authorization }),
    },
  });
  if (statusCode >= 200 && statusCode < 300 && socket instanceof Socket) return socket;
  socket.on("error", () => undefined).destroy();
  throw new ProxyRefusal(proxyRefusal(statusCode));
};
