import { isIP } from "node:net";
import { connect } from "node:tls";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import { failed, within } from "./step.ts";
import type { StepFailure } from "./step.ts";

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601, UTC. */
  readonly validFrom: string;
  readonly validTo: string;
  /** Names it is good for, as in its subjectAltName. */
  readonly names: string;
  readonly fingerprint256: string;
}

export interface TlsFacts {
  readonly address: string;
  readonly protocol: string | null;
  readonly cipher: string | null;
  /** What was agreed on by ALPN: `h2`, `http/1.1`; null where the server has no say. */
  readonly alpn: string | null;
  /** The leaf first, as the server sends them and as this machine can complete them. */
  readonly chain: readonly CertificateFacts[];
  /** Why a platform's client would refuse: Node's code (`CERT_HAS_EXPIRED`, `ERR_TLS_CERT_ALTNAME_INVALID`); null where it trusts. */
  readonly refusal: StepFailure | null;
  /** The certificate names this host. One that nobody trusts may also be for another. */
  readonly namesHost: boolean;
  readonly ms: number | null;
  /** The handshake itself failed: not TLS at all, or no protocol in common. */
  readonly error: StepFailure | null;
}

export interface TlsOptions {
  readonly hostname: string;
  readonly port: number;
  /** PEM of certificates to trust besides the usual ones. */
  readonly ca?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Shakes hands and looks at what the server shows; a certificate that is refused is reported, not trusted. */
export const probeTls = async (address: string, options: TlsOptions): Promise<TlsFacts> => {
  const { hostname, port, ca, timeoutMs, signal } = options;
  const start = performance.now();
  const socket = connect({
    host: address,
    port,
    ALPNProtocols: ["h2", "http/1.1"],
    // The facts are wanted of certificates that are refused too; nothing is sent over this connection.
    rejectUnauthorized: false,
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    ...(ca === undefined ? {} : { ca }),
    checkServerIdentity: () => undefined,
  });
  try {
    await within(
      new Promise<void>((resolve, reject) => {
        socket.once("secureConnect", resolve);
        socket.once("error", reject);
        socket.once("close", () =>
          reject(Object.assign(new Error("the connection was closed during the handshake"), { code: "ECONNRESET" })),
        );
      }),
      timeoutMs,
      signal,
    );
    return { address, ...(await factsOf(socket, hostname)), ms: performance.now() - start, error: null };
  } catch (error) {
    return {
      address,
      protocol: null,
      cipher: null,
      alpn: null,
      chain: [],
      refusal: null,
      namesHost: false,
      ms: null,
      error: failed(error),
    };
  } finally {
    socket.on("error", () => undefined);
    socket.destroy();
  }
};

const factsOf = async (
  socket: TLSSocket,
  hostname: string,
): Promise<Pick<TlsFacts, "protocol" | "cipher" | "alpn" | "chain" | "refusal" | "namesHost">> => {
  const { checkServerIdentity } = await import("node:tls");
  const leaf = socket.getPeerCertificate(true);
  const untrusted = refusalOf(socket.authorizationError);
  const wrongName = Object.keys(leaf).length === 0 ? undefined : checkServerIdentity(hostname, leaf);
  return {
    protocol: socket.getProtocol(),
    cipher: socket.getCipher().standardName ?? socket.getCipher().name,
    alpn: typeof socket.alpnProtocol === "string" ? socket.alpnProtocol : null,
    chain: chainOf(leaf),
    namesHost: wrongName === undefined,
    refusal:
      untrusted !== null && !socket.authorized
        ? untrusted
        : wrongName === undefined
          ? null
          : { code: "ERR_TLS_CERT_ALTNAME_INVALID", message: wrongName.message },
  };
};

/** Node declares an Error and hands over a code as text. */
const refusalOf = (given: unknown): StepFailure | null =>
  given instanceof Error ? failed(given) : typeof given === "string" ? { code: given, message: given } : null;

const chainOf = (leaf: DetailedPeerCertificate): readonly CertificateFacts[] => {
  const chain: CertificateFacts[] = [];
  const seen = new Set<string>();
  for (
    let one: DetailedPeerCertificate | undefined = leaf;
    one !== undefined && Object.keys(one).length > 0 && chain.length < 10;
    one = one.issuerCertificate
  ) {
    if (seen.has(one.fingerprint256)) break;
    seen.add(one.fingerprint256);
    chain.push({
      subject: nameOf(one.subject),
      issuer: nameOf(one.issuer),
      validFrom: iso(one.valid_from),
      validTo: iso(one.valid_to),
      names: one.subjectaltname ?? "",
      fingerprint256: one.fingerprint256,
    });
  }
  return chain;
};

const nameOf = (name: DetailedPeerCertificate["subject"]): string => {
  const first = (value: string | readonly string[] | undefined): string =>
    typeof value === "string" ? value : (value?.[0] ?? "");
  return first(name.CN) || first(name.O) || "(no name)";
};

const iso = (text: string): string => {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : new Date(ms).toISOString();
};
