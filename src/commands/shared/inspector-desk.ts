import type { Desk } from "../../inspector/desk.ts";
import { maskFor } from "../../inspector/mask.ts";
import { SearchThread } from "../../listener/search-thread.ts";
import type { Candidate } from "../../listener/inspect.ts";
import type { Context } from "../../cli/context.ts";

/** What a search for one cause may cost while somebody waits for it. */
const searchLimits = {
  budget: { ms: 2000, bytes: 1_000_000_000, tries: 200_000 },
  deadlineMs: 10_000,
  waiting: 100,
  waitingBytes: 256 * 1024 * 1024,
} as const;

/** What every inspector's desk has: whose requests these may be, what is masked in them, and who explains them. */
export const deskFor = async (
  context: Context,
  candidates: readonly Candidate[],
): Promise<Pick<Desk, "candidates" | "profiles" | "mask" | "now"> & { readonly explainer: SearchThread }> => {
  const [profiles, otherSecrets] = [await context.profiles(), await context.otherSecrets()];
  return {
    candidates,
    profiles,
    mask: maskFor(
      [...candidates.flatMap(({ secrets }) => secrets), ...otherSecrets],
      [...profiles, ...candidates.map(({ profile }) => profile)],
    ),
    now: context.now,
    explainer: new SearchThread({ ...searchLimits, candidates, profiles, otherSecrets }),
  };
};
