import type { HeaderPair } from "../request/request.ts";

/**
 * Headers that belong to a connection rather than the message (RFC 9110, 7.6.1), those that frame the body, and those
 * meant for a proxy. In lower case.
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

/**
 * The tokens of all `Connection` headers, in lower case: `close`, and names of headers meant only for this connection.
 */
export const connectionTokens = (headers: readonly HeaderPair[]): ReadonlySet<string> => {
  const tokens = new Set<string>();
  for (const [name, value] of headers) {
    if (name.length !== 10 || name.toLowerCase() !== "connection") continue;
    for (const token of value.toLowerCase().split(",")) tokens.add(token.trim());
  }
  return tokens;
};
