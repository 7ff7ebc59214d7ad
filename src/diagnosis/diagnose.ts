import { builtInProfilesFor } from "../providers/index.ts";
import { placeName, setValueAt } from "../providers/place.ts";
import type { Profile } from "../providers/profile.ts";
import { sameName, withoutHeaders } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import { unusableReason } from "../signature/key.ts";
import type { Finding, Verdict } from "../signature/verdict.ts";
import { newProfile } from "../signature/advice.ts";
import { bestOf, trySchemes } from "../signature/try-schemes.ts";
import type { SchemeResult } from "../signature/try-schemes.ts";
import { notUtf8, verdictNotes } from "../signature/notes.ts";
import { timestampVerdict, verify } from "../signature/verify.ts";
import { emptyVerdict, withFindings } from "./verdicts.ts";
import { findScheme, publicKeyScheme, secretInRequest, signatureLike } from "./common-schemes.ts";
import { detectProfiles, signatureHeaders } from "./detect.ts";
import { changedUnderHash, diagnoseJwt } from "./jwt.ts";
import { isPublicKey } from "../signature/mac.ts";
import { otherContent } from "./other-content.ts";
import { digestState } from "./digests.ts";
import { explore, sideBudget } from "./explore.ts";
import { noteLostData } from "./lost-data.ts";
import type { DiagnoseOptions } from "./explore.ts";
import { diagnoseMissing, otherProvider, secretFinding } from "./missing.ts";
import type { Match } from "./search.ts";
import { isBareSecret } from "../signature/mac.ts";
import { diagnoseToken } from "./tokens.ts";
import { secretFacts } from "./secret-findings.ts";
import { isKeyed } from "./signing-variants.ts";
import { headerFindings, isOwn, withProfileFix, otherSeparator, profileFix, tooShort } from "./header-findings.ts";
import { timeFindings } from "./time-findings.ts";
import { bodyDamage, bodyFacts } from "./body-findings.ts";
import { findingOf, observedFinding, otherSigner } from "./wording.ts";

export type { DiagnoseOptions } from "./explore.ts";

/** One profile, or several to choose from by the request's headers. */
type DiagnoseTarget = Profile | { readonly auto: readonly Profile[] };

/**
 * Verifies a request. If it is invalid, finds the smallest change that makes the signature match, and where that change
 * is; otherwise reports what was ruled out.
 * @throws HookproofError as `verify`
 */
export const diagnose = (
  request: WebhookRequest,
  target: DiagnoseTarget,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict =>
  noteLostData(
    "auto" in target
      ? diagnoseAny(request, target.auto, secrets, options)
      : diagnoseOne(request, target, secrets, options),
    request.lost,
  );

const diagnoseAny = (
  request: WebhookRequest,
  profiles: readonly Profile[],
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict => {
  const fitting = detectProfiles(request, profiles);
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
  // Two platforms may share this header name; another header may hold the signature.
  const headers = withoutHeaders(request.headers, signatureHeaders(fitting));
  const isSigned = signatureLike(headers).some(([name]) => /signature|hmac/i.test(name));
  if (best !== undefined && !isSigned) return best;
  const other = ofNoPlatform({ ...request, headers }, secrets, options);
  return best === undefined || other.cause === "scheme-other" ? other : best;
};

/** The verdict on a request of an unknown platform: how it is signed, if a common scheme matches. */
const ofNoPlatform = (request: WebhookRequest, secrets: readonly Secret[], options: DiagnoseOptions): Verdict => {
  const { found, tried } = findScheme(request, secrets, options);
  const base = { ...emptyVerdict("auto"), tried };
  if (found !== undefined) {
    const message = `No known platform, but ${found.header} is ${found.name}.`;
    const finding = observedFinding("scheme-other", message, request.headers);
    return { ...withFindings(base, [finding, ...found.findings]), matchedSecret: found.secret.label };
  }
  const carried = secretInRequest(request, secrets);
  if (carried !== undefined) return withFindings(base, [secretFinding(carried, request)]);
  const names = signatureLike(request.headers).map(([name]) => name);
  const looked =
    names.length === 0 ? "" : ` The common schemes do not match ${names.join(", ")} with the given secrets.`;
  const message = `The request has no signature header of a known platform (hookproof providers lists them).${looked}`;
  const fix =
    names.length === 0
      ? "If you know the platform, name it with -p ID. Browsers and health checks send no signature."
      : `If you know the platform, name it with -p ID. For one that is not built in, \`${newProfile}\` writes a profile if it finds out how this request is signed.`;
  return withFindings(base, [observedFinding("signature-missing", message, request.headers, { fix })]);
};

const diagnoseOne = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict => {
  const plain = verify(request, profile, secrets, options);
  if (plain.valid) return plain;
  const schemeResult = bestOf(trySchemes(request, profile, secrets, options));
  if (schemeResult === undefined) {
    const missing = diagnoseMissing(request, profile, secrets, options);
    // The signature matched a common scheme. It may still be a known platform's request that was changed on the way.
    const changed = missing.cause === "signature-missing" && missing.matchedSecret !== null;
    return (changed ? changedOther(request, profile, secrets, options) : undefined) ?? missing;
  }
  const { scheme } = schemeResult;
  const base: Verdict = { ...plain, scheme: scheme.name, timestamp: timestampVerdict(schemeResult, options) };
  if (schemeResult.match !== undefined) {
    const header = headerFindings(schemeResult, request, profile);
    // Naming the change says more than "the hash differs".
    const changed = changedUnderHash(schemeResult, request, profile, options);
    const isFound = changed.some(({ certain }) => certain);
    return withFindings(base, [
      ...header.filter(({ code }) => !isFound || (code !== "body-altered" && code !== "content-other")),
      ...timeFindings(schemeResult, request, options),
      ...changed,
    ]);
  }
  // A search can't help without the key, or with a token of another kind.
  const settled = schemeResult.problems.find((code) => code === "key-unavailable" || code === "algorithm-other");
  if (settled !== undefined || schemeResult.token !== undefined)
    return withFindings(base, headerFindings(schemeResult, request, profile, false));
  if (scheme.mac.kind === "jws") return diagnoseJwt(base, scheme.mac, schemeResult, request, profile, secrets, options);
  if (isBareSecret(scheme.mac)) {
    const { findings, secret, tried } = diagnoseToken(
      request,
      profile,
      schemeResult,
      secrets,
      options.otherSecrets ?? [],
    );
    const extraFindings = schemeResult.value === "" ? headerFindings(schemeResult, request, profile) : findings;
    return { ...withFindings(base, extraFindings), matchedSecret: secret?.label ?? null, tried: plain.tried + tried };
  }
  const separator = otherSeparator(schemeResult);
  if (separator !== undefined) {
    const readable = setValueAt(request, schemeResult.place, separator.value) ?? request;
    const rest = diagnoseOne(readable, profile, secrets, options);
    return withFindings(rest, [separatorFinding(separator, rest, schemeResult, profile, request), ...rest.findings]);
  }
  const { place } = schemeResult;
  const header = "header" in place ? place.header : "";
  const carried = secretInRequest(
    { ...request, headers: request.headers.filter(([name]) => sameName(name, header)) },
    secrets,
  );
  if (carried?.header !== undefined) return withFindings(base, [secretFinding(carried, request)]);
  const explorer = explore(request, profile, schemeResult, secrets, options);
  const { outcome } = explorer;
  const tried = plain.tried + outcome.tried;
  if (outcome.match !== undefined) {
    const { certain, body } = outcome.match;
    if (certain && body !== undefined && !body.equals(request.body)) options.onSignedBody?.(body);
    const verdict = explained({ ...base, tried }, outcome.match, schemeResult, request, profile, options);
    const match = isKeyed(outcome.match.variant) ? outcome.match.key.secret : undefined;
    const notes = verdictNotes(request, profile, { ...schemeResult, match });
    // A compressed body is not text, and that is what was found.
    const isCompressed = verdict.findings.some(({ code }) => code === "body-compressed");
    return { ...verdict, notes: isCompressed ? notes.filter((note) => note !== notUtf8) : notes };
  }
  const other = otherProvider(request, profile, secrets, options) ?? otherKey(request, profile, secrets, options);
  if (other !== undefined) return { ...base, ...other, tried };
  const others = options.otherSecrets ?? [];
  const { findings } = secretFacts(secrets, scheme, profile, request, others.length);
  const signedOther = otherContent(schemeResult, request, profile, [...secrets, ...others]);
  if (signedOther?.certain === true) return withFindings({ ...base, tried }, [...findings, signedOther]);
  // Without the public key, nothing could be checked.
  const isUnchecked =
    isPublicKey(scheme.mac) &&
    ![...secrets, ...others].some((one) => unusableReason(one.reveal(), scheme.mac) === undefined);
  const plainly = headerFindings(schemeResult, request, profile);
  const reported =
    plainly.length > 0 || isUnchecked
      ? plainly
      : tooShort(schemeResult, request, explorer.targets, [...secrets, ...others]);
  const damage = bodyDamage(
    request,
    bodyFacts(request),
    options.sent,
    digestState(request, header),
    sideBudget(options.budget),
  );
  const noted = [...findings, ...(signedOther === undefined ? [] : [signedOther]), ...reported, ...damage.findings];
  // Without a signed field nothing can be computed.
  const isLacking = schemeResult.missing !== undefined;
  const isSettled = damage.isSettled || explorer.targets.length === 0 || isUnchecked || isLacking;
  return withFindings({ ...base, tried }, [
    ...noted,
    ...(isSettled && noted.length > 0 ? [] : [explorer.unexplained()]),
  ]);
};

/**
 * The verdict if the request is another platform's, and matches that platform's scheme once the body or secret is
 * changed.
 */
const changedOther = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict | undefined => {
  const { scheme: _scheme, ...rest } = options;
  const all = [...(options.profiles ?? []), ...builtInProfilesFor(request)].filter((one) => one.id !== profile.id);
  for (const candidate of detectProfiles(request, all)) {
    if (bestOf(trySchemes(request, candidate, secrets, rest)) === undefined) continue;
    const found = diagnoseOne(request, candidate, secrets, rest);
    const isProved = found.findings.every(({ code, certain }) => certain && /^(?:body|secret)-/.test(code));
    if (found.valid || found.matchedSecret === null || !isProved) continue;
    const finding = otherSigner(candidate, profile, request.headers, "with the changes below, its signature matches");
    return {
      ...withFindings(emptyVerdict(profile.id), [finding, ...found.findings]),
      matchedSecret: found.matchedSecret,
      tried: found.tried,
    };
  }
  return undefined;
};

const separatorFinding = (
  { by, due }: { readonly by: string; readonly due: string },
  rest: Verdict,
  { place }: SchemeResult,
  profile: Profile,
  request: WebhookRequest,
): Finding => {
  const name = (separator: string): string =>
    separator === " " ? "spaces" : separator === "," ? "commas" : `'${separator}'`;
  const items = `The items of ${placeName(place)} are separated by ${name(by)}, where`;
  const read = rest.valid ? "Read this way, the signature is correct." : "The findings below read the header this way.";
  return isOwn(profile)
    ? observedFinding(
        "scheme-other",
        `${items} your profile ${profile.id} describes ${name(due)}: the profile does not fit. ${read}`,
        request.headers,
        { fix: profileFix(profile) },
      )
    : observedFinding(
        "signature-malformed",
        `${items} ${name(due)} ${due.trim().length === 1 && due !== "," ? "is" : "are"} documented. ${read}`,
        request.headers,
      );
};

/** The verdict if the secret is a public key of another kind that verifies the signature. */
const otherKey = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict | undefined => {
  const found = publicKeyScheme(request, secrets, options);
  if (found === undefined) return undefined;
  const message = `${found.header} is ${found.name}: the profile ${profile.id} does not describe such signatures.`;
  return {
    ...withFindings(emptyVerdict(profile.id), [observedFinding("scheme-other", message, request.headers)]),
    matchedSecret: found.secret.label,
  };
};

/**
 * Turns a match into findings in the order they are applied: header, unit, secret, scheme, body; timeliness comes last.
 */
const explained = (
  base: Verdict,
  match: Match,
  schemeResult: SchemeResult,
  request: WebhookRequest,
  profile: Profile,
  options: DiagnoseOptions,
): Verdict => {
  const steps = match.steps.map((step) => findingOf(withProfileFix(step, profile), match.certain, request.headers));
  const isResigned = steps.some(({ code }) => code === "content-other" || code === "timestamp-unit");
  const isForgiven = steps.some((one) => one.code.startsWith("signature-"));
  // If the body was recovered, it wasn't merely unreadable.
  const isRestored = steps.some((one) => one.code.startsWith("body-"));
  const header = headerFindings(schemeResult, request, profile, !isResigned).filter(
    (one) =>
      !(isForgiven && (one.code.startsWith("signature-") || !one.certain)) &&
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
    // A plain hash without a secret says nothing about secrets.
    matchedSecret: isKeyed(match.variant) ? match.key.secret.label : null,
  };
};
