import type { Context } from "../../cli/context.ts";
import { resolveRef, warnLiteral } from "../../storage/secret-refs.ts";
import type { Secret } from "../../values/secret.ts";

/** The secret that `--verify-token` refers to. @throws HookproofError `secret-missing` */
export const verifyTokenOf = async (context: Context, ref: string | undefined): Promise<Secret | undefined> => {
  if (ref === undefined) return undefined;
  const sources = { env: context.env, cwd: context.cwd, store: context.store, warn: context.warn };
  warnLiteral("--verify-token", ref, sources);
  return resolveRef(ref, "--verify-token", sources);
};
