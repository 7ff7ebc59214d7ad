import type { Scheme } from "../providers/profile.ts";
import type { Secret } from "../values/secret.ts";
import { unusableReason } from "../signature/key.ts";
import { matchesLength, macMatches } from "../signature/mac.ts";
import type { BudgetTracker } from "./budget.ts";
import type { Match, Outcome, SearchSpace } from "./search.ts";
import type { Step } from "./types.ts";
import { plainContents, signedBytes } from "./signing-variants.ts";

/** A public-key check costs as much as dozens of MACs, so far fewer combinations are tested. */
const maxChecks = 1500;
/** The cost of one check, in hashed bytes. */
const bytesPerCheck = 200_000;

/** The search for public-key schemes: signatures can only be checked, not recomputed. */
export const searchAsymmetric = (
  space: SearchSpace,
  scheme: Scheme,
  given: readonly Secret[],
  others: readonly Secret[],
  tracker: BudgetTracker,
): Outcome => {
  const keys = [...given, ...others].filter((secret) => unusableReason(secret.reveal(), scheme.mac) === undefined);
  const targets = space.targets.filter((target) => matchesLength(scheme.mac, target.bytes.length));
  const contents = plainContents(space.signingVariants);
  let checksLeft = keys.length === 0 || targets.length === 0 ? 0 : maxChecks;
  for (let total = 0; total <= 5; total++) {
    for (let cost = 0; cost <= total; cost++) {
      const ways = contents.filter((one) => one.cost === total - cost);
      if (ways.length === 0) continue;
      for (const body of space.bodies.at(cost, tracker)) {
        if (checksLeft <= 0 || !tracker.spend(body.work)) break;
        const bytes = body.bytes();
        if (bytes === undefined) continue;
        for (const variant of ways) {
          const content = signedBytes(variant, bytes);
          for (const secret of keys) {
            for (const target of targets) {
              if (checksLeft-- <= 0 || !tracker.try(bytes.length * 2 + bytesPerCheck))
                return ended(undefined, tracker, true);
              space.tested.add(body, variant, secret);
              if (!macMatches(scheme.mac, secret.reveal(), content, target.bytes)) continue;
              const key = { cost: 0, steps: [], secret, text: secret.reveal(), key: secret.reveal() };
              const other = given.includes(secret) ? [] : [otherKnown(secret)];
              const steps = [...target.steps, ...other, ...variant.steps, ...body.steps()];
              return ended({ steps, key, variant, notation: target.notation, certain: true }, tracker);
            }
          }
        }
      }
    }
  }
  return ended(undefined, tracker, checksLeft <= 0);
};

/** The step for a signature that a known secret, not given by the user, verifies. */
export const otherKnown = (secret: Secret): Step => ({
  code: "secret-other",
  done: `another known key is used, ${secret.label}`,
});

const ended = (match: Match | undefined, { tried, stopped, skipped }: BudgetTracker, isCut = false): Outcome => ({
  match,
  tried,
  stopped: isCut || stopped || skipped,
});
