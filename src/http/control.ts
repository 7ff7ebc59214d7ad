import { isIP } from "node:net"; // Tells an address from a name: no socket.
import { headerValue } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { constantTimeEqual } from "../values/constant-time-equal.ts";
import type { Secret } from "../values/secret.ts";

// Protects local servers that act on requests: any web page can make the user's browser send requests to 127.0.0.1, and
// with a domain that resolves there (DNS rebinding) it can read the responses too.

/** Why a request is refused. */
export interface ControlRefusal {
  readonly status: 401 | 403;
  readonly reason: string;
}

/**
 * Refuses requests that another site's page may have made the browser send: those with a foreign `Host`, or with an
 * `Origin`, `Sec-Fetch-Site` or `Referer` of another site. A request with none of these isn't a browser's cross-site
 * request.
 * @param names host names allowed besides addresses and localhost
 */
export const crossSiteRefusal = (
  { headers }: Pick<WebhookRequest, "headers">,
  names: readonly string[],
): ControlRefusal | undefined => {
  const host = headerValue(headers, "host");
  if (host !== undefined && !isOwnName(host, names))
    return { status: 403, reason: "the Host header names another host" };
  const isElsewhere = (name: string): boolean =>
    valuesOf(headers, name).some((value) => !URL.canParse(value) || new URL(value).host !== hostOf(host)?.host);
  const sites = valuesOf(headers, "sec-fetch-site");
  if (
    isElsewhere("origin") ||
    isElsewhere("referer") ||
    sites.some((site) => site !== "same-origin" && site !== "none")
  )
    return { status: 403, reason: "the request comes from a page of another site" };
  return undefined;
};

/**
 * Refuses a request without the key in `Authorization: Bearer KEY` or `X-API-Key: KEY`; refuses nothing if no key is
 * set.
 */
export const missingKeyRefusal = (
  { headers }: Pick<WebhookRequest, "headers">,
  key: Secret | undefined,
): ControlRefusal | undefined => {
  if (key === undefined) return undefined;
  const given = bearerOf(headers) ?? headerValue(headers, "x-api-key");
  if (given === undefined || given === "") return { status: 401, reason: "missing credentials" };
  return isKey(given, key) ? undefined : { status: 403, reason: "wrong credentials" };
};

/** The token of `Authorization: Bearer TOKEN`. */
export const bearerOf = (headers: readonly HeaderPair[]): string | undefined =>
  /^bearer (.+)$/i.exec(headerValue(headers, "authorization") ?? "")?.[1];

/** Whether a given text is the key, compared in constant time. */
export const isKey = (given: string, key: Secret): boolean =>
  constantTimeEqual(Buffer.from(given, "latin1"), key.reveal());

const isOwnName = (host: string, names: readonly string[]): boolean => {
  const hostname = hostOf(host)?.hostname.replace(/^\[|\]$/g, "");
  if (hostname === undefined) return false;
  return (
    isIP(hostname) !== 0 ||
    /^(?:.+\.)?localhost$/.test(hostname) ||
    names.some((name) => name.toLowerCase() === hostname)
  );
};

/** A `Host` header's value as a URL, whose host name is in lower case. */
const hostOf = (host: string | undefined): URL | undefined =>
  host !== undefined && !/[/?#@\\\s]/.test(host) && URL.canParse(`http://${host}`)
    ? new URL(`http://${host}`)
    : undefined;

const valuesOf = (headers: readonly HeaderPair[], wanted: string): readonly string[] =>
  headers.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));
