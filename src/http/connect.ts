import { X509Certificate } from "node:crypto";
import { connect as tcpConnect, isIP } from "node:net";
import type { LookupFunction, Socket } from "node:net";
import { connect as tlsConnect, createSecureContext, rootCertificates } from "node:tls";
import type { SecureContext } from "node:tls";
import { HookproofError } from "../errors.ts";

/** `--resolve host:port:address`: where a name leads instead of the DNS. */
export interface Resolution {
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

export interface ConnectOptions {
  /** TLS certificates are not checked. */
  readonly insecure?: boolean;
  /** PEM certificates to trust besides the system's. */
  readonly caCert?: Buffer;
  readonly resolve?: readonly Resolution[];
  /** Connect to this socket file instead of the URL's host. */
  readonly unixSocket?: string;
}

/** What opening one connection took; null for a phase that did not happen. */
export interface ConnectTimings {
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  /** The TCP connection stands and TLS is under way. */
  inHandshake: boolean;
}

export interface Opening {
  readonly socket: Socket;
  readonly timings: ConnectTimings;
}

/** Who is told of a connection's progress. */
export interface Opener {
  /** Requests can be written. */
  ready(): void;
  /** Valid during the call only: the next piece takes its place. */
  data(piece: Buffer): void;
}

/** Begins a connection to a URL's host. Errors and its end are the socket's. */
export type Connector = (url: URL, opener: Opener) => Opening;

/** What is read at once; an answer to a webhook is much shorter. */
const readSize = 16 * 1024;

/**
 * A connector that times name resolution, TCP and TLS apart. Of several addresses Node tries the
 * families in turn (RFC 8305).
 * @param clock milliseconds, monotonic
 * @throws HookproofError `input-malformed` where the certificate to trust is none
 */
export const createConnector = (options: ConnectOptions, clock: () => number): Connector => {
  const secureContext = trusting(options.caCert);
  return (url, opener) => {
    const timings: ConnectTimings = { dnsMs: null, connectMs: null, tlsMs: null, inHandshake: false };
    const secure = url.protocol === "https:";
    const port = Number(url.port || (secure ? 443 : 80));
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const fixed = options.resolve?.find(
      (one) => one.host.toLowerCase() === host.toLowerCase() && one.port === port,
    )?.address;
    // Read into one buffer of its own: Node's streams would allocate 64 KiB for each answer.
    const buffer = Buffer.allocUnsafe(readSize);
    const onread = {
      buffer,
      callback: (size: number): boolean => {
        opener.data(buffer.subarray(0, size));
        return true;
      },
    };
    const where = {
      onread,
      ...(options.unixSocket === undefined
        ? { host: fixed ?? host, port, noDelay: true }
        : { path: options.unixSocket }),
    };
    const started = clock();
    let [resolved, connected] = [started, started];
    const socket: Socket = secure
      ? tlsConnect({
          ...where,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          // The name that the certificate is checked for stays the URL's, whatever address is taken.
          host,
          ...(fixed === undefined ? {} : { lookup: leadingTo(fixed) }),
          ALPNProtocols: ["http/1.1"],
          rejectUnauthorized: options.insecure !== true,
          ...(secureContext === undefined ? {} : { secureContext }),
        })
      : tcpConnect(where);
    socket.once("lookup", () => {
      resolved = clock();
      if (isIP(host) === 0 && fixed === undefined) timings.dnsMs = resolved - started;
    });
    socket.once("connect", () => {
      connected = clock();
      timings.connectMs = connected - resolved;
      timings.inHandshake = secure;
      if (!secure) opener.ready();
    });
    socket.once("secureConnect", () => {
      timings.tlsMs = clock() - connected;
      timings.inHandshake = false;
      opener.ready();
    });
    return { socket, timings };
  };
};

const leadingTo =
  (address: string): LookupFunction =>
  (_host, options, callback) => {
    const family = isIP(address);
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };

/** Made once: reading the root certificates takes longer than a handshake. */
const trusting = (caCert: Buffer | undefined): SecureContext | undefined => {
  if (caCert === undefined) return undefined;
  try {
    new X509Certificate(caCert);
  } catch (error) {
    throw new HookproofError("input-malformed", "the file to trust holds no PEM certificate", { cause: error });
  }
  return createSecureContext({ ca: [...rootCertificates, caCert.toString("latin1")] });
};
