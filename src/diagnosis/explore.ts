import { builtInProfiles } from "../providers/index.ts";
import { eventOf } from "../providers/event.ts";
import { signatureHeadersOf, valueAt } from "../providers/place.ts";
import type { Place, Profile } from "../providers/profile.ts";
import { requestUrl } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import { signsUrl } from "../providers/parts.ts";
import { isPublicKey, macLength } from "../signature/mac.ts";
import type { Finding } from "../signature/verdict.ts";
import type { SchemeResult, VerifyOptions } from "../signature/try-schemes.ts";
import { searchAsymmetric } from "./asymmetric.ts";
import { BodyVariants } from "./bodies.ts";
import { BudgetTracker, defaultBudget } from "./budget.ts";
import type { Budget } from "./budget.ts";
import { digestState } from "./digests.ts";
import { keyVariants } from "./keys.ts";
import { nearMiss } from "./near-miss.ts";
import { isKeyed, signingVariants } from "./signing-variants.ts";
import { TestedCandidates, search } from "./search.ts";
import type { Outcome, SearchSpace } from "./search.ts";
import { secretFacts } from "./secret-findings.ts";
import { readTargets, signatureTexts } from "./targets.ts";
import type { Target } from "./targets.ts";
import { bodyFacts, bodyHints, replacedPlaces } from "./body-findings.ts";
import { firstDifference } from "./types.ts";
import type { Step } from "./types.ts";
import { withoutPassword } from "./urls.ts";
import { unexplained } from "./wording.ts";

export interface DiagnoseOptions extends VerifyOptions {
  /** The request as sent, if known. */
  readonly sent?: WebhookRequest;
  /** Known secrets that weren't given: stored ones, the other direction's. */
  readonly otherSecrets?: readonly Secret[];
  /** The user's own profiles; the built-in ones are always known. */
  readonly profiles?: readonly Profile[];
  readonly budget?: Partial<Budget>;
  /** Called with the signed body if it isn't the received one. */
  readonly onSignedBody?: (body: Buffer) => void;
  /** Called if the search found nothing and the budget ended it early. */
  readonly onStopped?: () => void;
  /** A clock in milliseconds that ends the search on slow machines. */
  readonly now?: () => number;
}

/** The result of the search over one scheme. */
interface Exploration {
  readonly outcome: Outcome;
  readonly targets: readonly Target[];
  /** The finding for "nothing matched", listing what was ruled out; computed on demand. */
  readonly unexplained: () => Finding;
}

interface ExploreOptions extends DiagnoseOptions {
  /** Try only signatures that need a secret, no plain digests of the body. */
  readonly keyedOnly?: boolean;
}

/** Searches for the smallest change that makes the signature match under one scheme. */
export const explore = (
  request: WebhookRequest,
  profile: Profile,
  schemeResult: Pick<SchemeResult, "scheme" | "timestamp" | "value" | "place" | "scope" | "reading">,
  secrets: readonly Secret[],
  options: ExploreOptions,
  targets: readonly Target[] = readTargets(schemeResult.value, schemeResult.scheme),
): Exploration => {
  const { scheme } = schemeResult;
  const facts = bodyFacts(request);
  const others = (options.otherSecrets ?? []).filter(
    (one) => !secrets.some((given) => given.reveal().equals(one.reveal())),
  );
  const url = options.url ?? requestUrl(request);
  const ways = signingVariants({
    request,
    profile,
    scheme,
    timestamp: schemeResult.timestamp,
    place: schemeResult.place,
    scope: schemeResult.scope,
    pairs: schemeResult.reading.pairs,
    url,
    method: options.method ?? request.method,
    others: [...(options.profiles ?? []), ...builtInProfiles()],
    // Without a readable signature, assume the scheme's length.
    lengths: targets.length === 0 ? [macLength(scheme.mac) ?? 32] : targets.map((one) => one.bytes.length),
  });
  const budget = { ...defaultBudget, ...options.budget };
  const space: SearchSpace = {
    targets,
    keys: keyVariants(
      secrets,
      others,
      scheme.mac.kind === "hmac" ? scheme.mac.key : "text",
      scheme.mac.kind === "hmac" ? scheme.mac.keyHash : undefined,
    ),
    signingVariants: options.keyedOnly === true ? ways.filter(isKeyed) : ways,
    bodies: new BodyVariants(request.body, facts),
    receivedLength: request.body.length,
    announced: facts.contentLength,
    tested: new TestedCandidates(),
  };
  const isPublic = isPublicKey(scheme.mac);
  const run = (within: SearchSpace, tries: number): Outcome =>
    within.keys.length === 0
      ? nothing
      : isPublic
        ? searchAsymmetric(within, scheme, secrets, others, new BudgetTracker({ ...budget, tries }, options.now))
        : within.targets.length === 0
          ? nothing
          : search(within, { ...budget, tries }, options.now);
  let outcome = run(space, budget.tries);
  if (outcome.match?.certain !== true && !isPublic) {
    const near = nearMiss(space, signatureTexts(schemeResult.value, scheme), sideBudget(budget), options.now);
    outcome = { ...outcome, match: near.match ?? outcome.match, tried: outcome.tried + near.tried };
  }
  const { sent } = options;
  if (outcome.match?.certain !== true && sent !== undefined && !sent.body.equals(request.body)) {
    const bodies = new BodyVariants(sent.body, bodyFacts(sent));
    const found = run({ ...space, bodies, announced: undefined }, 5000);
    const tried = outcome.tried + found.tried;
    outcome =
      found.match?.certain === true
        ? {
            match: {
              ...found.match,
              steps: [...found.match.steps, sentStep(request, sent, schemeResult.place, profile)],
            },
            tried,
            stopped: outcome.stopped,
          }
        : { ...outcome, tried };
  }
  return {
    outcome,
    targets,
    unexplained: () => {
      if (outcome.stopped) options.onStopped?.();
      const { fit, hints } = secretFacts(secrets, scheme, profile, request);
      const digest = digestState(request, signatureHeadersOf(scheme)[0]);
      return unexplained(
        {
          tested: space.tested,
          secrets: fit.length + others.length,
          stopped: outcome.stopped,
          isJson: /^\s*[{["]/.test(request.body.toString("latin1", 0, 64)),
          intact: digest?.holds === true ? digest.header : undefined,
          url: signsUrl(scheme.content)
            ? { first: url === undefined ? undefined : withoutPassword(url), isGiven: options.url !== undefined }
            : undefined,
          failed: [...space.bodies.failed],
          hints: [...hints, ...bodyHints(request, facts, digest, sideBudget(budget))],
        },
        request.headers,
      );
    },
  };
};

/** The budget for side searches: a tenth of the main one. */
export const sideBudget = (given: Partial<Budget> | undefined): Budget => {
  const { bytes, tries, ms } = { ...defaultBudget, ...given };
  return { bytes: bytes / 10, tries: tries / 10, ms: ms / 10 };
};

const nothing: Outcome = { match: undefined, tried: 0, stopped: false };

/** The step for "the signature covers the body as sent", with its possible causes. */
const sentStep = (request: WebhookRequest, sent: WebhookRequest, place: Place, profile: Profile): Step => {
  const firstByte = firstDifference(request.body, sent.body);
  const places = replacedPlaces(sent.body, request.body);
  if (places > 0) {
    const done = "the characters an ASCII encoder replaced with ? are restored";
    return { code: "body-charset", done, culprit: "text encoded as ASCII", places, firstByte };
  }
  const done = `the body is replaced by the one that was sent (${sent.body.length} bytes instead of ${request.body.length})`;
  // If only the body was given, it was read with the received request's headers, so its signature shows nothing.
  const carried = sent.headers === request.headers ? undefined : valueAt(sent, place);
  const [before, after] = [eventOf(sent, profile).id, eventOf(request, profile).id];
  if (before !== null && after !== null && before !== after) {
    return {
      code: "body-altered",
      done,
      firstByte,
      culprit: null,
      more: "These are different events: this one carries the signature of the other.",
      fix: "The sender must sign each event's own body; if the files were mixed up, compare the request with its own event.",
    };
  }
  return carried === undefined || carried !== valueAt(request, place)
    ? { code: "body-altered", done, firstByte }
    : {
        code: "body-altered",
        done,
        firstByte,
        culprit: null,
        more: "Both requests carry the same signature: either the sender sent a changed body (a retry with a new counter or time) with the signature of the first attempt, or something on the way changed the body.",
        fix: "See what differs: hookproof compare SENT RECEIVED. If the change can only come from the sender (an attempt number, a time), the sender must sign each attempt's own body; otherwise find the hop that changes it.",
      };
};
