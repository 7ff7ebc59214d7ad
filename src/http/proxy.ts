import { BlockList, isIP } from "node:net"; // Compares addresses: no socket.
import { HookproofError } from "../errors.ts";

/** An HTTP proxy. */
export interface Proxy {
  /** Its URL without user and password. */
  readonly url: URL;
  /** Host and port, for messages. */
  readonly name: string;
  /** The value of `Proxy-Authorization`, if the URL has a user. */
  readonly authorization?: string;
}

/** Which requests go through which proxy. */
export interface Proxies {
  /** `--proxy`: for every request, regardless of the others. */
  readonly always?: Proxy | undefined;
  /**
   * `HTTP_PROXY`: for http URLs. Parsed only when needed: an invalid value that doesn't concern this request is no
   * error.
   */
  readonly http?: string | undefined;
  /** `HTTPS_PROXY`: for https URLs. */
  readonly https?: string | undefined;
  /** `NO_PROXY`: hosts for which the two above don't apply. */
  readonly except?: string | undefined;
}

/** In lower case, as undici writes its own headers. */
export const proxyAuthorization = "proxy-authorization";

/** A request's head without the credentials for the proxy. */
export const withoutProxyAuthorization = (head: string): string => head.replace(/^proxy-authorization: .*\r\n/m, "");

/**
 * Reads a proxy's URL; without a scheme it is `http://`, as for curl. Its text is never shown, as it may contain a
 * password.
 * @param where where it comes from: `--proxy`, `HTTPS_PROXY`
 * @throws HookproofError `usage`
 */
export const parseProxy = (text: string, where: string): Proxy => {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || url.hostname === "")
    throw new HookproofError("usage", `${where} is not the URL of a proxy`, {
      hint: "write http://proxy.example:3128",
    });
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new HookproofError(
      "usage",
      `${where} names a ${url.protocol}// proxy; only http:// and https:// are supported`,
    );
  const { username, password } = url;
  [url.username, url.password] = ["", ""];
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return {
    url,
    name: `${url.hostname}:${port}`,
    ...(username === "" && password === "" ? {} : { authorization: basic(username, password, where) }),
  };
};

/**
 * The proxy for a URL; undefined for a direct connection. As with curl, the variables apply to every host not in
 * `NO_PROXY`, including this machine.
 * @throws HookproofError `usage` if a variable that applies isn't a proxy URL
 */
export const proxyFor = (url: URL, { always, http, https, except }: Proxies): Proxy | undefined => {
  if (always !== undefined) return always;
  const isSecure = url.protocol === "https:";
  const text = isSecure ? https : http;
  if (text === undefined || isInNoProxy(url, except ?? "")) return undefined;
  return parseProxy(text, isSecure ? "HTTPS_PROXY" : "HTTP_PROXY");
};

const basic = (username: string, password: string, where: string): string => {
  try {
    return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}`;
  } catch (error) {
    throw new HookproofError("usage", `${where}: the user name or password contains an invalid percent escape`, {
      hint: "write % as %25",
      cause: error,
    });
  }
};

/**
 * Whether `NO_PROXY` covers a URL. Entries are a host (with its subdomains), an address or a network such as
 * `10.0.0.0/8`, each with an optional port, or `*` for all.
 */
const isInNoProxy = (url: URL, list: string): boolean => {
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === "") return false;
      if (entry === "*") return true;
      if (entry.includes("/")) return isWithin(host, entry);
      const [, bracketed, plain, itsPort] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
      if (itsPort !== undefined && itsPort !== port) return false;
      // A bare IPv6 address contains colons itself.
      const name = bracketed ?? plain?.replace(/^\*?\./, "") ?? entry;
      return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
    });
};

const isWithin = (host: string, network: string): boolean => {
  const [address = "", bits = ""] = network.split("/");
  const family = isIP(host);
  if (family === 0 || family !== isIP(address) || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const block = new BlockList();
  block.addSubnet(address, Number(bits), type);
  return block.check(host, type);
};

/** The error for a proxy that responded but opened no tunnel. */
export class ProxyRefusal extends Error {
  override readonly name = "ProxyRefusal";
}

/** What a proxy's status means for a request through it. */
export const proxyRefusal = (status: number): string =>
  status === 407 ? "the proxy asks for a user and password (407)" : `the proxy refused with ${status}`;
