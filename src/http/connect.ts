import { connect as tcpConnect, isIP } from "node:net"; // undici's `connect`: times DNS and TCP, unix sockets, --resolve.
import type { LookupFunction, Socket } from "node:net";
import { connect as tlsConnect } from "node:tls"; // The same for TLS: the name that is checked, ALPN, client certificates.
import type { SecureContext, TLSSocket } from "node:tls";
import { connectionClosedError } from "./closed.ts";
import { secureContextFor } from "./trust.ts";
import type { TrustOptions } from "./trust.ts";
import type { Proxy } from "./proxy.ts";

/**
 * `--resolve host:port:address`: an address to use instead of DNS; several entries for a name are several addresses.
 */
export interface Resolution {
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

export interface ConnectOptions extends TrustOptions {
  /** Whether to skip TLS certificate checks. */
  readonly insecure?: boolean;
  readonly resolve?: readonly Resolution[];
  /** Connect to this socket file instead of the URL's host. */
  readonly unixSocket?: string;
  /** Whether to offer HTTP/2 in the TLS handshake. */
  readonly http2?: boolean;
}

/** How long each phase of opening a connection took; null for a phase that didn't happen. */
export interface ConnectTimings {
  dnsMs: number | null;
  /** The time until the TCP connection, or with a proxy its tunnel, was open. */
  connectMs: number | null;
  tlsMs: number | null;
}

/** A connection that is being opened, then open. */
export interface Opening {
  readonly timings: ConnectTimings;
  /** The current stage; the stage at which it fails determines the kind of failure. */
  stage: "connecting" | "proxy" | "handshake" | "open";
  /** Closes it at any stage. */
  destroy(): void;
}

/** Opens a connection to a URL's host, directly or through a proxy. */
export type Connector = (url: URL, proxy: Proxy | undefined) => Opening & { readonly socket: Promise<Socket> };

/**
 * Creates a connector that measures DNS, TCP and TLS separately. If there are several addresses, Node alternates
 * between families (RFC 8305).
 * @param clock milliseconds, monotonic
 * @throws HookproofError `input-malformed` for an invalid certificate
 */
export const createConnector = (options: ConnectOptions, clock: () => number): Connector => {
  const server = secureContextFor(options);
  // The same certificates are trusted for a proxy, but the client certificate is only for the server.
  const { clientCert: _, ...trustOnly } = options;
  const settings = { options, clock, trust: { server, proxy: secureContextFor(trustOnly) } };
  return (url, proxy) => {
    let socket: Socket | undefined;
    const opening: Opening = {
      timings: { dnsMs: null, connectMs: null, tlsMs: null },
      stage: "connecting",
      destroy: () => socket?.destroy(),
    };
    // Destroying the first socket also ends what runs over it.
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
    // The certificate is checked for the URL's host, whatever address is used. SNI can't be an IP address.
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

/** Waits for a socket's event. From then on, the caller must handle its errors. */
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
