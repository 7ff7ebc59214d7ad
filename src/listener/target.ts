import { lookup } from "node:dns/promises";
import type { LookupAddress } from "node:dns";
import { isIP } from "node:net"; // Tells an address from a name: no socket.
import { HookproofError, errnoOf } from "../errors.ts";
import type { TransportOptions } from "../http/client.ts";
import { originForm } from "../request/request.ts";
import { endpointWithUser } from "../values/endpoint.ts";
import type { Endpoint } from "../values/endpoint.ts";
import { maskedUrl } from "../values/masked-url.ts";

/** Where requests are forwarded to. */
export interface ForwardTarget {
  /** The URL to show, without user and password: `http://localhost:3000/x`. */
  readonly url: string;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** The path that replaces the request's; null keeps the request's own. */
  readonly path: string | null;
  /** The addresses the host had when it was checked: only these are connected to. */
  readonly addresses: readonly LookupAddress[];
  /** The Unix socket to use instead of addresses, as written. */
  readonly unixSocket: string | null;
  /** The value of `Authorization`, if the URL had a user or password. */
  readonly authorization: string | null;
}

type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

interface TargetText {
  readonly url: URL;
  /** Whether a path was given, which then replaces the request's. */
  readonly hasOwnPath: boolean;
  readonly unixSocket: string | null;
  readonly authorization: string | null;
}

/**
 * Parses `3000`, `3000/x`, `localhost:3000/x`, `unix:/run/app.sock:/x` or a URL; user and password are removed from it
 * and used for Basic authentication.
 * @throws HookproofError `usage`
 */
export const parseTarget = (text: string): TargetText => {
  const trimmed = text.trim();
  const [, unixSocket, at] = /^unix:([^:]+)(?::(\/[^#]*))?$/.exec(trimmed) ?? [];
  if (unixSocket !== undefined) {
    const url = new URL(at ?? "/", "http://localhost");
    return { url, hasOwnPath: at !== undefined, unixSocket, authorization: null };
  }
  const { url: bare, user } = endpointOf(trimmed);
  const url = new URL(bare);
  if (url.port === "0") throw new HookproofError("usage", `--forward-to '${maskedUrl(text)}' names port 0`, { hint });
  // RFC 7617
  const authorization = user === undefined ? null : `Basic ${Buffer.from(user).toString("base64")}`;
  return { url, hasOwnPath: url.pathname !== "/" || url.search !== "", unixSocket: null, authorization };
};

const hint = "write a port (3000), localhost:3000/hooks, unix:/run/app.sock or a URL";

/** Parses an endpoint as every command does. @throws HookproofError `usage`, naming the option */
const endpointOf = (text: string): Endpoint => {
  try {
    return endpointWithUser(text);
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    throw new HookproofError(error.code, `--forward-to: ${error.message}`, { hint });
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

/** A target's address, for messages. */
export const placeOf = ({ host, port, unixSocket }: ForwardTarget): string => unixSocket ?? `${host}:${port}`;

/** Whether a target can be polled directly; behind a proxy its address is unknown. */
export const isDirect = ({ addresses, unixSocket }: ForwardTarget): boolean =>
  addresses.length > 0 || unixSocket !== null;

/** The request target to send: the forward path with the request's query, or the request's own. */
export const forwardedTarget = (target: ForwardTarget, requestTarget: string): string => {
  if (target.path === null) return requestTarget;
  const query = requestTarget.indexOf("?");
  return target.path.includes("?") || query < 0 ? target.path : target.path + requestTarget.slice(query);
};

/**
 * The URL at a target that a request is sent to; safe even if the request target imitates another host (`//evil.test/`,
 * `http://evil.test/`).
 */
export const forwardedUrl = (target: ForwardTarget, requestTarget: string): string => {
  const origin = target.unixSocket === null ? new URL(target.url).origin : "http://localhost";
  return origin + forwardedTarget(target, originForm(requestTarget));
};

/** Where a request goes, as it is told: a Unix socket is written as `--forward-to` takes it. */
export const sentUrl = (target: ForwardTarget, requestTarget: string): string =>
  target.unixSocket === null
    ? forwardedUrl(target, requestTarget)
    : `unix:${target.unixSocket}:${forwardedTarget(target, originForm(requestTarget))}`;

/** Connects only to the addresses that were checked, so that a changing DNS name can't redirect requests. */
export const connectionTo = ({
  host,
  port,
  addresses,
  unixSocket,
}: ForwardTarget): Pick<TransportOptions, "resolve" | "unixSocket"> =>
  unixSocket === null ? { resolve: addresses.map(({ address }) => ({ host, port, address })) } : { unixSocket };

/** Whether an address is a loopback address: 127.0.0.0/8, also mapped to IPv6, or ::1. */
export const isLoopback = (address: string): boolean => {
  if (isIP(address) === 4) return address.startsWith("127.");
  const plain = address.toLowerCase();
  return plain === "::1" || plain.startsWith("::ffff:127.") || /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(plain);
};

const resolveAll: Resolve = async (host) => lookup(host, { all: true });
