import type { HeaderPair } from "../request/request.ts";

const maxHead = 16 * 1024;

/** A request that came whole, in one piece. */
export interface PlainRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
}

// The strict grammar of RFC 9112 without folding; whatever is otherwise is not plain.
const startLine = /^(POST|PUT|PATCH) (\/[\x21-\x7e]*) HTTP\/1\.1\r\n/;
const fieldLines = /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+$/;

/** The request that a piece of bytes is, where it is one whole plain request and nothing else. */
export const plainRequest = (chunk: Buffer, maxBody: number): PlainRequest | undefined => {
  const end = chunk.indexOf("\r\n\r\n", 0, "latin1");
  if (end < 0 || end > maxHead) return undefined;
  const head = chunk.toString("latin1", 0, end + 2);
  const start = startLine.exec(head);
  if (start === null) return undefined;
  const lines = head.slice(start[0].length);
  if (!fieldLines.test(lines)) return undefined;

  const headers: HeaderPair[] = [];
  let hosts = 0;
  let length = -1;
  for (let at = 0; at < lines.length;) {
    const colon = lines.indexOf(":", at);
    const stop = lines.indexOf("\r", colon);
    const name = lines.slice(at, colon);
    const value = trimmed(lines, colon + 1, stop);
    headers.push([name, value]);
    at = stop + 2;
    switch (meaningOf(name)) {
      case "host":
        hosts++;
        break;
      case "content-length":
        if (length >= 0 || !/^ ?(?:0|[1-9]\d{0,8})$/.test(lines.slice(colon + 1, stop))) return undefined;
        length = Number(value);
        break;
      case "connection":
        if (value.toLowerCase() !== "keep-alive") return undefined;
        break;
      case "other":
        break;
      case "special":
        return undefined;
    }
  }
  const body = end + 4;
  if (hosts !== 1 || length < 0 || length > maxBody || chunk.length !== body + length) return undefined;
  return { method: start[1] ?? "", target: start[2] ?? "", headers, body: chunk.subarray(body) };
};

/** What a header means for reading the request; told by its length first, which most have not. */
const meaningOf = (name: string): "host" | "content-length" | "connection" | "special" | "other" => {
  switch (name.length) {
    case 4:
      return name === "Host" || name.toLowerCase() === "host" ? "host" : "other";
    case 14:
      return name.toLowerCase() === "content-length" ? "content-length" : "other";
    case 10:
      return name.toLowerCase() === "connection" ? "connection" : "other";
    case 6:
      return name.toLowerCase() === "expect" ? "special" : "other";
    case 7:
      return /^(?:upgrade|trailer)$/i.test(name) ? "special" : "other";
    case 17:
      return name.toLowerCase() === "transfer-encoding" ? "special" : "other";
    default:
      return "other";
  }
};

/** A part of a text without the blanks and tabs around it, as Node's parser takes them off. */
const trimmed = (text: string, from: number, to: number): string => {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
};

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
