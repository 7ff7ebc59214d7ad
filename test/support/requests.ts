import type { CaptureRecord } from "../../src/formats/capture.ts";
import { headerValue } from "../../src/request/request.ts";
import type { WebhookRequest } from "../../src/request/request.ts";

/** One line of a capture file, without its newline. */
export const captureLine = (record: CaptureRecord): string => JSON.stringify(record);

/** The request as HTTP/1.1 bytes, or with an `HTTP/2` head if it had one; a chunked body becomes one chunk. */
export const toRaw = (request: WebhookRequest): Buffer => {
  const lines = [
    `${request.method} ${request.target} HTTP/${request.httpVersion ?? "1.1"}`,
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
  ];
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (!/chunked/i.test(headerValue(request.headers, "transfer-encoding") ?? ""))
    return Buffer.concat([head, request.body]);
  const chunk = request.body.length === 0 ? [] : [`${request.body.length.toString(16)}\r\n`, request.body, "\r\n"];
  return Buffer.concat([head, ...[...chunk, "0\r\n\r\n"].map((part) => Buffer.from(part))]);
};
