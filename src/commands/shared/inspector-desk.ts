import type { Desk } from "../../inspector/desk.ts";
import { maskFor } from "../../inspector/mask.ts";
import { SearchThread } from "../../listener/search-thread.ts";
import type { Candidate } from "../../listener/inspect.ts";
import type { Context } from "../../cli/context.ts";

/** The limits of the search for one cause, while a user waits for it. */
const searchLimits = {
  budget: { ms: 2000, bytes: 1_000_000_000, tries: 200_000 },
  deadlineMs: 10_000,
  waiting: 100,
  waitingBytes: 256 * 1024 * 1024,
} as const;

/** What every inspector's desk needs: the possible platforms, the mask for secrets, and the search for causes. */
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
