import type { TransportOptions } from "../../http/client.ts";
import { parseProxy } from "../../http/proxy.ts";
import type { Proxies } from "../../http/proxy.ts";
import type { ClientCertificate } from "../../http/trust.ts";
import { HookproofError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import { flag, grouped, option } from "../../cli/inputs.ts";

/** The options of every command that sends requests, named as in curl. */
export const networkInputs = grouped("Network", {
  cacert: option("--cacert <file>", "also trust the certificates in this PEM file"),
  cert: option("--cert <file>", "client certificate (PEM)"),
  key: option("--key <file>", "private key for --cert (default: in the same file)"),
  proxy: option("--proxy <url>", "use this proxy instead of HTTP_PROXY and HTTPS_PROXY"),
  http2: flag("--http2", "use HTTP/2 if the server supports it"),
});

export interface NetworkInput {
  readonly cacert: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly proxy: string | undefined;
  readonly http2: boolean;
}

/**
 * The transport's options from the command line and the environment.
 * @throws HookproofError `usage`, `input-unreadable`
 */
export const networkFor = async (context: Context, input: NetworkInput): Promise<TransportOptions> => {
  const clientCert = await clientCertificate(context, input);
  return {
    http2: input.http2,
    warn: context.warn,
    proxies: proxiesFor(context, input.proxy),
    ...(input.cacert === undefined ? {} : { caCert: await context.readInput(input.cacert, "settings") }),
    ...(clientCert === undefined ? {} : { clientCert }),
  };
};

const clientCertificate = async (
  context: Context,
  { cert, key }: NetworkInput,
): Promise<ClientCertificate | undefined> => {
  if (cert === undefined) {
    if (key === undefined) return undefined;
    throw new HookproofError("usage", "--key needs --cert", { hint: "add --cert FILE" });
  }
  const certificate = await context.readInput(cert, "settings");
  return { cert: certificate, key: key === undefined ? certificate : await context.readInput(key, "settings") };
};

/** The proxies from `--proxy` and the environment; as in curl, lower-case variables come first. */
export const proxiesFor = ({ env }: Context, given: string | undefined): Proxies => {
  const get = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  return {
    always: given === undefined ? undefined : parseProxy(given, "--proxy"),
    http: get("HTTP_PROXY"),
    https: get("HTTPS_PROXY"),
    except: get("NO_PROXY"),
  };
};
