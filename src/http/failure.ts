import { errnoOf } from "../errors.ts";
import type { NetworkFailure, NetworkFailureKind } from "../request/attempt.ts";

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
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "incomplete",
  UND_ERR_ABORTED: "aborted",
};

const words: Readonly<Record<NetworkFailureKind, string>> = {
  dns: "the host name does not resolve",
  refused: "the connection was refused",
  unreachable: "the host cannot be reached",
  reset: "the connection was closed without an answer",
  tls: "the TLS handshake failed",
  timeout: "no answer in time",
  incomplete: "the answer ended in the middle",
  malformed: "what came back is not HTTP",
  aborted: "stopped",
  other: "the request failed",
};

export interface Progress {
  /** The request had been handed to a connection. */
  readonly sent: boolean;
  /** Bytes of an answer had come. */
  readonly answered: boolean;
  /** The connection stood, and TLS was being agreed on. */
  readonly inHandshake: boolean;
}

/** Tells what kind of network failure an exception is. */
export const networkFailure = (error: unknown, progress: Progress): NetworkFailure => {
  const root = rootOf(error);
  const code = errnoOf(root) ?? errnoOf(error);
  const kind = kindOf(code, root, progress);
  const detail = kind === "tls" || kind === "other" || kind === "malformed" ? messageOf(root) : undefined;
  return { kind, code: code ?? null, message: detail === undefined ? words[kind] : `${words[kind]}: ${detail}` };
};

/** The failure of an attempt whose time ran out. @param connected whether a connection stood by then */
export const timeoutFailure = (afterMs: number, connected: boolean): NetworkFailure => ({
  kind: "timeout",
  code: null,
  message: connected ? `no complete answer within ${afterMs / 1000}s` : `no connection within ${afterMs / 1000}s`,
});

const kindOf = (code: string | undefined, error: unknown, progress: Progress): NetworkFailureKind => {
  if (code !== undefined && isTlsCode(code)) return "tls";
  if (code !== undefined && (code.startsWith("HPE_") || code === "UND_ERR_HEADERS_OVERFLOW")) return "malformed";
  const known = code === undefined ? undefined : kinds[code];
  if (known === "reset" && progress.answered) return "incomplete";
  if (known === "reset" && progress.inHandshake) return "tls";
  if (known !== undefined) return known;
  if (error instanceof Error && error.name === "HTTPParserError") return "malformed";
  return error instanceof Error && error.name === "AbortError" ? "aborted" : "other";
};

const isTlsCode = (code: string): boolean =>
  /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|CRL_)/.test(
    code,
  ) || code === "EPROTO";

/** The error behind the error: Node tries several addresses and reports them together. */
const rootOf = (error: unknown): unknown => {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error && errnoOf(error) === undefined)
    return rootOf(error.cause);
  return error;
};

const messageOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  // OpenSSL's own text is long and repeats file names.
  const reason = /SSL routines:[^:]*:([^:\n]+)/.exec(text)?.[1] ?? text;
  return reason.split("\n")[0] ?? "";
};
