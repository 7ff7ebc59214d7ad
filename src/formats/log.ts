import { readJson, readJsonAt } from "../values/json-text.ts";
import type { JsonNode } from "../values/json-text.ts";
import { jsonRequests, noBody, parsed, requestIn } from "./json-request.ts";
import type { JsonRequest } from "./json-request.ts";
import { readLiteral } from "./literal.ts";

type Found = ReturnType<typeof jsonRequests>;

/** Matches where a value may begin: `headers:`, `req.body =`, `"rawBody"` and the like, or an object. */
const mark =
  /(?<![\w-]|\b(?:res|response|reply)[._ ])(?:(?:req|request|event)[._ ])?(?:(raw[ _-]?headers?|headers?)|(raw[ _-]?body|body|payload))["'\]]{0,2}[ \t]{0,8}(?:=>|->|[:=])?\s{0,80}(?=\S)|\{/gi;

/** A printed value as JSON. */
interface Printed {
  readonly json: string;
  readonly end: number;
  /** Its node if it is JSON in the text; absent if it was printed in another notation. */
  readonly node?: JsonNode;
  readonly cut?: "members" | "text" | undefined;
}

/** The maximum number of unreadable values: a log with more isn't a log of requests. */
const maxFailures = 200_000;

/**
 * The requests in a log: Lambda events after CloudWatch's prefix, lines of pino, winston, morgan or bunyan, and headers
 * and body printed by `console.log`, in one object or one after the other.
 */
export const readLog = (text: string): Found => {
  const found: Found[number][] = [];
  const parts: Parts = {};
  // Budget for rescanning values that can't be read; a log full of them isn't a log of requests.
  let workLeft = 4 * text.length + 100_000;
  const begin = text.search(/\S/);
  let failures = 0;
  for (let at = 0; workLeft > 0 && failures < maxFailures;) {
    mark.lastIndex = at;
    const [whole, headers, body] = mark.exec(text) ?? [];
    if (whole === undefined) break;
    const start = mark.lastIndex - (whole === "{" ? 1 : 0);
    const printed = printedAt(text, start);
    if (!("json" in printed)) {
      // Truncated JSON is reported as such and not searched for fragments.
      if (start === begin && /^\{\s{0,80}"/.test(text.slice(start, start + 90))) return [];
      const form = body === undefined ? undefined : formAt(text, start);
      if (form !== undefined) complete(found, parts, { body: { json: JSON.stringify(form), end: start } });
      workLeft -= printed.end - start;
      failures++;
      at = start + (whole === "{" ? 1 : 0);
      continue;
    }
    at = printed.end;
    if (headers !== undefined) complete(found, parts, { headers: printed });
    else if (body !== undefined) complete(found, parts, { body: printed });
    else found.push(...requestsIn(text, printed));
  }
  if (found.length === 0 && parts.headers !== undefined) {
    const request = requestOf(parts.headers, undefined);
    if (request !== undefined) found.push(request);
  }
  return found;
};

interface Parts {
  headers?: Printed | undefined;
  body?: Printed | undefined;
}

/** Headers and body come in either order; each pair is a request. */
const complete = (found: Found[number][], parts: Parts, part: Parts): void => {
  if (part.headers !== undefined && requestOf(part.headers, undefined) === undefined) return;
  Object.assign(parts, part);
  if (parts.headers === undefined || parts.body === undefined) return;
  const request = requestOf(parts.headers, parts.body);
  if (request !== undefined) found.push(request);
  delete parts.headers;
  delete parts.body;
};

const requestOf = (headers: Printed, body: Printed | undefined): Found[number] | undefined => {
  // A body printed as text is used as is.
  const isText = body?.node !== undefined && body.node.kind !== "string";
  const content = body === undefined ? '""' : isText ? JSON.stringify(body.json) : body.json;
  const text = `{"headers":${headers.json},"body":${content}}`;
  const node = readJson(text);
  const request = node === undefined ? undefined : requestIn({ text, node });
  if (request === undefined || "problem" in request) return request;
  return body === undefined ? { ...request, ...noBody } : withCut(request, body.cut);
};

const requestsIn = (text: string, { json, node, cut }: Printed): Found => {
  if (!/header|requestContext|"raw"/i.test(json)) return [];
  if (node !== undefined) return jsonRequests({ text, node }, readLog);
  const read = readJson(json);
  const found = read === undefined ? [] : jsonRequests({ text: json, node: read }, readLog);
  return found.map((one) => ("problem" in one ? one : withCut(one, cut)));
};

const withCut = (request: JsonRequest, cut: Printed["cut"]): JsonRequest =>
  cut === "text"
    ? { ...request, lost: "it shows only the beginning of a long string" }
    : cut === "members" && request.lost === parsed
      ? { ...request, lost: "it has the body as a program parsed and printed it, with parts missing" }
      : request;

const printedAt = (text: string, at: number): Printed | { readonly end: number } => {
  if (!/[{["'`<bA-Z]/.test(text[at] ?? "")) return { end: at };
  const isJson = /["}[]|\{\s{0,80}["}]/y;
  isJson.lastIndex = at;
  const node = isJson.test(text) ? readJsonAt(text, at) : ({ kind: "none", end: at } as const);
  if (node.kind !== "none") return { json: text.slice(node.start, node.end), end: node.end, node };
  const literal = readLiteral(text, at);
  if (literal.json === undefined) return { end: Math.max(node.end, literal.end) };
  return { json: literal.json, end: literal.end, cut: literal.cut };
};

/** A form body, or other text without spaces, up to the end of the line. */
const formAt = (text: string, at: number): string | undefined => {
  const end = text.slice(at, at + 100_000).search(/\s|$/);
  const line = text.slice(at, at + end);
  return /^[\w.%+[\]-]{1,200}=/.test(line) ? line : undefined;
};
