import { HookproofError } from "../../errors.ts";
import type { TransportOptions } from "../../http/client.ts";
import { proxyFor } from "../../http/proxy.ts";
import { valueOf } from "../../providers/profile.ts";
import type { Profile } from "../../providers/profile.ts";
import { resolveRef, warnLiteral } from "../../storage/secret-refs.ts";
import type { Secret } from "../../values/secret.ts";
import { parseDuration } from "../../values/duration.ts";
import type { Context } from "../../cli/context.ts";
import { flag, grouped, option, optionOr } from "../../cli/inputs.ts";
import { shared } from "./inputs.ts";
import { networkFor, networkInputs } from "./network.ts";
import type { NetworkInput } from "./network.ts";
import { isLoopback, publicEndpoint, withoutUser } from "./targets.ts";
import { isDocumented, needTrust, trustInputs } from "./trust.ts";
import type { TrustInput } from "./trust.ts";
import { timeLimit } from "../../cli/value-parsers.ts";

/**
 * Parses the URL of a platform's API, which a token is sent to.
 * @throws HookproofError `usage`
 */
export const apiUrl = (given: string): string => withoutUser(publicEndpoint(given));

/** The options of every command that calls a platform's API. */
export const platformInputs = {
  ...grouped("Platform API", {
    provider: shared.provider,
    baseUrl: option("--base-url <url>", "base URL of the platform's API (or HOOKPROOF_BASE_URL)", apiUrl),
    token: option("--token <ref>", "API key or token: env:NAME, file:PATH or store:NAME (or HOOKPROOF_TOKEN)"),
    timeout: optionOr(
      "--timeout <duration>",
      "how long to wait for the API's response",
      "15s",
      (text) => {
        timeLimit(text, { now: 0 });
        return text;
      },
      { aliases: ["--max-time"] },
    ),
  }),
  ...networkInputs,
  ...trustInputs,
  ...grouped("Network", {
    insecureHttp: flag("--insecure-http", "allow sending the token over plain HTTP"),
  }),
} as const;

interface PlatformInput extends NetworkInput, TrustInput {
  readonly insecureHttp: boolean;
  readonly provider: string | undefined;
  readonly baseUrl: string | undefined;
  readonly token: string | undefined;
  readonly timeout: string;
}

/** What an API call needs, besides its endpoint and parameters. */
export interface Platform {
  readonly profile: Profile;
  readonly baseUrl: string | undefined;
  readonly token: Secret | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly connection: TransportOptions;
}

/**
 * The platform to call: the one given, or else the first that has this endpoint.
 * @throws HookproofError `usage`, `unknown-provider`, `unsupported`, `secret-missing`
 */
export const platformFor = async (context: Context, input: PlatformInput, endpoint: string): Promise<Platform> => {
  const profile =
    input.provider === undefined
      ? (await context.profiles()).find((one) => one.endpoints?.[endpoint] !== undefined)
      : await context.profile(input.provider);
  const found = profile?.endpoints?.[endpoint];
  if (profile === undefined || found === undefined) {
    throw withoutApi(profile);
  }
  const ref = input.token ?? (context.env["HOOKPROOF_TOKEN"] === undefined ? undefined : "env:HOOKPROOF_TOKEN");
  if (ref === undefined && found.auth !== "none") {
    throw new HookproofError(
      "secret-missing",
      `${profile.name}'s API needs ${found.auth === "bearer" ? "a token" : "an API key"}`,
      { hint: "add --token env:NAME, or set HOOKPROOF_TOKEN" },
    );
  }
  const sources = { env: context.env, cwd: context.cwd, store: context.store, warn: context.warn };
  if (input.token !== undefined) warnLiteral("--token", input.token, sources);
  const typed = input.baseUrl ?? baseUrlOf(context.env);
  const baseUrl = typed ?? (found.baseUrl === undefined ? undefined : valueOf(found.baseUrl));
  if (typed === undefined && baseUrl !== undefined && !isDocumented(found))
    await needTrust(context, baseUrl, "token", input);
  const connection = await networkFor(context, input);
  if (ref !== undefined && !input.insecureHttp) refusePlainHttp(profile, baseUrl, connection);
  return {
    profile,
    baseUrl,
    token: ref === undefined ? undefined : await resolveRef(ref, "--token", sources),
    timeoutMs: parseDuration(input.timeout),
    signal: context.signal,
    connection,
  };
};

/** The error for a platform that has no route for what a command asks of it. */
export const withoutApi = (profile: Profile | undefined): HookproofError =>
  new HookproofError("unsupported", `${profile?.name ?? "no platform"} has no documented API for this`, {
    hint: "`hookproof providers show ID` lists the routes of a platform",
  });

/** @throws HookproofError `usage` if the token would be sent unencrypted to another machine */
const refusePlainHttp = (profile: Profile, baseUrl: string | undefined, { proxies }: TransportOptions): void => {
  const url = baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url?.protocol !== "http:") return;
  const proxy = proxies === undefined ? undefined : proxyFor(url, proxies);
  // Over a plain HTTP proxy on another machine, even a request to this machine is readable on the way.
  const elsewhere = [url, proxy?.url].find((one) => one?.protocol === "http:" && !isLoopback(one.hostname));
  if (elsewhere === undefined) return;
  throw new HookproofError(
    "usage",
    `the token for ${profile.name}'s API would be sent to ${elsewhere.host} over plain HTTP, readable by others`,
    { hint: "use https://, or add --insecure-http" },
  );
};

/** The API URL from the environment. @throws HookproofError `usage`, naming the variable */
const baseUrlOf = (env: Context["env"]): string | undefined => {
  const given = env["HOOKPROOF_BASE_URL"];
  if (given === undefined || given === "") return undefined;
  try {
    return apiUrl(given);
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    const { hint } = error;
    throw new HookproofError(error.code, `HOOKPROOF_BASE_URL: ${error.message}`, hint === undefined ? {} : { hint });
  }
};
