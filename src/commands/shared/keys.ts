import { join } from "node:path";
import type { Context } from "../../cli/context.ts";
import { flag, grouped, option, repeated } from "../../cli/inputs.ts";
import { HookproofError } from "../../errors.ts";
import type { Profile, Scheme } from "../../providers/profile.ts";
import type { WebhookRequest } from "../../request/request.ts";
import { hmacHashOf } from "../../signature/jws-algorithm.ts";
import type { KeyFetcher } from "../../signature/key-fetch.ts";
import { isPublicKey } from "../../signature/mac.ts";
import { hasPublishedKeys, publishedKeys } from "../../signature/published-keys.ts";
import type { RequestKeys } from "../../signature/published-keys.ts";
import { Secret } from "../../values/secret.ts";
import { shared } from "./inputs.ts";
import { proxiesFor } from "./network.ts";

/** The options of commands that verify public-key signatures. */
export const keyInputs = grouped("Provider and secret", {
  publicKey: repeated(
    "--public-key <file>",
    "public key, certificate or key set (file or https URL) to verify with; by default, published keys are fetched from the platform",
  ),
  offline: flag("--offline", "do not fetch keys; use those fetched in the last day"),
});

export interface KeyInput {
  readonly publicKey: readonly string[];
  readonly offline: boolean;
}

/** The option of commands that sign with a private key in addition to a secret. */
export const privateKeyInputs = grouped("Provider and secret", {
  privateKey: option(
    "--private-key <file>",
    "private key, for platforms that need one besides the secret (paypal); for others use --secret file:KEY",
  ),
});

/** The options of commands that sign as one platform. */
export const signingInputs = {
  provider: shared.provider,
  secret: shared.secret,
  ...privateKeyInputs,
  scheme: shared.scheme,
  signatureHeader: shared.signatureHeader,
  signatureForm: shared.signatureForm,
};

/** @throws HookproofError `input-unreadable` */
export const privateKeyFor = async (context: Context, path: string | undefined): Promise<Secret | undefined> =>
  path === undefined ? undefined : new Secret(`file:${path}`, await context.readInput(path, "secret"));

/** Notes that a request is signed with the user's own private key, because only the platform has the platform's key. */
export const noteOwnKey = (context: Context, profile: Profile, { mac }: Scheme, secret: Secret): void => {
  // With Standard Webhooks, the private key belongs to the sender, whoever that is.
  if (secret.reveal().toString("latin1").startsWith("whsk_")) return;
  const isToken = mac.kind === "jws" && hmacHashOf(mac.algorithm) === undefined;
  if (isPublicKey(mac) || isToken)
    context.note(
      `signed with your own private key, because only ${profile.name} has its private key: the receiver must verify with your public key`,
    );
};

export interface PlatformKeys {
  /** The keys from --public-key. */
  readonly given: readonly Secret[];
  /**
   * The given keys, or else those that the platform publishes. If the user didn't name the platform, none are fetched:
   * the request, which anybody can send, would choose which host is called.
   */
  readonly forRequest: (request: WebhookRequest, profile: Profile | undefined) => Promise<RequestKeys>;
}

/**
 * The keys to verify public-key signatures with.
 * @throws HookproofError `input-unreadable`, `input-malformed`
 */
export const platformKeys = async (context: Context, input: KeyInput): Promise<PlatformKeys> => {
  let made: Promise<KeyFetcher> | undefined;
  const fetcher = (): Promise<KeyFetcher> => (made ??= fetcherFor(context, input.offline));
  const given: Secret[] = [];
  for (const from of input.publicKey) {
    given.push(
      from.startsWith("https://")
        ? await keyAt(context, await fetcher(), from)
        : new Secret(`file:${from}`, await context.readInput(from, "secret")),
    );
  }
  const own = new Set((await context.config()).providers);
  const forRequest: PlatformKeys["forRequest"] = async (request, profile) => {
    if (given.length > 0) return { keys: given, problem: undefined };
    if (profile === undefined)
      return {
        keys: [],
        problem: "keys are fetched only for a platform you name: add -p ID, or --public-key FILE",
      };
    if (!hasPublishedKeys(profile)) return { keys: [], problem: undefined };
    // A project file may come from a stranger, so hosts named in it are not contacted for keys.
    if (own.has(profile))
      return {
        keys: [],
        problem: `keys are not fetched for ${profile.id}, because its profile is in the project file: pass --public-key with a file or URL`,
      };
    return publishedKeys(request, profile, await fetcher(), context.now());
  };
  return { given, forRequest };
};

const fetcherFor = async (context: Context, isOffline: boolean): Promise<KeyFetcher> => {
  const [{ keyFetcher }, { keyCache }] = await Promise.all([
    import("../../signature/key-fetch.ts"),
    import("../../storage/key-cache.ts"),
  ]);
  const cache = keyCache(join(context.folders.state, "keys"), () => context.randomBytes(6).toString("hex"));
  if (isOffline) return keyFetcher({ fetch: undefined, cache });
  const { documentFetcher } = await import("../../http/fetch-document.ts");
  return keyFetcher({ fetch: documentFetcher({ proxies: proxiesFor(context, undefined) }), cache });
};

const keyAt = async (context: Context, fetcher: KeyFetcher, url: string): Promise<Secret> => {
  const usage = (message: string): HookproofError => new HookproofError("usage", message);
  if (!URL.canParse(url)) throw usage(`--public-key '${url}' is not a URL`);
  const found = await fetcher.published({ url }, undefined, undefined, context.now());
  if ("key" in found) return found.key;
  throw new HookproofError("input-unreadable", found.reason, { hint: "save it, and pass --public-key FILE" });
};
