import type { DlqEntry } from "../../dlq/dlq.ts";
import { HookproofError } from "../../errors.ts";
import { unknownPlatform } from "../../replay/unknown-platform.ts";
import type { Profile } from "../../providers/profile.ts";
import type { Signer, Unsendable } from "../../replay/replay.ts";
import type { Secret } from "../../values/secret.ts";
import { privateKeyFor } from "../shared/keys.ts";
import { isLoopback } from "../shared/targets.ts";
import { purposeOf, trustedHostsOf } from "../shared/trust.ts";
import { isRecorded } from "./destination.ts";
import type { Context } from "../../cli/context.ts";

interface SignerInput {
  readonly to: string;
  readonly provider: string | undefined;
  readonly secret: readonly string[];
  readonly privateKey: string | undefined;
  readonly signature: string;
  readonly dryRun: boolean;
}

/**
 * Finds the profile and current secret of each entry, once per provider. If a platform sends the secret itself, it is
 * not sent to a host that only the queue names.
 */
export const signerFor = (context: Context, input: SignerInput) => {
  const find = finderFor(context, input);
  if (!isRecorded(input.to) || input.signature === "keep") return find;
  return async (entry: DlqEntry): Promise<Signer | Unsendable> => {
    const signer = await find(entry);
    return "unsendable" in signer ? signer : ((await refusedToken(context, entry, signer)) ?? signer);
  };
};

const refusedToken = async (
  context: Context,
  { url }: DlqEntry,
  { profile }: Signer,
): Promise<Unsendable | undefined> => {
  if (purposeOf(profile) !== "token" || url === null || !URL.canParse(url)) return undefined;
  const { origin, hostname } = new URL(url);
  if (isLoopback(hostname) || (await (await trustedHostsOf(context)).has(origin, "token"))) return undefined;
  return {
    unsendable: `${profile.name} sends the secret itself, and only the queue names ${origin}: use --to URL, or \`hookproof config trust ${origin}\``,
  };
};

const finderFor = (context: Context, input: SignerInput) => {
  const known = new Map<string, Signer | Unsendable | Promise<Signer | Unsendable>>();
  const isKept = input.signature === "keep";
  const unchanged: Signer = { profile: unknownPlatform(), secret: null };
  let key: Promise<Secret | undefined> | undefined;
  const find = async (id: string): Promise<Signer | Unsendable> => {
    let profile: Profile;
    try {
      profile = await context.profile(id);
    } catch (error) {
      if (!(error instanceof HookproofError) || error.code !== "unknown-provider") throw error;
      return isKept ? unchanged : { unsendable: `no profile '${id}'` };
    }
    if (isKept) return { profile, secret: null };
    if (input.dryRun) {
      // A dry run doesn't sign, so it needs no secret; a replay would end here.
      if ((await context.secrets(input.secret, profile)).length === 0 && !context.interactive)
        context.warn(`missing secret for ${profile.id}: a replay needs it (--secret env:NAME)`);
      return { profile, secret: null };
    }
    const [secret] = await context.needSecrets(input.secret, profile);
    key ??= privateKeyFor(context, input.privateKey);
    return { profile, secret, key: await key };
  };
  return (entry: DlqEntry): Signer | Unsendable | Promise<Signer | Unsendable> => {
    const id = entry.provider ?? input.provider;
    if (id === undefined)
      return isKept
        ? unchanged
        : { unsendable: "its provider is unknown: add -p ID, or --signature keep to send it unchanged" };
    const before = known.get(id);
    if (before !== undefined) return before;
    const finding = find(id).then((found) => {
      known.set(id, found);
      return found;
    });
    known.set(id, finding);
    return finding;
  };
};
