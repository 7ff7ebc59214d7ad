import { isWhitespace } from "../values/whitespace.ts";
import { constants, isUtf8 } from "node:buffer";
import type { Infer } from "../values/infer.ts";
import type { storedBytes } from "./schema.ts";
import { before, withoutEnd, withoutStart } from "../values/cut.ts";

/**
 * A header exactly as on the wire, with one character per byte (Latin-1), as in Node's `rawHeaders`, so that storing
 * and reading it back loses nothing.
 */
export type HeaderPair = readonly [name: string, value: string];

/** An HTTP request as bytes: the central data type. */
export interface WebhookRequest {
  readonly method: string;
  /** The request target as on the wire: `/hooks?x=1`. */
  readonly target: string;
  /** The absolute URL that the sender used, if known. */
  readonly url?: string;
  /** For example `1.1`; absent if unknown. */
  readonly httpVersion?: string;
  /** Headers in wire order and case, including duplicates. */
  readonly headers: readonly HeaderPair[];
  /** The body after transfer decoding (chunks), before content decoding (gzip). */
  readonly body: Buffer;
  /** When it was received, in epoch milliseconds, if known. */
  readonly receivedAt?: number;
  /** What the source file didn't preserve, as a clause: `it has no body`. */
  readonly lost?: string;
}

/** Every value of a header, in wire order, by name in any case. */
export const headerValues = (headers: readonly HeaderPair[], name: string): readonly string[] =>
  headers.filter(([key]) => sameName(key, name)).map(([, value]) => value);

/**
 * A header's value with outer whitespace removed (RFC 9110 5.5); repeated fields are joined by `, ` (RFC 9110 5.3).
 * Undefined if the header is absent.
 */
export const headerValue = (headers: readonly HeaderPair[], name: string): string | undefined => {
  let found: string | undefined;
  // A plain loop for speed: the listener looks up several headers of every request.
  for (const [key, value] of headers) {
    if (!sameName(key, name)) continue;
    const text = hasOuterWhitespace(value) ? withoutStart(withoutEnd(value, " \t"), " \t") : value;
    found = found === undefined ? text : `${found}, ${text}`;
  }
  return found;
};

/** Whether two header names are equal, ignoring case. Fast, because most are identical or differ in length. */
export const sameName = (a: string, b: string): boolean =>
  a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase());

const hasOuterWhitespace = (text: string): boolean =>
  text !== "" && (isWhitespace(text.charCodeAt(0)) || isWhitespace(text.charCodeAt(text.length - 1)));

/** The headers without those of the given names, order kept. */
export const withoutHeaders = (headers: readonly HeaderPair[], names: readonly string[]): readonly HeaderPair[] => {
  const drop = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter(([key]) => !drop.has(key.toLowerCase()));
};

/** Headers followed by the user's own, which replace those of the same name. */
export const withOwnHeaders = (headers: readonly HeaderPair[], own: readonly HeaderPair[]): readonly HeaderPair[] =>
  own.length === 0
    ? headers
    : [
        ...withoutHeaders(
          headers,
          own.map(([name]) => name),
        ),
        ...own,
      ];

/**
 * The URL that the sender called: the given one, or one built from `Host` and target, assuming `https` as is usual for
 * webhooks.
 */
export const requestUrl = (request: WebhookRequest): string | undefined => {
  if (request.url !== undefined) return request.url;
  if (/^https?:\/\//i.test(request.target)) return request.target;
  const host = headerValue(request.headers, "host");
  return host === undefined ? undefined : `https://${host}${request.target}`;
};

/** A URL's path and query as in the request line (RFC 9112, 3.2.1); a relative URL is returned unchanged. */
export const originForm = (url: string): string => {
  const rest = before(url.replace(/^https?:\/\/[^/?#]*/i, ""), "#");
  return rest.startsWith("/") ? rest : `/${rest}`;
};

/** Bytes in JSON: as text if they are valid UTF-8, otherwise as base64. */
export type EncodedBytes = Infer<typeof storedBytes>;

/** The bytes as text (a BOM is kept); undefined if they aren't valid UTF-8 or are longer than a string can be. */
export const utf8Text = (bytes: Uint8Array): string | undefined =>
  isUtf8(bytes) && bytes.length <= constants.MAX_STRING_LENGTH
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")
    : undefined;

/** Encodes bytes for JSON: as text if they are valid UTF-8, otherwise as base64. */
export const encodeBytes = (bytes: Buffer): EncodedBytes => {
  const text = utf8Text(bytes);
  return text === undefined ? { encoding: "base64", data: bytes.toString("base64") } : { encoding: "utf8", data: text };
};

/** Decodes exactly the bytes given to `encodeBytes`. */
export const decodeBytes = (encoded: EncodedBytes): Buffer => Buffer.from(encoded.data, encoded.encoding);
