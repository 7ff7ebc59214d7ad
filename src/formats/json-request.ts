import { HookproofError } from "../errors.ts";
import { originForm } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { isToken } from "../request/token.ts";
import { nodeAt, readJson, scalarText } from "../values/json-text.ts";
import type { JsonNode } from "../values/json-text.ts";
import { fromBase64 } from "./base64.ts";
import { isProxyEvent, readProxyEvent } from "./lambda.ts";
import { byteText } from "./latin1.ts";
import { looksRaw, readRaw } from "./raw.ts";

/** A request found in JSON; optional fields are absent if the JSON doesn't have them. */
export interface JsonRequest {
  readonly method?: string;
  readonly url?: string;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
  /** Epoch milliseconds. */
  readonly receivedAt?: number;
  /** Like `lost` of `WebhookRequest`. */
  readonly lost?: string;
}

/** A value that looks like a request but is invalid. */
interface JsonProblem {
  readonly problem: string;
}

/** A JSON node with its text, so that a part of it can be extracted byte for byte. */
export interface JsonSource {
  readonly text: string;
  readonly node: JsonNode;
}

/**
 * Field names of headers and bodies: Express, pino, winston, Lambda and API Gateway, webhook.site
 * (https://docs.webhook.site/api/examples.html), Pipedream (`bodyRaw`, `body_b64`), Hookdeck, request-baskets
 * (https://github.com/darklynx/request-baskets/blob/master/doc/api-swagger.yaml), Svix Play
 * (https://docs.svix.com/play), GitHub's deliveries, axios. The first one present is used: raw before parsed.
 */
const headerKeys = [
  "rawHeaders",
  "headers",
  "Headers",
  "header",
  "requestHeaders",
  "request_headers",
  "reqHeaders",
  "params.header",
];
const bodyKeys = ["rawBody", "raw_body", "bodyRaw", "body_raw", "raw_event.body_b64", "body_b64", "bodyBase64"];
const parsedKeys = ["body", "Body", "body-json", "requestBody", "request_body", "reqBody", "req_body"];
const looseKeys = ["payload", "content", "data"];
const methodKeys = ["method", "httpMethod", "context.http-method", "requestMethod"];
const urlKeys = ["originalUrl", "url", "requestUrl", "uri", "path"];
const timeKeys = ["receivedAt", "received_at", "created_at", "createdAt", "delivered_at", "start", "date"];

/** Names of members in which programs put a request or a list of requests. */
const wrappers = new Set(
  "event events req request requests data meta message @message msg models items steps trigger log params context input records results entries deliveries extra fields jsonpayload textpayload attributes details raw_event".split(
    " ",
  ),
);

/** Reads non-JSON text inside JSON: a log line inside `message`. */
type TextReader = (text: string) => readonly (JsonRequest | JsonProblem)[];

/** The maximum number of nodes scanned; larger lists are read up to there. */
const maxNodes = 200_000;

/** Every request in a JSON value: the value itself, one nested in wrappers, or those in a list. */
export const jsonRequests = (source: JsonSource, onText?: TextReader): readonly (JsonRequest | JsonProblem)[] => {
  const found: (JsonRequest | JsonProblem)[] = [];
  let nodesLeft = maxNodes;
  const visit = ({ text, node }: JsonSource, depth: number, parent: JsonNode | undefined): void => {
    if (--nodesLeft < 0 || depth > 8) return;
    if (node.kind === "array") for (const item of node.items) visit({ text, node: item }, depth + 1, parent);
    if (node.kind === "string" && depth > 0) {
      const inner = scalarText(node) ?? "";
      if (!inner.includes("{") || !/headers/i.test(inner)) return;
      const json = readJson(inner);
      if (json !== undefined) visit({ text: inner, node: json }, depth + 1, undefined);
      else if (onText !== undefined) found.push(...onText(inner));
    }
    if (node.kind !== "object") return;
    const request = proxyIn(text, node) ?? rawIn(node) ?? requestIn({ text, node }, parent);
    if (request !== undefined && ("problem" in request || depth === 0 || looksHttp(request.headers))) {
      found.push(request);
      return;
    }
    for (const { key, value } of node.members)
      if (wrappers.has(key.toLowerCase())) visit({ text, node: value }, depth + 1, node);
  };
  visit(source, 0, undefined);
  return found;
};

/** Reads an object as a request; its body may also be in the parent object. */
export const requestIn = ({ text, node }: JsonSource, parent?: JsonNode): JsonRequest | JsonProblem | undefined => {
  const name = headerKeys.find((key) => (headersIn(nodeAt(node, key))?.length ?? 0) > 0) ?? "headers";
  const headers = headersIn(nodeAt(node, name));
  if (headers === undefined) return undefined;
  const own = bodyNode(node, [...bodyKeys, ...parsedKeys, ...looseKeys]);
  const body = own ?? (parent === undefined ? undefined : bodyNode(parent, [...bodyKeys, ...parsedKeys]));
  const method = first(node, methodKeys, scalarText);
  // Other fields could be anything; e-mails have headers too.
  const isNamed = /^(?:raw)?headers$/i.test(name) && !/^(?:content|data)$/.test(body?.key ?? "data");
  if (!isNamed && !looksHttp(headers)) return undefined;
  if (body === undefined) {
    if (parent === undefined && method === undefined) return undefined;
    return { ...outer(node, method), headers, body: Buffer.alloc(0), ...(isBodiless(headers, method) ? {} : noBody) };
  }
  const holder = own === undefined ? parent : node;
  const isBase64 =
    /b64|base64/i.test(body.key) ||
    scalarText(nodeAt(holder ?? node, "isBase64Encoded")) === "true" ||
    scalarText(nodeAt(holder ?? node, "encoding")) === "base64" ||
    isSvixPlay(node);
  const content = bodyIn(text, body.value, isBase64);
  if ("problem" in content) return content;
  const isTemplate = body.key === "body-json" || nodeAt(node, "stage-variables") !== undefined;
  const lost = content.lost === parsed && isTemplate ? template : content.lost;
  return { ...outer(node, method), headers, body: content.bytes, ...(lost === undefined ? {} : { lost }) };
};

/** Converts it to a request; missing parts get a webhook's defaults. */
export const asRequest = ({ method, url, headers, body, receivedAt, lost }: JsonRequest): WebhookRequest => {
  const absolute = url !== undefined && /^https?:\/\/[^/?#\s]/i.test(url);
  return {
    method: method ?? "POST",
    target: byteText(url === undefined ? "/" : originForm(url)),
    ...(absolute ? { url } : {}),
    headers,
    body,
    ...(receivedAt === undefined ? {} : { receivedAt }),
    ...(lost === undefined ? {} : { lost }),
  };
};

export const parsed =
  "it has the parsed body, not its bytes, so whitespace, escapes and number formats are the program's own";
const template = "an API Gateway mapping template (a non-proxy integration) parsed the body, so its bytes are lost";
export const noBody = { lost: "it has no body" };

const outer = (node: JsonNode, method: string | undefined): Pick<JsonRequest, "method" | "url" | "receivedAt"> => {
  const path = first(node, urlKeys, (found) => (found.kind === "string" ? scalarText(found) : undefined));
  const query = nodeAt(node, "query");
  const asked = query?.kind === "string" ? (scalarText(query) ?? "").replace(/^\?/, "") : "";
  const url = path === undefined || asked === "" || path.includes("?") ? path : `${path}?${asked}`;
  const receivedAt = first(node, timeKeys, instantIn);
  return {
    ...(method === undefined || !isToken(method) ? {} : { method }),
    ...(url === undefined || url === "" || /[\s\0]/.test(url) ? {} : { url }),
    ...(receivedAt === undefined ? {} : { receivedAt }),
  };
};

const instantIn = (node: JsonNode): number | undefined => {
  const text = scalarText(node) ?? "";
  const isNumber = node.kind === "number";
  // webhook.site writes UTC times without a zone.
  const zoned = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? `${text.replace(" ", "T")}Z` : text;
  const ms = isNumber ? Number(text) : Date.parse(zoned);
  return Number.isFinite(ms) && ms > 1e11 && ms < 8.64e15 ? Math.floor(ms) : undefined;
};

const first = <T>(node: JsonNode, keys: readonly string[], read: (found: JsonNode) => T | undefined): T | undefined => {
  for (const key of keys) {
    const found = nodeAt(node, key);
    const value = found === undefined ? undefined : read(found);
    if (value !== undefined) return value;
  }
  return undefined;
};

const bodyNode = (
  node: JsonNode,
  keys: readonly string[],
): { readonly key: string; readonly value: JsonNode } | undefined => {
  for (const key of keys) {
    const value = nodeAt(node, key);
    if (value !== undefined && !(value.kind === "literal" && value.raw === "null")) return { key, value };
  }
  return undefined;
};

/** Headers in any form: an object, pairs, `{name, value}`, or a flat list like Node's `rawHeaders`. */
const headersIn = (node: JsonNode | undefined): readonly HeaderPair[] | undefined => {
  const pairs =
    node?.kind === "object" ? fromObject(node.members) : node?.kind === "array" ? fromList(node.items) : undefined;
  // Drop invalid header names: they are HTTP/2 pseudo-headers or a program's additional fields.
  const headers = pairs?.filter(([name]) => isToken(name));
  return headers?.length === 0 && pairs?.length !== 0 ? undefined : headers;
};

const pair = (name: string, value: string): HeaderPair => [byteText(name), byteText(value)];

type Member = Extract<JsonNode, { kind: "object" }>["members"][number];

const fromObject = (members: readonly Member[]): readonly HeaderPair[] | undefined => {
  const pairs: HeaderPair[] = [];
  for (const { key, value } of members) {
    const values = value.kind === "array" ? value.items : [value];
    for (const one of values) {
      if (one.kind === "object" || one.kind === "array") return undefined;
      const text = scalarText(one);
      if (text !== undefined) pairs.push(pair(key, text));
    }
  }
  return pairs;
};

const fromList = (items: readonly JsonNode[]): readonly HeaderPair[] | undefined => {
  const isFlat = items.length % 2 === 0 && items.every(({ kind }) => kind === "string");
  if (isFlat)
    return items.flatMap((item, at) =>
      at % 2 === 0 ? [pair(scalarText(item) ?? "", scalarText(items[at + 1]) ?? "")] : [],
    );
  const pairs: HeaderPair[] = [];
  for (const item of items) {
    const [name, value] =
      item.kind === "array"
        ? item.items
        : [first(item, ["name", "key", "Name", "Key"], itself), first(item, ["value", "Value"], itself)];
    const [field, content] = [scalarText(name), scalarText(value)];
    if (field === undefined || content === undefined) return undefined;
    pairs.push(pair(field, content));
  }
  return pairs;
};

const itself = (node: JsonNode): JsonNode => node;

type Body = { readonly bytes: Buffer; readonly lost: string | undefined } | JsonProblem;

const bodyIn = (text: string, node: JsonNode, isBase64: boolean): Body => {
  if (node.kind === "string") {
    const content = scalarText(node) ?? "";
    if (!isBase64) {
      const isDamaged = content.includes("\ufffd");
      return { bytes: Buffer.from(content, "utf8"), lost: isDamaged ? replaced : undefined };
    }
    const bytes = fromBase64(Buffer.from(content, "utf8"));
    return bytes === undefined ? { problem: "its body is marked base64 but is not" } : { bytes, lost: undefined };
  }
  return bufferIn(node) ?? { bytes: Buffer.from(text.slice(node.start, node.end), "utf8"), lost: parsed };
};

const replaced = "bytes of the body that are not UTF-8 became U+FFFD in it";

/** A Node Buffer or Uint8Array that JSON.stringify wrote, or a printed Buffer. */
const bufferIn = (node: JsonNode): Body | undefined => {
  if (node.kind !== "object") return undefined;
  const data = scalarText(nodeAt(node, "type")) === "Buffer" ? nodeAt(node, "data") : undefined;
  const isIndexed = node.members.length > 0 && node.members.every(({ key }, at) => key === String(at));
  const items = data?.kind === "array" ? data.items : isIndexed ? node.members.map(({ value }) => value) : undefined;
  const bytes = items?.map((item) => (item.kind === "number" ? Number(item.raw) : Number.NaN));
  if (bytes === undefined || !bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255))
    return undefined;
  const more = scalarText(nodeAt(node, "more"));
  const lost =
    more === undefined ? undefined : `it has only the body's first ${bytes.length} bytes; ${more} are missing`;
  return { bytes: Buffer.from(bytes), lost };
};

/** A whole request as base64, as in ngrok's agent (https://ngrok.com/docs/agent/api/). */
const rawIn = (node: JsonNode): JsonRequest | JsonProblem | undefined => {
  const raw = nodeAt(node, "raw");
  if (raw?.kind !== "string") return undefined;
  const bytes = fromBase64(Buffer.from(scalarText(raw) ?? "", "utf8"));
  if (bytes === undefined || !looksRaw(bytes)) return undefined;
  return settled(() => readRaw(bytes, "its raw request"));
};

const proxyIn = (text: string, node: JsonNode): JsonRequest | JsonProblem | undefined => {
  if (nodeAt(node, "requestContext") === undefined && nodeAt(node, "isBase64Encoded") === undefined) return undefined;
  const value: unknown = JSON.parse(text.slice(node.start, node.end));
  return isProxyEvent(value) ? settled(() => readProxyEvent(value, "its proxy event")) : undefined;
};

const settled = (read: () => WebhookRequest): JsonRequest | JsonProblem => {
  try {
    const request = read();
    return { ...request, url: request.url ?? request.target };
  } catch (error) {
    if (error instanceof HookproofError) return { problem: error.message };
    throw error;
  }
};

/** Svix Play's history writes bodies as base64 without marking them. */
const isSvixPlay = (node: JsonNode): boolean =>
  ["id", "url", "created_at", "response", "ip"].every((key) => nodeAt(node, key) !== undefined);

/** Distinguishes HTTP headers from other fields of that name, especially those of e-mails. */
const looksHttp = (headers: readonly HeaderPair[]): boolean =>
  headers.some(([name]) =>
    /^(?:host|user-agent|content-(?:type|length)|accept|webhook-[a-z]{1,20}|x-[\w-]{1,100}|[\w-]{0,60}signature[\w-]{0,20})$/i.test(
      name,
    ),
  ) && !headers.some(([name]) => /^(?:message-id|subject|mime-version)$/i.test(name));

const isBodiless = (headers: readonly HeaderPair[], method: string | undefined): boolean =>
  /^(?:GET|HEAD|OPTIONS)$/.test(method ?? "") ||
  headers.some(([name, value]) => /^content-length$/i.test(name) && value === "0");
