import { requestUrl, utf8Text } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";

/** Connection headers, which `fetch` sets itself. */
const connection = /^(?:host|content-length|transfer-encoding|connection|keep-alive|expect|te|trailer|upgrade)$/i;

/** The request as a `fetch()` call, for Node or a browser's console. */
export const toFetch = (request: WebhookRequest): string => {
  const { method, headers, body } = request;
  const url = requestUrl(request) ?? `http://localhost${request.target}`;
  const text = utf8Text(body);
  const lines = [
    `  method: ${quoted(method)},`,
    "  headers: [",
    ...headers
      .filter(([name]) => !connection.test(name))
      .map(([name, value]) => `    [${quoted(name)}, ${quoted(value)}],`),
    "  ],",
    ...(body.length === 0
      ? []
      : [
          `  body: ${text === undefined ? `Uint8Array.from(atob(${quoted(body.toString("base64"))}), (c) => c.charCodeAt(0))` : quoted(text)},`,
        ]),
  ];
  return `await fetch(${quoted(url)}, {\n${lines.join("\n")}\n});\n`;
};

/** A JavaScript string literal that is also safe in an HTML page. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029<]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
