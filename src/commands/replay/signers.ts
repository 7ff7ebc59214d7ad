import type { DlqEntry } from "../../dlq/dlq.ts";
import { HookproofError } from "../../errors.ts";
import type { Profile } from "../../providers/profile.ts";
import type { Signer, Unsignable } from "../../replay/replay.ts";
import type { Context } from "../../cli/context.ts";

/** Finds profile and current secret of each entry, once a provider. */
export const signerFor = (
  context: Context,
  input: { readonly provider: string | undefined; readonly secret: readonly string[]; readonly signature: string },
) => {
  const known = new Map<string, Signer | Unsignable | Promise<Signer | Unsignable>>();
  const find = async (id: string): Promise<Signer | Unsignable> => {
    let profile: Profile;
    try {
      profile = await context.profile(id);
    } catch (error) {
      if (!(error instanceof HookproofError) || error.code !== "unknown-provider") throw error;
      return { unsignable: `no profile '${id}'` };
    }
    if (input.signature === "keep") return { profile, secret: null };
    const [secret] = await context.needSecrets(input.secret, profile);
    return { profile, secret };
  };
  return (entry: DlqEntry): Signer | Unsignable | Promise<Signer | Unsignable> => {
    const id = entry.provider ?? input.provider;
    if (id === undefined) return { unsignable: "its provider is not known: give -p ID" };
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
