import { bodyCover } from "../providers/parts.ts";
import type { CheckSession } from "./session.ts";
import type { DeliveryCheck } from "./judge.ts";
import type { CaseId, Outcome, DeliveryResult, Target } from "./types.ts";

interface CaseFacts {
  readonly id: CaseId;
  /** What is right, as a sentence. */
  readonly title: string;
  readonly proves: string;
  readonly sent: string;
  readonly expected: string;
  /** What to change where it fails for the reason it looks for. */
  readonly fix: string;
  /**
   * `together`: beside others. `apart`: alone, because it loads the receiver or measures it.
   * `first`: alone and before the others, because it counts what they would change.
   */
  readonly when: "together" | "apart" | "first";
  /** Why the case does not apply to a target; undefined where it does. */
  readonly notApplicable?: (target: Target) => string | undefined;
  /** Whether it shows that the body is verified, which a token cannot be for. */
  readonly needsSignedBody?: true;
  /** Of no concern with this target, so that it is not even named, unless it is asked for. */
  readonly isOmitted?: (target: Target) => boolean;
  /** Passes by being rejected. */
  readonly passesOnRejection?: boolean;
  /** Right receivers differ here: what it finds is worth a look, and no failure. */
  readonly isAdvice?: boolean;
  /** What is sent has a valid signature and is nothing a platform sends: a receiver that it brings down, and that comes back, gets advice. */
  readonly isArtificial?: boolean;
}

/** A case that is its deliveries and how each is judged. */
interface PlainCase extends CaseFacts {
  readonly deliveries: (session: CheckSession) => AsyncIterable<DeliveryResult>;
  readonly check: DeliveryCheck;
}

/** A case that looks at more than the response to each delivery. */
interface OwnCase extends CaseFacts {
  readonly run: (session: CheckSession) => Promise<Outcome>;
}

/** One case of the battery, as data: an object in one of the lists of `cases.ts`, and its id in `caseIds`, which has the order. */
export type CheckCase = PlainCase | OwnCase;

/** Why a case does not apply to a target; undefined where it does. */
export const notApplicableReason = (one: CheckCase, target: Target): string | undefined => {
  const { profile, scheme } = target;
  const cover = scheme.bodyHash === undefined ? bodyCover(scheme.content) : "all";
  if (one.needsSignedBody === true && cover !== "all")
    return cover === "nothing"
      ? `${profile.name} does not sign the body`
      : `${profile.name} signs only fields of the body`;
  return one.notApplicable?.(target);
};
