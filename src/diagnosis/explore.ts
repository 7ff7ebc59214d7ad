import { builtInProfiles } from "../providers/index.ts";
import type { Profile } from "../providers/profile.ts";
import { requestUrl } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import type { Finding } from "../signature/verdict.ts";
import type { SchemeResult, VerifyOptions } from "../signature/try-schemes.ts";
import { searchAsymmetric } from "./asymmetric.ts";
import { BodyVariants } from "./bodies.ts";
import { defaultBudget } from "./budget.ts";
import type { Budget } from "./budget.ts";
import { keyVariants } from "./keys.ts";
import { signingVariants } from "./signing-variants.ts";
import { Tested, search } from "./search.ts";
import type { Outcome } from "./search.ts";
import { readTargets } from "./targets.ts";
import type { Target } from "./targets.ts";
import { bodyDamage, bodyFacts, bodyHints, digestHolds } from "./body-findings.ts";
import { unexplained } from "./wording.ts";

export interface DiagnoseOptions extends VerifyOptions {
  /** The request as it was sent, where it is known. */
  readonly sent?: WebhookRequest;
  /** Secrets that were not given but are known: stored ones, the other direction's. */
  readonly otherSecrets?: readonly Secret[];
  /** The user's own profiles; the built-in ones are always known. */
  readonly profiles?: readonly Profile[];
  readonly budget?: Partial<Budget>;
  /** A clock in milliseconds that ends the search on slow machines. */
  readonly now?: () => number;
}

/** What the search over one scheme found, and what it could say of it. */
interface Exploration {
  readonly outcome: Outcome;
  readonly targets: readonly Target[];
  readonly unexplained: Finding;
}

/** Searches for the change under which the signature matches as one scheme signs. */
export const explore = (
  request: WebhookRequest,
  profile: Profile,
  schemeResult: Pick<SchemeResult, "scheme" | "timestamp" | "value">,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
  targets: readonly Target[] = readTargets(schemeResult.value, schemeResult.scheme),
): Exploration => {
  const { scheme } = schemeResult;
  const facts = bodyFacts(request);
  const others = (options.otherSecrets ?? []).filter(
    (one) => !secrets.some((given) => given.reveal().equals(one.reveal())),
  );
  const keys = keyVariants(secrets, others, scheme.mac.kind === "hmac" ? scheme.mac.key : "text");
  const ways = signingVariants({
    request,
    profile,
    scheme,
    timestamp: schemeResult.timestamp,
    url: options.url ?? requestUrl(request),
    method: options.method ?? request.method,
    others: [...(options.profiles ?? []), ...builtInProfiles()],
    lengths: targets.map((one) => one.bytes.length),
  });
  const budget = { ...defaultBudget, ...options.budget };
  const space = {
    targets,
    keys,
    signingVariants: ways,
    bodies: new BodyVariants(request.body, facts),
    receivedLength: request.body.length,
    announced: facts.contentLength,
    tested: new Tested(),
  };
  let outcome: Outcome = { match: undefined, tried: 0, stopped: false };
  if (scheme.mac.kind === "ed25519") outcome = searchAsymmetric(space, scheme, [...secrets, ...others]);
  if (outcome.match === undefined && targets.length > 0 && keys.length > 0) {
    const { tried, stopped } = outcome;
    const found = search(space, budget, options.now);
    outcome = { match: found.match, tried: tried + found.tried, stopped: stopped || found.stopped };
  }
  const { sent } = options;
  if (outcome.match?.certain !== true && sent !== undefined && !sent.body.equals(request.body)) {
    outcome = withSentBody(space, sent, request, outcome, options);
  }
  return {
    outcome,
    targets,
    unexplained: unexplained(
      {
        tested: space.tested,
        secrets: secrets.length + others.length,
        stopped: outcome.stopped,
        isJson: /^\s*[{["]/.test(request.body.toString("latin1", 0, 64)),
        intact: digestHolds(request) === true,
        hints: bodyHints(request, facts),
      },
      request.headers,
    ),
  };
};

/** The body that was sent, put in the place of the one that came. */
const withSentBody = (
  space: Parameters<typeof search>[0],
  sent: WebhookRequest,
  request: WebhookRequest,
  before: Outcome,
  options: DiagnoseOptions,
): Outcome => {
  const [altered] = bodyDamage({ ...request, headers: [] }, bodyFacts({ ...request, headers: [] }), sent);
  const body = new BodyVariants(sent.body, bodyFacts(sent));
  const found = search(
    { ...space, bodies: body, announced: undefined },
    { ...defaultBudget, tries: 5000 },
    options.now,
  );
  const tried = before.tried + found.tried;
  if (found.match?.certain !== true) return { ...before, tried };
  const step = {
    code: "body-altered" as const,
    done: `the body is the one that was sent: ${sent.body.length} bytes, where ${request.body.length} came`,
    firstByte: altered?.firstByte ?? null,
  };
  return { match: { ...found.match, steps: [...found.match.steps, step] }, tried, stopped: before.stopped };
};
