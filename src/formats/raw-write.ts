import type { WebhookRequest } from "../request/request.ts";

/**
 * The request as HTTP/1.1 text with its headers unchanged, except those that frame the body; `readRaw` returns the same
 * body.
 */
export const toRaw = ({ method, target, httpVersion, headers, body }: WebhookRequest): Buffer => {
  // The body is already decoded, so chunked framing no longer applies.
  const headersToWrite = headers.filter(([name]) => !/^(?:transfer-encoding|content-length)$/i.test(name));
  const lines = [
    `${method} ${target} HTTP/${httpVersion === "1.0" ? "1.0" : "1.1"}`,
    ...headersToWrite.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
};
