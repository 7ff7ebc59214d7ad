import { isIP } from "node:net"; // Used to tell addresses from names; opens no socket.
import { HookproofError } from "../../errors.ts";
import { valueOf } from "../../providers/profile.ts";
import type { Profile } from "../../providers/profile.ts";
import type { TransportOptions } from "../../http/client.ts";
import type { Resolution } from "../../http/connect.ts";
import type { Context } from "../../cli/context.ts";
import { flag, grouped, option, repeated } from "../../cli/inputs.ts";
import { networkFor, networkInputs } from "./network.ts";
import type { NetworkInput } from "./network.ts";
import type { Purpose } from "../../storage/trusted-hosts.ts";
import { needTrust } from "./trust.ts";
import type { TrustInput } from "./trust.ts";
import { endpointWithUser } from "../../values/endpoint.ts";
import type { Endpoint } from "../../values/endpoint.ts";

/** Parses curl's `host:port:address`, with IPv6 addresses in brackets. */
const resolution = (text: string): Resolution => {
  const [, host, port, address] = /^([^:]+):(\d{1,5}):\[?([0-9a-fA-F.:]+)\]?$/.exec(text) ?? [];
  if (host === undefined || address === undefined || isIP(address) === 0) {
    throw new HookproofError("usage", `'${text}' is not host:port:address`, {
      hint: "write example.com:443:127.0.0.1",
    });
  }
  return { host, port: Number(port), address };
};

/** The options that control how to connect to an endpoint, named as in curl. */
export const connectionInputs = grouped("Network", {
  insecure: flag("-k, --insecure", "do not verify TLS certificates (noted in the output)"),
  ...networkInputs,
  resolve: repeated("--resolve <host:port:address>", "connect to this address instead of using DNS", resolution),
  unixSocket: option("--unix-socket <path>", "connect to this Unix socket"),
});

export interface ConnectionInput extends NetworkInput {
  readonly insecure: boolean;
  readonly resolve: readonly Resolution[];
  readonly unixSocket: string | undefined;
}

/** The transport's options for the given connection options. @throws HookproofError `usage`, `input-unreadable` */
export const connectionFor = async (context: Context, input: ConnectionInput): Promise<TransportOptions> => {
  const elsewhere =
    input.unixSocket === undefined ? (input.resolve.length > 0 ? "--resolve" : undefined) : "--unix-socket";
  if (input.proxy !== undefined && elsewhere !== undefined) {
    throw new HookproofError("usage", `--proxy and ${elsewhere} cannot be combined`, {
      hint: "the proxy decides which address to connect to",
    });
  }
  if (input.insecure) context.warn("TLS certificates are not verified (--insecure)");
  return {
    insecure: input.insecure,
    resolve: input.resolve,
    ...(await networkFor(context, input)),
    ...(input.unixSocket === undefined ? {} : { unixSocket: context.path(input.unixSocket) }),
  };
};

/**
 * The endpoint from the environment or the project file, if any. The project file's needs the user's trust before
 * anything is sent there.
 */
export const defaultEndpoint = async (context: Context): Promise<string | undefined> =>
  (await defaultWithUser(context))?.url;

const defaultWithUser = async (context: Context): Promise<Endpoint | undefined> => {
  const given = context.env["HOOKPROOF_URL"] || (await context.config()).endpoint;
  return given === undefined ? undefined : endpointWithUser(given);
};

/**
 * The endpoint to deliver to, given as `3000`, `localhost:3000/hooks` or a URL, or else the project's once the user
 * trusts it.
 * @param purpose what is sent there: `token` if the platform sends the secret itself
 * @throws HookproofError `usage`, `confirmation-needed`
 */
export const endpointFor = async (
  context: Context,
  text: string | undefined,
  trust: TrustInput,
  purpose: Purpose = "deliveries",
): Promise<Endpoint> => {
  if (text !== undefined) return endpointWithUser(text);
  const endpoint = await defaultWithUser(context);
  if (endpoint === undefined) {
    if (context.interactive) return askEndpoint(context);
    throw new HookproofError("usage", "missing endpoint", {
      hint: "add the URL to deliver to, such as localhost:3000/webhooks, or set HOOKPROOF_URL",
    });
  }
  if ((context.env["HOOKPROOF_URL"] ?? "") === "") await needTrust(context, endpoint.url, purpose, trust);
  return endpoint;
};

/** Asks on the terminal where to deliver. */
const askEndpoint = async (context: Context): Promise<Endpoint> => {
  const { askLine } = await import("../../cli/prompts.ts");
  return endpointWithUser(
    await askLine(context, "Deliver to which URL (3000, localhost:3000/webhooks …)?", urlProblem),
  );
};

/** What is wrong with a typed endpoint; undefined if it is valid. */
export const urlProblem = (text: string): string | undefined => {
  try {
    endpointWithUser(text);
    return undefined;
  } catch (error) {
    if (error instanceof HookproofError) return `${error.message}: ${error.hint ?? ""}`;
    throw error;
  }
};

/**
 * Parses an endpoint's URL, for uses where it can't contain a user and password.
 * @throws HookproofError `usage`
 */
export const endpointUrl = (given: string): string => withoutUser(endpointWithUser(given));

/** The endpoint's URL. @throws HookproofError `usage` if it has a user or password */
export const withoutUser = ({ url, user }: Endpoint): string => {
  if (user === undefined) return url;
  throw new HookproofError("usage", `the URL of ${new URL(url).host} contains a user name or password`, {
    hint: "remove them: they would not be used",
  });
};

/**
 * Parses the public URL of an endpoint or API. Without a scheme, it is HTTPS unless it is this machine.
 * @throws HookproofError `usage`
 */
export const publicEndpoint = (given: string): Endpoint => {
  const { url, user } = endpointWithUser(given);
  const isSaid = given.includes("://") || isLoopback(new URL(url).hostname);
  return { url: isSaid ? url : url.replace(/^http:/, "https:"), user };
};

/** Whether a host name or address is this machine. */
export const isLoopback = (hostname: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host === "::1" ||
    (isIP(host) === 4 && host.startsWith("127."))
  );
};

/** Warns if the platform requires HTTPS but the URL is plain HTTP; for this machine it is only a detail. */
export const warnPlainHttp = (context: Context, profile: Profile, url: string): void => {
  const { protocol, hostname } = new URL(url);
  if (protocol !== "http:" || !valueOf(profile.delivery.httpsOnly)) return;
  const why = `${profile.name} delivers to HTTPS endpoints only`;
  if (isLoopback(hostname)) context.detail(`${why}; plain HTTP is used because the endpoint is on this machine`);
  else context.warn(`${why}; it would not deliver to ${url}`);
};
