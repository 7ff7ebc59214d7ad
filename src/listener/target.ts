import { lookup } from "node:dns/promises";
import type { LookupAddress } from "node:dns";
import { isIP } from "node:net"; // Tells an address from a name: no socket.
import { HookproofError, errnoOf } from "../errors.ts";
import type { TransportOptions } from "../http/client.ts";
import { originForm } from "../request/request.ts";
import { maskedUrl } from "../values/masked-url.ts";

/** Where requests are passed on to. */
export interface ForwardTarget {
  /** As shown, without user and password: `http://localhost:3000/x`. */
  readonly url: string;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** The path that takes the place of the request's; null keeps the request's own. */
  readonly path: string | null;
  /** The addresses the host had when it was checked: only these are connected to. */
  readonly addresses: readonly LookupAddress[];
  /** The Unix socket that it listens on, as it was written, in place of addresses. */
  readonly unixSocket: string | null;
  /** The value of `Authorization`, where the URL had a user or password in it. */
  readonly authorization: string | null;
}

type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

interface TargetText {
  readonly url: URL;
  /** Whether a path was written, so that it takes the place of the request's. */
  readonly hasOwnPath: boolean;
  readonly unixSocket: string | null;
  readonly authorization: string | null;
}

/**
 * Parses `3000`, `localhost:3000/x`, `unix:/run/app.sock:/x` or a URL; user and password in it are removed, for Basic
 * authentication.
 * @throws HookproofError `usage`
 */
export const parseTarget = (text: string): TargetText => {
  const trimmed = text.trim();
  const [, unixSocket, at] = /^unix:([^:]+)(?::(\/[^#]*))?$/.exec(trimmed) ?? [];
  if (unixSocket !== undefined) {
    const url = new URL(at ?? "/", "http://localhost");
    return { url, hasOwnPath: at !== undefined, unixSocket, authorization: null };
  }
  const full = /^\d+$/.test(trimmed)
    ? `http://localhost:${trimmed}`
    : /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)
      ? trimmed
      : `http://${trimmed}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  const wrong = (why: string): HookproofError =>
    new HookproofError("usage", `--forward-to '${maskedUrl(text)}' ${why}`, {
      hint: "write a port (3000), localhost:3000/hooks, unix:/run/app.sock or a URL",
    });
  if (url === undefined || url.hostname === "") throw wrong("is not a port, a host or a URL");
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw wrong(`uses ${url.protocol}//, but only http and https are supported`);
  if (url.port === "0") throw wrong("names port 0");
  const authorization = basicOf(url);
  [url.username, url.password] = ["", ""];
  return { url, hasOwnPath: url.pathname !== "/" || url.search !== "", unixSocket: null, authorization };
};

/** `user:password@` of a URL as Basic authentication (RFC 7617). */
const basicOf = ({ username, password }: URL): string | null =>
  username === "" && password === ""
    ? null
    : `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString("base64")}`;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    // A % that was meant as one.
    return text;
  }
};

/**
 * Resolves a target, and refuses to leave this machine unless `anywhere` is set: webhooks contain other people's data.
 * @throws HookproofError `usage`, `backend-unreachable` if the name has no address
 */
export const resolveTarget = async (
  text: string,
  anywhere: boolean,
  resolve: Resolve = resolveAll,
): Promise<ForwardTarget> => {
  const { url, hasOwnPath, unixSocket, authorization } = parseTarget(text);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  let addresses: readonly LookupAddress[];
  try {
    addresses = unixSocket === null ? await resolve(host) : [];
  } catch (error) {
    throw new HookproofError(
      "backend-unreachable",
      `--forward-to: ${host} has no address (${errnoOf(error) ?? String(error)})`,
      { cause: error },
    );
  }
  const outside = addresses.find(({ address }) => !isLoopback(address));
  if (!anywhere && outside !== undefined) {
    throw new HookproofError("usage", `--forward-to ${url.href} leaves this machine (${outside.address})`, {
      hint: "add --forward-anywhere to allow it",
    });
  }
  const secure = url.protocol === "https:";
  return {
    url: unixSocket === null ? url.href : text.trim(),
    secure,
    host,
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    path: hasOwnPath ? `${url.pathname}${url.search}` : null,
    addresses,
    unixSocket,
    authorization,
  };
};

/** Where a target is, as messages name it. */
export const placeOf = ({ host, port, unixSocket }: ForwardTarget): string => unixSocket ?? `${host}:${port}`;

/** Whether it can be polled directly: behind a proxy it has no address of its own. */
export const isDirect = ({ addresses, unixSocket }: ForwardTarget): boolean =>
  addresses.length > 0 || unixSocket !== null;

/** The request target to send: the forward path with the request's query, or the request's own. */
export const forwardedTarget = (target: ForwardTarget, requestTarget: string): string => {
  if (target.path === null) return requestTarget;
  const query = requestTarget.indexOf("?");
  return target.path.includes("?") || query < 0 ? target.path : target.path + requestTarget.slice(query);
};

/**
 * The URL at a target that a request goes to, also where its request target is made to look like another host's
 * (`//evil.test/`, `http://evil.test/`).
 */
export const forwardedUrl = (target: ForwardTarget, requestTarget: string): string => {
  const origin = target.unixSocket === null ? new URL(target.url).origin : "http://localhost";
  return origin + forwardedTarget(target, originForm(requestTarget));
};

/** Connects only to the addresses that were checked, so that a changing DNS name can't redirect requests. */
export const connectionTo = ({
  host,
  port,
  addresses,
  unixSocket,
}: ForwardTarget): Pick<TransportOptions, "resolve" | "unixSocket"> =>
  unixSocket === null ? { resolve: addresses.map(({ address }) => ({ host, port, address })) } : { unixSocket };

/** Whether an address is this machine's own: 127.0.0.0/8, ::1, also as IPv4 in IPv6. */
export const isLoopback = (address: string): boolean => {
  if (isIP(address) === 4) return address.startsWith("127.");
  const plain = address.toLowerCase();
  return plain === "::1" || plain.startsWith("::ffff:127.") || /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(plain);
};

const resolveAll: Resolve = async (host) => lookup(host, { all: true });
