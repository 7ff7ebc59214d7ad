import { headerValue } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";

export interface UrlVariant {
  readonly url: string;
  readonly cost: number;
  /** Whether user and password from `Authorization: Basic` were added. */
  readonly hasUser: boolean;
}

/** The URL with its password masked, for display. */
export const withoutPassword = (url: string): string => url.replace(/^([a-z]+:\/\/[^/?#@:]*):[^/?#]*@/i, "$1:***@");

/** URLs that the sender may have called, likeliest first; the cost counts the differences. */
export const urlVariants = (request: WebhookRequest, url: string | undefined): readonly UrlVariant[] => {
  const base = url !== undefined && URL.canParse(url) ? url : undefined;
  const match = /^(https?):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?/i.exec(base ?? "");
  const [, scheme = "https", host = "", path = "", query = ""] = match ?? [];
  const forwarded = headerValue(request.headers, "forwarded") ?? "";
  const header = (name: string): string | undefined => headerValue(request.headers, name)?.split(",")[0]?.trim();
  const forwardedPart = (name: string): string | undefined =>
    new RegExp(`(?:^|[;,\\s])${name}="?([^";,\\s]+)`, "i").exec(forwarded)?.[1];
  const target = /^([^?#]*)(\?[^#]*)?/.exec(request.target.replace(/^https?:\/\/[^/]*/i, ""));

  const schemes = options([scheme.toLowerCase(), header("x-forwarded-proto"), forwardedPart("proto"), "https", "http"]);
  const port = header("x-forwarded-port");
  const bare = host.replace(/:\d+$/, "");
  const user = basicUser(request);
  const hostname = host.replace(/^.*@/, "");
  const hosts = options([
    host,
    header("x-forwarded-host"),
    forwardedPart("host"),
    header("x-original-host"),
    header("host"),
    bare,
    user === undefined ? undefined : `${user}@${hostname}`,
    hostname,
    bare.toLowerCase(),
    `${bare}:443`,
    `${bare}:80`,
    port === undefined ? undefined : `${bare}:${port}`,
    header("x-forwarded-host")?.replace(/:\d+$/, ""),
    /^www\./i.test(bare) ? bare.slice(4) : `www.${bare}`,
  ]).filter(({ value }) => value !== "" && value !== "www.");
  const slashed = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
  const prefix = header("x-forwarded-prefix");
  const original = /^([^?#]*)(\?[^#]*)?/.exec(
    header("x-original-url") ?? header("x-original-uri") ?? header("x-rewrite-url") ?? "",
  );
  const paths = options([
    path,
    slashed,
    target?.[1],
    original?.[1] === "" ? undefined : original?.[1],
    prefix === undefined ? undefined : prefix.replace(/\/$/, "") + path,
    decoded(path),
    encodeURI(decoded(path)),
    path.replace(/\/{2,}/g, "/"),
    path.toLowerCase(),
    "",
    "/",
  ]);
  const queries = options([
    query,
    "",
    target?.[2],
    original?.[2],
    decoded(query),
    decoded(query.replaceAll("+", " ")),
    query.replaceAll("+", "%20"),
    query.replaceAll("%20", "+"),
    query === "" ? undefined : `?${query.slice(1).split("&").toSorted().join("&")}`,
  ]);
  const found = new Map<string, number>();
  const add = (text: string, cost: number): void => {
    if ((found.get(text) ?? Infinity) > cost) found.set(text, cost);
  };
  if (url !== undefined) add(url, 0);
  for (const a of schemes) {
    for (const b of hosts) {
      for (const c of paths) {
        for (const d of queries) {
          const changes = [a, b, c, d].filter((one) => one.cost > 0);
          if (changes.length > 3) continue;
          add(
            `${a.value}://${b.value}${c.value}${d.value}`,
            changes.reduce((sum, one) => sum + one.cost, changes.length > 0 ? 1 : 0),
          );
        }
      }
    }
  }
  for (const c of paths) for (const d of queries) if (c.value !== "") add(c.value + d.value, 3 + c.cost + d.cost);
  if (host !== "") add(host + path + query, 4);
  return [...found]
    .map(([text, cost]) => ({
      url: text,
      cost,
      hasUser: user !== undefined && text !== url && text.includes(`//${user}@`),
    }))
    .toSorted((a, b) => a.cost - b.cost)
    .slice(0, 400);
};

/** `user:password` of Basic authentication, which the sender took from its URL. */
const basicUser = (request: WebhookRequest): string | undefined => {
  const token = /^basic\s+([A-Za-z0-9+/]+={0,2})$/i.exec(headerValue(request.headers, "authorization") ?? "")?.[1];
  const user = token === undefined ? "" : Buffer.from(token, "base64").toString("latin1");
  return /^[^\s@/?#]+$/.test(user) && user.includes(":") ? user : undefined;
};

/** The first option is free; each further one costs a little more. */
const options = (
  values: readonly (string | undefined)[],
): readonly { readonly value: string; readonly cost: number }[] =>
  [...new Set(values.filter((value) => value !== undefined))].map((value, at) => ({
    value,
    cost: at === 0 ? 0 : at < 5 ? 1 : 2,
  }));

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
