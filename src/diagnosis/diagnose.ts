import type { Profile } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import type { Verdict } from "../signature/verdict.ts";
import { bestOf, trySchemes } from "../signature/try-schemes.ts";
import type { SchemeResult } from "../signature/try-schemes.ts";
import { notesOn } from "../signature/notes.ts";
import { timestampVerdict, verify } from "../signature/verify.ts";
import { emptyVerdict, withFindings } from "./verdicts.ts";
import { detectProfiles, signatureHeaders } from "./detect.ts";
import { explore } from "./explore.ts";
import type { DiagnoseOptions } from "./explore.ts";
import { diagnoseMissing, otherProvider } from "./missing.ts";
import type { Match } from "./search.ts";
import { headerFindings, tooShort } from "./header-findings.ts";
import { timeFindings } from "./time-findings.ts";
import { bodyDamage, bodyFacts } from "./body-findings.ts";
import { findingOf, seen } from "./wording.ts";

export type { DiagnoseOptions } from "./explore.ts";

/** One profile, or those among which the request's headers choose. */
type DiagnoseTarget = Profile | { readonly auto: readonly Profile[] };

/**
 * Verifies a request and says, where it is invalid, why: the smallest change under which its
 * signature matches, with the place; else what was ruled out.
 * @throws HookproofError as `verify`
 */
export const diagnose = (
  request: WebhookRequest,
  target: DiagnoseTarget,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict =>
  "auto" in target
    ? diagnoseAny(request, target.auto, secrets, options)
    : diagnoseOne(request, target, secrets, options);

const diagnoseAny = (
  request: WebhookRequest,
  profiles: readonly Profile[],
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict => {
  const fitting = detectProfiles(request.headers, profiles);
  const plain = fitting.map((profile) => [profile, verify(request, profile, secrets, options)] as const);
  const valid = plain.find(([, verdict]) => verdict.valid);
  if (valid !== undefined) return valid[1];
  let best: Verdict | undefined;
  for (const profile of fitting) {
    const verdict = diagnoseOne(request, profile, secrets, options);
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

const diagnoseOne = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict => {
  const plain = verify(request, profile, secrets, options);
  if (plain.valid) return plain;
  const schemeResult = bestOf(trySchemes(request, profile, secrets, options));
  if (schemeResult === undefined) return diagnoseMissing(request, profile, secrets, options);
  const base: Verdict = {
    ...plain,
    scheme: schemeResult.scheme.name,
    timestamp: timestampVerdict(schemeResult, options),
  };
  if (schemeResult.match !== undefined) {
    return withFindings(base, [
      ...headerFindings(schemeResult, request),
      ...timeFindings(schemeResult, request, options),
    ]);
  }
  const explorer = explore(request, profile, schemeResult, secrets, options);
  const { outcome } = explorer;
  const tried = plain.tried + outcome.tried;
  if (outcome.match !== undefined) {
    const verdict = explained({ ...base, tried }, outcome.match, schemeResult, request, options);
    return { ...verdict, notes: notesOn(request, profile, { ...schemeResult, match: outcome.match.key.secret }) };
  }
  const other = otherProvider(request, profile, secrets, options);
  if (other !== undefined) return { ...base, ...other, tried };
  const damage = bodyDamage(request, bodyFacts(request), options.sent);
  const plainly = headerFindings(schemeResult, request);
  const header = plainly.length > 0 ? plainly : tooShort(schemeResult, request, explorer.targets);
  const noted = [...header, ...damage];
  const isSettled = damage.some((one) => one.certain) || explorer.targets.length === 0;
  return withFindings({ ...base, tried }, [...noted, ...(isSettled && noted.length > 0 ? [] : [explorer.unexplained])]);
};

/** A match as findings: header, unit, secret, scheme, body as applied, and last whether it was in time. */
const explained = (
  base: Verdict,
  match: Match,
  schemeResult: SchemeResult,
  request: WebhookRequest,
  options: DiagnoseOptions,
): Verdict => {
  const steps = match.steps.map((step) => findingOf(step, match.certain, request.headers));
  const isForgiven = steps.some((one) => one.code.startsWith("signature-"));
  // A body that is found again was not merely unreadable.
  const isRestored = steps.some((one) => one.code.startsWith("body-"));
  const header = headerFindings(schemeResult, request).filter(
    (one) =>
      !(isForgiven && one.code.startsWith("signature-")) &&
      !(isRestored && one.code === "body-charset") &&
      !steps.some((step) => step.code === one.code),
  );
  const time = timeFindings(schemeResult, request, options).filter(
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
