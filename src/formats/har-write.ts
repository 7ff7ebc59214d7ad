import type { Entry, Har, Header, PostData, QueryString, Response } from "har-format";
import { encodeBytes, headerValue, requestUrl, utf8Text } from "../request/request.ts";
import type { EncodedBytes, HeaderPair } from "../request/request.ts";
import { requestOf } from "./capture.ts";
import type { CaptureRecord } from "./capture.ts";

/** The response to a captured request, if known. */
export interface HarResponse {
  readonly status: number;
  readonly headers?: readonly HeaderPair[];
  readonly body?: EncodedBytes;
  readonly durationMs?: number;
}

interface HarOptions {
  /** hookproof's version, for the file's `creator`. */
  readonly version: string;
  /** Responses by the record's id. */
  readonly responses?: ReadonlyMap<string, HarResponse>;
}

/** HAR 1.2 has no encoding for request bodies; like browsers, we add a custom field. */
interface EncodedPost {
  readonly _encoding?: "base64";
}

/**
 * Captured requests as HAR 1.2. Nothing is lost: headers keep order, case and duplicates (one character per byte), and
 * a body that is not UTF-8 is written as base64, marked by `_encoding` and a comment. `readHar` returns the same bytes.
 */
export const toHar = (records: readonly CaptureRecord[], { version, responses }: HarOptions): Har => ({
  log: {
    version: "1.2",
    creator: { name: "hookproof", version },
    entries: records.map((record) => entryOf(record, responses?.get(record.id))),
  },
});

const entryOf = (record: CaptureRecord, response: HarResponse | undefined): Entry & { readonly _id: string } => {
  const request = requestOf(record);
  const url = requestUrl(request) ?? `http://localhost${request.target}`;
  const time = response?.durationMs ?? 0;
  return {
    _id: record.id,
    startedDateTime: record.receivedAt,
    time,
    request: {
      method: request.method,
      url,
      httpVersion: `HTTP/${request.httpVersion ?? "1.1"}`,
      headers: headersOf(request.headers),
      queryString: queryOf(url),
      cookies: [],
      headersSize: -1,
      bodySize: request.body.length,
      ...(request.body.length === 0 ? {} : { postData: postOf(request.headers, request.body) }),
    },
    response: responseOf(response),
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
  };
};

const headersOf = (pairs: readonly HeaderPair[]): Header[] => pairs.map(([name, value]) => ({ name, value }));

const postOf = (headers: readonly HeaderPair[], body: Buffer): PostData & EncodedPost => {
  const { encoding, data } = encodeBytes(body);
  const mimeType = headerValue(headers, "content-type") ?? "";
  return encoding === "utf8"
    ? { mimeType, text: data }
    : { mimeType, text: data, _encoding: "base64", comment: "text is base64: the body is not UTF-8" };
};

const responseOf = (response: HarResponse | undefined): Response => {
  const headers = response?.headers ?? [];
  const mimeType = headerValue(headers, "content-type") ?? "";
  const { encoding, data } = response?.body ?? { encoding: "utf8", data: "" };
  const size = Buffer.byteLength(data, encoding);
  return {
    // Browsers write 0 if there was no response.
    status: response?.status ?? 0,
    statusText: "",
    httpVersion: "HTTP/1.1",
    headers: headersOf(headers),
    cookies: [],
    content: { size, mimeType, text: data, ...(encoding === "base64" ? { encoding } : {}) },
    redirectURL: "",
    headersSize: -1,
    bodySize: size,
  };
};

const queryOf = (url: string): QueryString[] => {
  const query = /^[^?#]*\?([^#]*)/.exec(url)?.[1] ?? "";
  return query === ""
    ? []
    : query.split("&").map((part) => {
        const at = part.indexOf("=");
        return { name: decoded(at < 0 ? part : part.slice(0, at)), value: decoded(at < 0 ? "" : part.slice(at + 1)) };
      });
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return utf8Text(Buffer.from(text, "latin1")) ?? text;
  }
};
