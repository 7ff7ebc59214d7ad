import type { Profile } from "../providers/profile.ts";
import { bodyCoverage } from "../providers/parts.ts";
import type { CheckSession } from "./session.ts";
import type { DeliveryCheck } from "./delivery-checks.ts";
import type { CaseId, Outcome, DeliveryResult, Target } from "./types.ts";

interface CaseFacts {
  readonly id: CaseId;
  /** The correct behavior, as a sentence. */
  readonly title: string;
  readonly proves: string;
  readonly sent: string;
  readonly expected: string;
  /** The same for one platform, where it differs. */
  readonly expectedOf?: (profile: Profile) => string | undefined;
  /** The fix for the problem that this case looks for. */
  readonly fix: string;
  /**
   * `together`: may run alongside others. `apart`: alone, because it loads or measures the receiver. `first`: alone and
   * before all others, because it counts something they would change.
   */
  readonly when: "together" | "apart" | "first";
  /** Why the case doesn't apply to a target; undefined if it does. */
  readonly notApplicable?: (target: Target) => string | undefined;
  /** Needs a signature over the body; a token isn't enough. */
  readonly needsSignedBody?: true;
  /** Not even listed for this target, unless asked for by id. */
  readonly isOmitted?: (target: Target) => boolean;
  /** Passes if the receiver rejects the deliveries. */
  readonly passesOnRejection?: boolean;
  /** Correct receivers differ here: a failure is advice only. */
  readonly isAdvice?: boolean;
  /**
   * The delivery has a valid signature but no platform would send it. If it crashes a receiver that comes back, that is
   * advice only.
   */
  readonly isArtificial?: boolean;
}

/** A case defined by its deliveries and how each is checked. */
interface PlainCase extends CaseFacts {
  readonly deliveries: (session: CheckSession) => AsyncIterable<DeliveryResult>;
  readonly check: DeliveryCheck;
}

/** A case that looks at more than the response to each delivery. */
interface OwnCase extends CaseFacts {
  readonly run: (session: CheckSession) => Promise<Outcome>;
}

/**
 * One check case, as data: an object in one of the lists of `cases.ts`, and its id in `caseIds`, which sets the order.
 */
export type CheckCase = PlainCase | OwnCase;

/** Why a case doesn't apply to a target; undefined if it does. */
export const notApplicableReason = (one: CheckCase, target: Target): string | undefined => {
  const { profile, scheme } = target;
  const cover = scheme.bodyHash === undefined ? bodyCoverage(scheme.content) : "all";
  if (one.needsSignedBody === true && cover !== "all")
    return cover === "nothing"
      ? `${profile.name} does not sign the body`
      : `${profile.name} signs only fields of the body`;
  return one.notApplicable?.(target);
};
