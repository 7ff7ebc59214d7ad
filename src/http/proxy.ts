import { BlockList, isIP } from "node:net"; // Compares addresses: no socket.
import { HookproofError } from "../errors.ts";

/** A proxy that requests go through. */
export interface Proxy {
  /** Without user and password. */
  readonly url: URL;
  /** As messages may name it: host and port. */
  readonly name: string;
  /** The value of `Proxy-Authorization`, where the URL has a user. */
  readonly authorization?: string;
}

/** Which requests go through which proxy. */
export interface Proxies {
  /** For every request, whatever the others say: `--proxy`. */
  readonly always?: Proxy | undefined;
  /** `HTTP_PROXY`: for http URLs. It is read when it is needed: what it says may concern others only. */
  readonly http?: string | undefined;
  /** `HTTPS_PROXY`: for https URLs. */
  readonly https?: string | undefined;
  /** `NO_PROXY`: hosts that are reached without the two above. */
  readonly except?: string | undefined;
}

/** In lower case, as undici writes its own headers. */
export const proxyAuthorization = "proxy-authorization";

/** A request's head as it may be shown. */
export const withoutProxyAuthorization = (head: string): string => head.replace(/^proxy-authorization: .*\r\n/m, "");

/**
 * Reads a proxy's URL; without a scheme it is `http://`, as for curl. What it says is never shown: it may hold a password.
 * @param where what gave it: `--proxy`, `HTTPS_PROXY`
 * @throws HookproofError `usage`
 */
export const parseProxy = (text: string, where: string): Proxy => {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || url.hostname === "")
    throw new HookproofError("usage", `${where} is not the URL of a proxy`, {
      hint: "write http://proxy.example:3128",
    });
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new HookproofError("usage", `${where} names a ${url.protocol}// proxy; http:// and https:// are supported`);
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
 * The proxy for a URL; undefined where it is reached directly. The variables count for every host that `NO_PROXY` does
 * not name, this machine too, as for curl.
 * @throws HookproofError `usage` where a variable that counts here is not a proxy's URL
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
    throw new HookproofError("usage", `${where}: its user name or password contains an invalid percent escape`, {
      hint: "write % as %25",
      cause: error,
    });
  }
};

/** Entries of `NO_PROXY`: a host and those below it, an address, a network as `10.0.0.0/8`, each with a port if wanted; `*` for all. */
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
      // A bare IPv6 address has colons of its own.
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

/** A proxy that answered, but opened no tunnel. */
export class ProxyRefusal extends Error {
  override readonly name = "ProxyRefusal";
}

/** What a proxy's status means for a request through it. */
export const proxyRefusal = (status: number): string =>
  status === 407 ? "the proxy asks for a user and password (407)" : `the proxy refused with ${status}`;
