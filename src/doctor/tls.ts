import { isIP } from "node:net"; // Used to tell addresses from names; opens no socket.
import { connect } from "node:tls"; // Examines the handshake itself, including certificates that verification rejects.
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import { secureContextFor } from "../http/trust.ts";
import type { TrustOptions } from "../http/trust.ts";
import type { ProbeFacts } from "./probe.ts";
import { failed, within } from "./step.ts";
import type { StepFailure } from "./step.ts";

export type TlsFacts = NonNullable<ProbeFacts["tls"]>;

export interface TlsOptions {
  readonly hostname: string;
  readonly port: number;
  /** Additional trusted certificates, and a client certificate. */
  readonly connection: TrustOptions;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Performs a TLS handshake and reads what the server presents; an invalid certificate is reported, not trusted. */
export const probeTls = async (address: string, options: TlsOptions): Promise<TlsFacts> => {
  const { hostname, port, connection, timeoutMs, signal } = options;
  const secureContext = secureContextFor(connection);
  const start = performance.now();
  const socket = connect({
    host: address,
    port,
    ALPNProtocols: ["h2", "http/1.1"],
    // Invalid certificates must be examined too; nothing is sent over this connection.
    rejectUnauthorized: false,
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    ...(secureContext === undefined ? {} : { secureContext }),
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

/** Node's types declare an Error, but the value is a code as text. */
const refusalOf = (given: unknown): StepFailure | null =>
  given instanceof Error ? failed(given) : typeof given === "string" ? { code: given, message: given } : null;

const chainOf = (leaf: DetailedPeerCertificate): readonly TlsFacts["chain"][number][] => {
  const chain: TlsFacts["chain"][number][] = [];
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
