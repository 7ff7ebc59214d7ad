import { isDeepStrictEqual } from "node:util";
import { HookproofError } from "../../errors.ts";
import { builtInProfiles } from "../../providers/index.ts";
import { tokenSchemes } from "../../providers/tokens.ts";
import type { ApiEndpoint, Profile } from "../../providers/profile.ts";
import type { Purpose, TrustedHosts } from "../../storage/trusted-hosts.ts";
import type { Context } from "../../cli/context.ts";
import { flag, grouped } from "../../cli/inputs.ts";

/** The option of commands that may send to hosts named in a project file. */
export const trustInputs = grouped("Network", {
  trustProject: flag("--trust-project", "trust the project file's hosts for this run"),
});

export interface TrustInput {
  readonly trustProject: boolean;
}

/** What a platform's deliveries contain: a signature, or the secret itself. */
export const purposeOf = (profile: Profile): Purpose => (tokenSchemes(profile).length > 0 ? "token" : "deliveries");

/** The hosts that the user trusts. */
export const trustedHostsOf = async (context: Context): Promise<TrustedHosts> => {
  const { trustedHosts } = await import("../../storage/trusted-hosts.ts");
  return trustedHosts(context.folders.config, context.processInfo, () => context.randomBytes(6).toString("hex"));
};

/** How messages describe what a host may receive. */
export const purposeText = { deliveries: "signed deliveries", token: "your token" } as const;

/**
 * Makes sure that the user trusts a host named in a project file; if not, asks once.
 * @throws HookproofError `confirmation-needed` if there is no terminal or the answer is no
 */
export const needTrust = async (
  context: Context,
  url: string,
  purpose: Purpose,
  { trustProject }: TrustInput,
): Promise<void> => {
  const { origin } = new URL(url);
  if (trustProject) return;
  const hosts = await trustedHostsOf(context);
  if (await hosts.has(origin, purpose)) return;
  const { path } = await context.config();
  if (!context.interactive) {
    throw new HookproofError(
      "confirmation-needed",
      `${path} sends ${purposeText[purpose]} to ${origin}, which you have not trusted`,
      { hint: "trust it permanently with `hookproof config trust`, or for this run with --trust-project" },
    );
  }
  context.note(`${path} names the host: ${url}`);
  await confirm(context, `send ${purposeText[purpose]} to ${origin}, now and later?`);
  await hosts.add([origin], [purpose], context.now());
};

/** @throws HookproofError `confirmation-needed` unless the answer is yes */
export const confirm = async (context: Context, question: string): Promise<void> => {
  if (/^y(?:es)?$/i.test((await context.ask(`${question} [y/N]`)).trim())) return;
  throw new HookproofError("confirmation-needed", "not trusted, so nothing was sent", {
    hint: "answer y, or pass the URL yourself on the command line",
  });
};

/**
 * Whether a built-in profile has the same route, so that a project file's profile that extends it doesn't add a host.
 */
export const isDocumented = (route: ApiEndpoint): boolean =>
  builtInProfiles().some(({ endpoints = {} }) => Object.values(endpoints).some((one) => isDeepStrictEqual(one, route)));
