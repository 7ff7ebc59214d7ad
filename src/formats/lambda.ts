import * as z from "zod";
import { headerValue } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { byteText } from "./latin1.ts";
import { malformed } from "./malformed.ts";

const texts = z.record(z.string(), z.string().nullish()).nullish();
const textLists = z.record(z.string(), z.array(z.string()).nullish()).nullish();

const carried = { headers: texts, body: z.string().nullish(), isBase64Encoded: z.boolean().nullish() };

/** Payload format 2.0: HTTP APIs and function URLs. */
const secondSchema = z.object({
  ...carried,
  // Events written by hand omit fields that a function doesn't read.
  rawPath: z.string().nullish(),
  rawQueryString: z.string().nullish(),
  cookies: z.array(z.string()).nullish(),
  requestContext: z.object({
    domainName: z.string().nullish(),
    http: z.object({ method: z.string(), path: z.string().nullish(), protocol: z.string().nullish() }),
  }),
});

/** Payload format 1.0: REST APIs, HTTP APIs that opted for it, and load balancers (`requestContext.elb`). */
const firstSchema = z.object({
  ...carried,
  httpMethod: z.string().nullish(),
  path: z.string().nullish(),
  multiValueHeaders: textLists,
  queryStringParameters: texts,
  multiValueQueryStringParameters: textLists,
  requestContext: z
    .object({
      path: z.string().nullish(),
      domainName: z.string().nullish(),
      protocol: z.string().nullish(),
      elb: z.unknown(),
    })
    .partial()
    .nullish(),
});

const outline = z.union([
  z.object({ httpMethod: z.string() }),
  z.object({ requestContext: z.object({ http: z.object({}) }) }),
  z.object({ isBase64Encoded: z.boolean(), headers: z.object({}) }),
]);

/** Whether parsed JSON looks like a proxy event. */
export const isProxyEvent = (value: unknown): boolean => outline.safeParse(value).success;

/**
 * The request inside an API Gateway, function URL or load balancer event. These events don't preserve the order of
 * headers or, in format 2.0, their case.
 * @throws HookproofError `input-malformed` naming the field
 */
export const readProxyEvent = (value: unknown, name: string): WebhookRequest => {
  if (typeof value === "object" && value !== null && !("headers" in value) && !("multiValueHeaders" in value))
    throw malformed(name, "the proxy event has no headers");
  if (isSecond(value)) {
    const second = secondSchema.safeParse(value);
    if (second.success) return secondRequest(second.data, name);
    throw fieldProblem(second.error, name);
  }
  const first = firstSchema.safeParse(value);
  if (first.success) return firstRequest(first.data, name);
  throw fieldProblem(first.error, name);
};

const secondOutline = z.union([
  z.object({ rawPath: z.unknown() }),
  z.object({ requestContext: z.object({ http: z.unknown() }) }),
]);

const isSecond = (value: unknown): boolean => secondOutline.safeParse(value).success;

const fieldProblem = (error: z.ZodError, name: string): Error => {
  const issue = error.issues[0];
  return malformed(name, `${issue?.message ?? "malformed"} at ${issue?.path.join(".") ?? "?"} of the proxy event`);
};

const secondRequest = (event: z.infer<typeof secondSchema>, name: string): WebhookRequest => {
  const headers = pairs(event.headers);
  const cookies = event.cookies ?? [];
  return request(name, event, {
    method: event.requestContext.http.method,
    target: withQuery(event.rawPath ?? event.requestContext.http.path ?? "/", event.rawQueryString ?? ""),
    // Format 2.0 moves cookies out of the headers.
    headers: cookies.length === 0 ? headers : [...headers, ["cookie", byteText(cookies.join("; "))]],
    host: event.requestContext.domainName,
    protocol: event.requestContext.http.protocol,
  });
};

const firstRequest = (event: z.infer<typeof firstSchema>, name: string): WebhookRequest => {
  const many = Object.entries(event.multiValueHeaders ?? {}).flatMap(([key, values]) =>
    (values ?? []).map((value): HeaderPair => [byteText(key), byteText(value)]),
  );
  const queries = Object.entries(event.multiValueQueryStringParameters ?? {}).flatMap(([key, values]) =>
    (values ?? []).map((value) => [key, value] as const),
  );
  const single = Object.entries(event.queryStringParameters ?? {}).map(([key, value]) => [key, value ?? ""] as const);
  // A load balancer passes query parameters undecoded, API Gateway decodes them.
  const isBalancer = event.requestContext?.elb !== undefined;
  const write = isBalancer ? (text: string): string => text : encodeURIComponent;
  const query = (queries.length > 0 ? queries : single)
    .map(([key, value]) => `${write(key)}=${write(value)}`)
    .join("&");
  return request(name, event, {
    method: event.httpMethod ?? "POST",
    target: withQuery(event.requestContext?.path ?? event.path ?? "/", query),
    headers: many.length > 0 ? many : pairs(event.headers),
    host: event.requestContext?.domainName,
    protocol: event.requestContext?.protocol,
  });
};

interface Outer {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly HeaderPair[];
  readonly host: string | null | undefined;
  readonly protocol: string | null | undefined;
}

const request = (
  name: string,
  event: { readonly body?: string | null | undefined; readonly isBase64Encoded?: boolean | null | undefined },
  { method, target, headers, host, protocol }: Outer,
): WebhookRequest => {
  const text = event.body ?? "";
  const isBase64 = event.isBase64Encoded === true;
  if (isBase64 && /[^A-Za-z0-9+/=\s]/.test(text)) {
    throw malformed(name, "isBase64Encoded is true, but the body is not base64");
  }
  const authority = headerValue(headers, "host") ?? host ?? undefined;
  const version = /^HTTP\/(\d(?:\.\d)?)$/i.exec(protocol ?? "")?.[1];
  return {
    method,
    target,
    ...(authority === undefined ? {} : { url: `https://${authority}${target}` }),
    ...(version === undefined ? {} : { httpVersion: version }),
    headers,
    body: Buffer.from(text, isBase64 ? "base64" : "utf8"),
  };
};

const pairs = (headers: z.infer<typeof texts>): readonly HeaderPair[] =>
  Object.entries(headers ?? {}).map(([name, value]): HeaderPair => [byteText(name), byteText(value ?? "")]);

const withQuery = (path: string, query: string): string =>
  byteText(`${path.startsWith("/") ? path : `/${path}`}${query === "" ? "" : `?${query}`}`);
