import { builtInProfiles } from "../../providers/index.ts";
import type { Profile, Scheme } from "../../providers/profile.ts";
import { headerValue, requestUrl } from "../../request/request.ts";
import type { WebhookRequest } from "../../request/request.ts";
import type { Secret } from "../../values/secret.ts";
import { documentedSchemes } from "../sign.ts";
import type { Finding, Verdict } from "../verdict.ts";
import { bestOf, examine, notesOn, timestampVerdict, verify } from "../verify.ts";
import type { Examination, VerifyOptions } from "../verify.ts";
import { macLength } from "../mac.ts";
import { searchAsymmetric } from "./asymmetric.ts";
import { Candidates } from "./bodies.ts";
import { detectProfiles, signatureHeaders } from "./detect.ts";
import { keyVariants } from "./keys.ts";
import { recipes } from "./recipes.ts";
import { defaultBudget } from "./budget.ts";
import type { Budget } from "./budget.ts";
import { search } from "./search.ts";
import type { Match, Outcome } from "./search.ts";
import { expectedForm, readTargets } from "./targets.ts";
import type { Target } from "./targets.ts";
import { timeFindings } from "./time.ts";
import { bodyDamage, bodyFacts, bodyHints, digestHolds } from "./visible.ts";
import { findingOf, seen, unexplained } from "./wording.ts";

export interface JudgeOptions extends VerifyOptions {
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

/** One profile, or those among which the request's headers choose. */
export type JudgeTarget = Profile | { readonly auto: readonly Profile[] };

/**
 * Verifies a request and says, where it is invalid, why: the smallest change under which its
 * signature matches, with the place; else what was ruled out.
 * @throws HookproofError as `verify`
 */
export const judge = (
  request: WebhookRequest,
  target: JudgeTarget,
  secrets: readonly Secret[],
  options: JudgeOptions,
): Verdict =>
  "auto" in target ? judgeAny(request, target.auto, secrets, options) : judgeOne(request, target, secrets, options);

const judgeAny = (
  request: WebhookRequest,
  profiles: readonly Profile[],
  secrets: readonly Secret[],
  options: JudgeOptions,
): Verdict => {
  const fitting = detectProfiles(request.headers, profiles);
  const plain = fitting.map((profile) => [profile, verify(request, profile, secrets, options)] as const);
  const valid = plain.find(([, verdict]) => verdict.valid);
  if (valid !== undefined) return valid[1];
  let best: Verdict | undefined;
  for (const profile of fitting) {
    const verdict = judgeOne(request, profile, secrets, options);
    if (verdict.findings[0]?.certain === true && !verdict.findings.some((one) => one.code === "unexplained"))
      return verdict;
    best ??= verdict;
  }
  return best ?? nothingKnown(request, profiles);
};

const nothingKnown = (request: WebhookRequest, profiles: readonly Profile[]): Verdict =>
  withFindings(emptyVerdict("auto"), [
    seen(
      "signature-missing",
      `The request carries no signature header of a known platform (${signatureHeaders(profiles).join(", ")}).`,
      request.headers,
    ),
  ]);

const judgeOne = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: JudgeOptions,
): Verdict => {
  const plain = verify(request, profile, secrets, options);
  if (plain.valid) return plain;
  const examination = bestOf(examine(request, profile, secrets, options));
  if (examination === undefined) return judgeMissing(request, profile, secrets, options);
  const base: Verdict = {
    ...plain,
    scheme: examination.scheme.name,
    timestamp: timestampVerdict(examination, options),
  };
  if (examination.match !== undefined) {
    return withFindings(base, [...shown(examination, request), ...timeFindings(examination, request, options)]);
  }
  const explorer = explore(request, profile, examination, secrets, options);
  const { outcome } = explorer;
  const tried = plain.tried + outcome.tried;
  if (outcome.match !== undefined) {
    const verdict = explained({ ...base, tried }, outcome.match, examination, request, options);
    return { ...verdict, notes: notesOn(request, profile, { ...examination, match: outcome.match.key.secret }) };
  }
  const other = otherProvider(request, profile, secrets, options);
  if (other !== undefined) return { ...base, ...other, tried };
  const damage = bodyDamage(request, bodyFacts(request), options.sent);
  const plainly = shown(examination, request);
  const header = plainly.length > 0 ? plainly : tooShort(examination, request, explorer.targets);
  const noted = [...header, ...damage];
  const isSettled = damage.some((one) => one.certain) || explorer.targets.length === 0;
  return withFindings({ ...base, tried }, [...noted, ...(isSettled && noted.length > 0 ? [] : [explorer.unexplained])]);
};

/** A match as findings: header, unit, secret, scheme, body as applied, and last whether it was in time. */
const explained = (
  base: Verdict,
  match: Match,
  examination: Examination,
  request: WebhookRequest,
  options: JudgeOptions,
): Verdict => {
  const steps = match.steps.map((step) => findingOf(step, match.certain, request.headers));
  const isForgiven = steps.some((one) => one.code.startsWith("signature-"));
  // A body that is found again was not merely unreadable.
  const isRestored = steps.some((one) => one.code.startsWith("body-"));
  const header = shown(examination, request).filter(
    (one) =>
      !(isForgiven && one.code.startsWith("signature-")) &&
      !(isRestored && one.code === "body-charset") &&
      !steps.some((step) => step.code === one.code),
  );
  const time = timeFindings(examination, request, options).filter(
    (one) => !steps.some((step) => step.code === one.code),
  );
  const units = time.filter((one) => one.code === "timestamp-unit");
  const isConverted = steps.some((one) => one.code === "timestamp-unit");
  return {
    ...withFindings(base, [
      ...header,
      ...units,
      ...steps,
      ...(isConverted ? [] : time.filter((one) => one.code !== "timestamp-unit")),
    ]),
    matchedSecret: match.key.secret.label,
  };
};

interface Exploration {
  readonly outcome: Outcome;
  readonly targets: readonly Target[];
  readonly unexplained: Finding;
}

const explore = (
  request: WebhookRequest,
  profile: Profile,
  examination: Pick<Examination, "scheme" | "timestamp" | "value">,
  secrets: readonly Secret[],
  options: JudgeOptions,
  targets: readonly Target[] = readTargets(examination.value, examination.scheme),
): Exploration => {
  const { scheme } = examination;
  const facts = bodyFacts(request);
  const others = (options.otherSecrets ?? []).filter(
    (one) => !secrets.some((given) => given.reveal().equals(one.reveal())),
  );
  const keys = keyVariants(secrets, others, scheme.mac.kind === "hmac" ? scheme.mac.key : "text");
  const ways = recipes({
    request,
    profile,
    scheme,
    timestamp: examination.timestamp,
    url: options.url ?? requestUrl(request),
    method: options.method ?? request.method,
    others: [...(options.profiles ?? []), ...builtInProfiles],
    lengths: targets.map((one) => one.bytes.length),
  });
  const budget = { ...defaultBudget, ...options.budget };
  const space = {
    targets,
    keys,
    recipes: ways,
    bodies: new Candidates(request.body, facts),
    receivedLength: request.body.length,
    announced: facts.contentLength,
  };
  let outcome: Outcome =
    targets.length === 0 || keys.length === 0
      ? { match: undefined, tried: 0, stopped: false }
      : search(space, budget, options.now);
  if (outcome.match?.certain !== true && scheme.mac.kind === "ed25519") {
    outcome = searchAsymmetric(space, scheme, [...secrets, ...others], outcome);
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
        keys: keys.length,
        secrets: secrets.length + others.length,
        recipes: ways.length,
        tried: outcome.tried,
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
  options: JudgeOptions,
): Outcome => {
  const [altered] = bodyDamage({ ...request, headers: [] }, bodyFacts({ ...request, headers: [] }), sent);
  const body = new Candidates(sent.body, bodyFacts(sent));
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

/** What the header and the timestamp show by themselves, in the order in which a verifier stumbles. */
const shown = (one: Examination, request: WebhookRequest): readonly Finding[] => {
  const { scheme } = one;
  const findings: Finding[] = one.problems.flatMap((code) => {
    switch (code) {
      case "signature-prefix":
        return [
          seen(code, `${scheme.header} does not have the documented form ${expectedForm(scheme)}.`, request.headers),
        ];
      case "signature-malformed":
        return [seen(code, malformedWords(one, request), request.headers)];
      case "timestamp-missing":
        return [
          seen(
            code,
            `The timestamp (${timestampName(scheme)}) is missing, and it is a part of what is signed.`,
            request.headers,
          ),
        ];
      case "timestamp-malformed":
        return [
          seen(
            code,
            `The timestamp (${timestampName(scheme)}) is '${(one.timestamp ?? "").slice(0, 40)}', which is not whole epoch ${scheme.timestamp?.unit === "ms" ? "milliseconds" : "seconds"}.`,
            request.headers,
          ),
        ];
      case "body-charset":
        return [
          seen(
            code,
            "The body is not UTF-8, and the documented verifier decodes it before it verifies.",
            request.headers,
          ),
        ];
      default:
        return [];
    }
  });
  return findings;
};

/** A signature that is shorter than any of its kind and that nothing explains. */
const tooShort = (one: Examination, request: WebhookRequest, targets: readonly Target[]): readonly Finding[] => {
  const longest = Math.max(0, ...targets.map((target) => target.bytes.length));
  const due = macLength(one.scheme.mac);
  if (longest >= due) return [];
  const has = longest === 0 ? "no readable signature" : `${longest} bytes`;
  return [
    seen(
      "signature-malformed",
      `${one.scheme.header} holds ${has} where a signature of ${due} bytes is due.`,
      request.headers,
    ),
  ];
};

const malformedWords = (one: Examination, request: WebhookRequest): string => {
  const id = one.scheme.id?.header;
  if (id !== undefined && headerValue(request.headers, id) === undefined)
    return `${id} is missing, and it is a part of what is signed.`;
  if (one.value === "") return `${one.scheme.header} is empty.`;
  return `${one.scheme.header} does not hold a signature in the documented form ${expectedForm(one.scheme)}.`;
};

const timestampName = (scheme: Scheme): string => {
  const from = scheme.timestamp?.from;
  return from === undefined ? "timestamp" : "header" in from ? from.header : `${from.pair}= of ${scheme.header}`;
};

/** No signature header of the profile's: another platform's, or the signature under another name, or none. */
const judgeMissing = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: JudgeOptions,
): Verdict => {
  const other = otherProvider(request, profile, secrets, options);
  if (other !== undefined) return other;
  const schemes = documentedSchemes(profile).filter((one) => one.mac.kind !== "ed25519");
  const names = signatureHeaders([profile]).join(" or ");
  const [scheme] = schemes;
  let tried = 0;
  if (scheme !== undefined) {
    for (const [name, value] of request.headers.slice(0, 100)) {
      if (!/sig|hmac|hash|auth|digest|token/i.test(name) || value.length < 16 || value.length > 2048) continue;
      const from = scheme.timestamp?.from;
      const timestamp =
        from !== undefined && "header" in from
          ? headerValue(request.headers, from.header)
          : /(?:^|[,;\s])t=(\d+)/.exec(value)?.[1];
      const targets = readTargets(value, { ...scheme, header: name }).map((one) => ({
        ...one,
        steps: one.steps.filter((step) => step.code !== "signature-prefix"),
      }));
      const { outcome } = explore(
        request,
        profile,
        { scheme, timestamp, value },
        secrets,
        { ...options, budget: { tries: 4000 } },
        targets,
      );
      tried += outcome.tried;
      if (outcome.match?.certain !== true) continue;
      const findings = [
        seen(
          "signature-missing",
          `The request has no ${names} header. The signature stands in ${name} instead, where it matches.`,
          request.headers,
        ),
        ...outcome.match.steps.map((step) => findingOf(step, true, request.headers)),
      ];
      return {
        ...withFindings(emptyVerdict(profile.id), findings),
        matchedSecret: outcome.match.key.secret.label,
        tried,
      };
    }
  }
  const known = detectProfiles(request.headers, [...(options.profiles ?? []), ...builtInProfiles]).filter(
    (one) => one.id !== profile.id,
  );
  const hint =
    known.length === 0
      ? ""
      : ` It carries the signature header of ${known.map((one) => one.name).join(", ")}, which matches no known secret.`;
  return {
    ...withFindings(emptyVerdict(profile.id), [
      seen("signature-missing", `The request has no ${names} header.${hint}`, request.headers),
    ]),
    tried,
  };
};

/** The verdict where the request is rightly signed as another platform's. */
const otherProvider = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: JudgeOptions,
): Verdict | undefined => {
  const all = [...(options.profiles ?? []), ...builtInProfiles].filter((one) => one.id !== profile.id);
  for (const candidate of detectProfiles(request.headers, all)) {
    const { scheme: _scheme, ...rest } = options;
    const found = bestOf(examine(request, candidate, [...secrets, ...(options.otherSecrets ?? [])], rest));
    if (found?.match === undefined) continue;
    const finding = seen(
      "provider-other",
      `The request is from ${candidate.name} (${candidate.id}): its ${found.scheme.header} matches as ${candidate.id} signs, not as ${profile.id} does.`,
      request.headers,
      { fix: `Verify it with -p ${candidate.id}, or with -p auto.` },
    );
    return {
      ...withFindings(emptyVerdict(profile.id), [finding]),
      matchedSecret: found.match.label,
      tried: found.tried,
    };
  }
  return undefined;
};

const emptyVerdict = (provider: string): Verdict => ({
  valid: false,
  provider,
  scheme: null,
  matchedSecret: null,
  timestamp: null,
  cause: null,
  findings: [],
  tried: 0,
  notes: [],
});

const withFindings = (base: Verdict, findings: readonly Finding[]): Verdict => ({
  ...base,
  valid: false,
  findings,
  cause: findings[0]?.code ?? "unexplained",
});
