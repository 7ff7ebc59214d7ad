import type { HeaderPair } from "../request/request.ts";

/**
 * Headers of one connection, not of the message (RFC 9110, 7.6.1), with those that frame the body, and those
 * that are said to a proxy. In lower case.
 */
const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Whether a header belongs to the connection. @param name in lower case */
export const isConnectionHeader = (name: string): boolean => connectionHeaders.has(name);

/** The tokens of all `Connection` headers, in lower case: `close`, and headers that this connection alone is meant to see. */
export const connectionTokens = (headers: readonly HeaderPair[]): ReadonlySet<string> => {
  const tokens = new Set<string>();
  for (const [name, value] of headers) {
    if (name.length !== 10 || name.toLowerCase() !== "connection") continue;
    for (const token of value.toLowerCase().split(",")) tokens.add(token.trim());
  }
  return tokens;
};
