import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { originForm } from "../request/request.ts";
import { isToken } from "../request/token.ts";
import { readJsonAt } from "../values/json-text.ts";
import { byteText } from "./latin1.ts";
import { malformed } from "./malformed.ts";

/** Titles that the page shows before the headers. */
const titles =
  /^(?:request(?: ?\d{3})?|response(?: ?\d{3})?|headers|redeliver|completed in .{1,40}|delivery id.{0,60})$/i;
const bodyTitle = /^(?:payload|request body|raw body|body)\s{0,10}:?$/i;
const field = /^([!#$%&'*+.^_`|~0-9A-Za-z -]{1,100}):(?: {1,8}|$)(.*)$/;

/** The maximum number of lines before the payload. */
const maxLines = 300;

/**
 * Whether a text consists of header lines followed by a titled payload, like a copied page of GitHub's "Recent
 * deliveries".
 */
export const looksDelivery = (bytes: Buffer): boolean => {
  const found = partsOf(bytes);
  return found !== undefined && found.headers.length > 1;
};

/**
 * Reads a request copied from a delivery page
 * (https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/viewing-webhook-deliveries). The page indents
 * the payload, which was sent without spaces, so the spaces are removed.
 * @throws HookproofError `input-malformed` if there is no payload
 */
export const readDelivery = (bytes: Buffer, name: string): WebhookRequest => {
  const parts = partsOf(bytes);
  if (parts === undefined) throw malformed(name, "it does not contain both headers and a payload");
  const payload = parts.rest.trim();
  const node = readJsonAt(payload, 0);
  const isJson = node.kind === "object" || node.kind === "array";
  const json = isJson ? compact(payload.slice(0, node.end)) : payload;
  const isIndented = isJson && json.length !== node.end;
  const isForm = parts.headers.some(
    ([key, value]) => /^content-type$/i.test(key) && /x-www-form-urlencoded/i.test(value),
  );
  const body = isForm && isJson ? new URLSearchParams({ payload: json }).toString() : json;
  return {
    method: parts.method ?? "POST",
    target: byteText(parts.url === undefined ? "/" : originForm(parts.url)),
    ...(parts.url === undefined ? {} : { url: parts.url }),
    headers: parts.headers,
    body: Buffer.from(body, "utf8"),
    ...(isIndented || isForm
      ? { lost: "it shows the payload reformatted, not the bytes that were sent" }
      : isJson
        ? {}
        : { lost: "its payload is incomplete" }),
  };
};

interface PageParts {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: readonly HeaderPair[];
  /** The text under the payload's title. */
  readonly rest: string;
}

const partsOf = (bytes: Buffer): PageParts | undefined => {
  const head = bytes.toString("utf8", 0, 64 * 1024);
  const headers: HeaderPair[] = [];
  let [method, url]: (string | undefined)[] = [];
  let at = 0;
  for (let count = 0; count < maxLines && at < head.length; count++) {
    const end = head.indexOf("\n", at);
    const line = head.slice(at, end < 0 ? head.length : end).trim();
    at = end < 0 ? head.length : end + 1;
    if (bodyTitle.test(line))
      return headers.length === 0
        ? undefined
        : { method, url, headers, rest: bytes.subarray(Buffer.byteLength(head.slice(0, at))).toString("utf8") };
    if (line === "" || titles.test(line)) continue;
    const [, key = "", value = ""] = field.exec(line) ?? [];
    if (/^request url$/i.test(key)) url = /^https?:\/\/\S{1,8000}$/i.exec(value)?.[0];
    else if (/^request method$/i.test(key)) method = isToken(value) ? value : undefined;
    else if (isToken(key)) headers.push([key, byteText(value)]);
    else return undefined;
  }
  return undefined;
};

/** Removes the spaces between JSON tokens and keeps everything else as written. */
const compact = (json: string): string => {
  const parts: string[] = [];
  let inString = false;
  let start = 0;
  // A loop over characters: strings may be megabytes long.
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === " " || char === "\n" || char === "\r" || char === "\t") {
      parts.push(json.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(json.slice(start));
  return parts.join("");
};
