import { connect as tcpConnect, isIP } from "node:net"; // undici's `connect`: times DNS and TCP, unix sockets, --resolve.
import type { LookupFunction, Socket } from "node:net";
import { connect as tlsConnect } from "node:tls"; // The same for TLS: the name that is checked, ALPN, client certificates.
import type { SecureContext, TLSSocket } from "node:tls";
import { connectionClosedError } from "./closed.ts";
import { secureContextFor } from "./trust.ts";
import type { TrustOptions } from "./trust.ts";
import type { Proxy } from "./proxy.ts";

/** `--resolve host:port:address`: where a name leads instead of the DNS; several lines are several addresses. */
export interface Resolution {
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

export interface ConnectOptions extends TrustOptions {
  /** TLS certificates are not checked. */
  readonly insecure?: boolean;
  readonly resolve?: readonly Resolution[];
  /** Connect to this socket file instead of the URL's host. */
  readonly unixSocket?: string;
  /** Ask for HTTP/2 when TLS is agreed on. */
  readonly http2?: boolean;
}

/** What opening one connection took; null for a phase that did not happen. */
export interface ConnectTimings {
  dnsMs: number | null;
  /** Until the TCP connection stood; with a proxy, until its tunnel did. */
  connectMs: number | null;
  tlsMs: number | null;
}

/** A connection that is being opened, then open. */
export interface Opening {
  readonly timings: ConnectTimings;
  /** What is under way: where it fails tells what kind of failure it is. */
  stage: "connecting" | "proxy" | "handshake" | "open";
  /** Closes it at whatever stage it is. */
  destroy(): void;
}

/** Begins a connection to a URL's host, directly or through a proxy. */
export type Connector = (url: URL, proxy: Proxy | undefined) => Opening & { readonly socket: Promise<Socket> };

/**
 * A connector that times name resolution, TCP and TLS apart. Of several addresses Node tries the
 * families in turn (RFC 8305).
 * @param clock milliseconds, monotonic
 * @throws HookproofError `input-malformed` where a certificate to trust or to show is none
 */
export const createConnector = (options: ConnectOptions, clock: () => number): Connector => {
  const server = secureContextFor(options);
  // A proxy is trusted alike, but is shown no client certificate: that is for the server.
  const { clientCert: _, ...trustOnly } = options;
  const settings = { options, clock, trust: { server, proxy: secureContextFor(trustOnly) } };
  return (url, proxy) => {
    let socket: Socket | undefined;
    const opening: Opening = {
      timings: { dnsMs: null, connectMs: null, tlsMs: null },
      stage: "connecting",
      destroy: () => socket?.destroy(),
    };
    // What is opened over the first socket ends with it.
    const begun = (one: Socket): void => void (socket = one);
    return Object.assign(opening, { socket: open(settings, url, proxy, opening, begun) });
  };
};

interface Settings {
  readonly options: ConnectOptions;
  readonly clock: () => number;
  readonly trust: Readonly<Record<"server" | "proxy", SecureContext | undefined>>;
}

const open = async (
  { options, clock, trust }: Settings,
  url: URL,
  proxy: Proxy | undefined,
  opening: Opening,
  begun: (socket: Socket) => void,
): Promise<Socket> => {
  const { timings } = opening;
  const started = clock();
  let resolved = started;
  if (proxy !== undefined) opening.stage = "proxy";
  const tcp = dial(proxy?.url ?? url, options);
  begun(tcp.socket);
  tcp.socket.once("lookup", () => {
    resolved = clock();
    if (tcp.isLookedUp) timings.dnsMs = resolved - started;
  });
  let socket = await ready(tcp.socket, "connect");
  if (proxy?.url.protocol === "https:") {
    const secured = secure(socket, proxy.url, { secureContext: trust.proxy, ALPNProtocols: ["http/1.1"] });
    socket = await ready(secured, "secureConnect");
  }
  const isSecure = url.protocol === "https:";
  if (proxy !== undefined && isSecure) {
    const { openTunnel } = await import("./tunnel.ts");
    socket = await openTunnel(socket, proxy, url);
  }
  const connected = clock();
  timings.connectMs = connected - resolved;
  if (isSecure) {
    opening.stage = "handshake";
    const secured = secure(socket, url, {
      secureContext: trust.server,
      ALPNProtocols: options.http2 === true ? ["h2", "http/1.1"] : ["http/1.1"],
      rejectUnauthorized: options.insecure !== true,
    });
    socket = await ready(secured, "secureConnect");
    timings.tlsMs = clock() - connected;
  }
  opening.stage = "open";
  return socket;
};

const dial = (url: URL, options: ConnectOptions): { readonly socket: Socket; readonly isLookedUp: boolean } => {
  if (options.unixSocket !== undefined) return { socket: tcpConnect({ path: options.unixSocket }), isLookedUp: false };
  const host = hostOf(url);
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const fixed = options.resolve?.filter((one) => one.host.toLowerCase() === host.toLowerCase() && one.port === port);
  const isFixed = fixed !== undefined && fixed.length > 0;
  const socket = tcpConnect({ host, port, noDelay: true, ...(isFixed ? { lookup: leadingTo(fixed) } : {}) });
  return { socket, isLookedUp: isIP(host) === 0 && !isFixed };
};

const secure = (socket: Socket, url: URL, options: TlsOptions): TLSSocket => {
  const host = hostOf(url);
  const { secureContext, ...rest } = options;
  return tlsConnect({
    ...rest,
    socket,
    // The name that the certificate is checked for stays the URL's, whatever address is taken. An IP address cannot be an SNI.
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(secureContext === undefined ? {} : { secureContext }),
  });
};

interface TlsOptions {
  readonly secureContext: SecureContext | undefined;
  readonly ALPNProtocols: string[];
  readonly rejectUnauthorized?: boolean;
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

/** Waits for a socket's event; whoever has it then listens for its errors. */
const ready = (socket: Socket, event: "connect" | "secureConnect"): Promise<Socket> =>
  new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.once("close", () => reject(connectionClosedError()));
    socket.once(event, () => resolve(socket));
  });

const leadingTo =
  (fixed: readonly Resolution[]): LookupFunction =>
  (_host, options, callback) => {
    const addresses = fixed.map(({ address }) => ({ address, family: isIP(address) }));
    const [first] = addresses;
    if (options.all === true) callback(null, addresses);
    else callback(null, first?.address ?? "", first?.family);
  };
