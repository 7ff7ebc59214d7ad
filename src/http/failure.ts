import { errnoOf } from "../errors.ts";
import type { NetworkFailure, NetworkFailureKind } from "../request/attempt.ts";
import type { Opening } from "./connect.ts";
import { ProxyRefusal } from "./proxy.ts";

const kinds: Readonly<Record<string, NetworkFailureKind>> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_NODATA: "dns",
  ECONNREFUSED: "refused",
  ENOENT: "refused",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  EACCES: "unreachable",
  ECONNRESET: "reset",
  EPIPE: "reset",
  ECONNABORTED: "reset",
  UND_ERR_SOCKET: "reset",
  ETIMEDOUT: "timeout",
  UND_ERR_ABORTED: "aborted",
  UND_ERR_DESTROYED: "aborted",
};

const words: Readonly<Record<NetworkFailureKind, string>> = {
  dns: "the host name does not resolve",
  refused: "the connection was refused",
  unreachable: "the host cannot be reached",
  reset: "the connection was closed without a response",
  tls: "the TLS handshake failed",
  timeout: "no response in time",
  incomplete: "the response was cut off",
  malformed: "the response is not valid HTTP",
  aborted: "stopped",
  proxy: "the proxy could not be used",
  other: "the request failed",
};

export interface Progress {
  /** The stage that the connection had reached. */
  readonly stage: Opening["stage"];
  /** Whether bytes of a response had arrived. */
  readonly responseStarted: boolean;
  /** Whether the response's head was complete. */
  readonly hasStatus: boolean;
  /** The requested host. */
  readonly hostname?: string;
}

/** Converts an exception to a network failure. */
export const networkFailure = (error: unknown, progress: Progress): NetworkFailure => {
  const root = rootOf(error);
  const code = isCutOff(root, progress) ? "ECONNRESET" : (errnoOf(root) ?? errnoOf(error));
  const kind = kindOf(code, root, progress);
  const failure = { kind, code: systemCode(code, kind), message: wording(kind, root, progress) };
  return progress.stage === "proxy"
    ? {
        ...failure,
        kind: "proxy",
        message: root instanceof ProxyRefusal ? root.message : `${words.proxy}: ${failure.message}`,
      }
    : failure;
};

/** The failure of a request that a proxy refused. */
export const proxyFailure = (message: string): NetworkFailure => ({ kind: "proxy", code: null, message });

/** The failure of an attempt whose time ran out. @param connected whether a connection was open by then */
export const timeoutFailure = (afterMs: number, connected: boolean): NetworkFailure => ({
  kind: "timeout",
  code: null,
  message: connected ? `no complete response within ${afterMs / 1000}s` : `no connection within ${afterMs / 1000}s`,
});

const wording = (kind: NetworkFailureKind, error: unknown, progress: Progress): string => {
  if (kind === "refused") return refusal(error, progress);
  if (kind !== "tls" && kind !== "other" && kind !== "malformed") return words[kind];
  if (kind === "malformed" && errnoOf(error) === interimStatusCode) return `${words[kind]}: its status is below 100`;
  return `${words[kind]}: ${messageOf(error)}`;
};

/** Describes a refused connection: on this machine nothing is listening; elsewhere it may also be a firewall. */
const refusal = (error: unknown, { stage, hostname }: Progress): string => {
  const [address, port] = [fieldOf(error, "address"), fieldOf(error, "port")];
  if (address === undefined) return words.refused;
  if (port === undefined)
    return errnoOf(error) === "ENOENT"
      ? `there is no socket file ${address}`
      : `nothing is listening on the socket file ${address}`;
  const name = stage === "proxy" || hostname === undefined ? address : hostname;
  const peer = `${name.includes(":") && !name.startsWith("[") ? `[${name}]` : name}:${port}`;
  return /^(?:127\.|::1$|::ffff:127\.)/.test(address)
    ? `nothing is listening on ${peer}`
    : `${peer} refused the connection`;
};

/** A field that Node adds to a connection error. */
const fieldOf = (error: unknown, name: "address" | "port"): string | undefined => {
  const value: unknown = error instanceof Error ? Object.getOwnPropertyDescriptor(error, name)?.value : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
};

/** The error code if it comes from the system or TLS; those of undici add nothing to the kind. */
const systemCode = (code: string | undefined, kind: NetworkFailureKind): string | null => {
  if (kind === "malformed") return null;
  if (code === "UND_ERR_SOCKET") return "ECONNRESET";
  return code === undefined || /^(?:UND_ERR|HPE_|ERR_HTTP2)/.test(code) ? null : code;
};

const kindOf = (code: string | undefined, error: unknown, progress: Progress): NetworkFailureKind => {
  if (code !== undefined && isTlsCode(code)) return "tls";
  if (code !== undefined && (code.startsWith("HPE_") || code === "UND_ERR_HEADERS_OVERFLOW")) return "malformed";
  if (code === undefined && error instanceof Error && error.name === "HTTPParserError") return "malformed";
  // undici reports this for any head that it can't parse if it has a length.
  if (
    isUnexpectedInterim(error) ||
    (code === interimStatusCode && progress.responseStarted) ||
    code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"
  )
    return "malformed";
  const known = code === undefined ? undefined : kinds[code];
  if (known === "reset" && progress.responseStarted) return "incomplete";
  if (known === "reset" && progress.stage === "handshake") return "tls";
  if (known !== undefined) return known;
  if (code?.startsWith("ERR_HTTP2") === true || code === "UND_ERR_INFO")
    return progress.responseStarted ? "incomplete" : "reset";
  return error instanceof Error && error.name === "AbortError" ? "aborted" : "other";
};

/**
 * Whether the connection ended before the body was complete. With `Connection: close` in the head, undici reports such
 * a reset differently.
 */
const isCutOff = (error: unknown, { hasStatus }: Progress): boolean =>
  hasStatus &&
  error instanceof Error &&
  (errnoOf(error) === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" || error.message.includes("(Invalid EOF state)"));

/** undici fails with this assertion at the end of a response with such a status. */
const interimStatusCode = "ERR_ASSERTION";

/**
 * Whether undici ended the connection because of a `100 Continue` or `101 Switching Protocols`, which we never ask for.
 */
const isUnexpectedInterim = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === "SocketError" &&
  (error.message === "bad response" || error.message === "bad upgrade");

const isTlsCode = (code: string): boolean =>
  /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|CRL_)/.test(
    code,
  ) || code === "EPROTO";

/** The underlying error: Node tries several addresses and reports their errors together. */
const rootOf = (error: unknown): unknown => {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error && errnoOf(error) === undefined)
    return rootOf(error.cause);
  return error;
};

const messageOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  if (text === "bad response") return "an unrequested 100 Continue";
  if (text === "bad upgrade") return "an unrequested protocol switch";
  if (errnoOf(error) === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") return "the head of the response";
  if (errnoOf(error) === "UND_ERR_HEADERS_OVERFLOW") return "its head is longer than 64 KiB";
  // Only the parser's reason; our message already says the rest.
  const [, parsers] = /^Response does not match the HTTP\/1\.1 protocol \((.*)\)$/.exec(text) ?? [];
  if (parsers !== undefined) return parsers;
  // OpenSSL's full message is long and contains source file names, so keep only the reason.
  const reason = /SSL routines:[^:]*:([^:\n]+)/.exec(text)?.[1] ?? text;
  return reason.split("\n")[0] ?? "";
};
