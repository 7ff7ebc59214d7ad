import { builtInProfilesFor } from "../providers/index.ts";
import { placeName, placesName, signatureValue } from "../providers/place.ts";
import type { Profile } from "../providers/profile.ts";
import { headerValue } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import { missingWords } from "../signature/verify.ts";
import { documentedSchemes } from "../signature/sign.ts";
import type { Finding, Verdict } from "../signature/verdict.ts";
import { bestOf, trySchemes } from "../signature/try-schemes.ts";
import { emptyVerdict, withFindings } from "./verdicts.ts";
import { detectProfiles, signatureHeaders } from "./detect.ts";
import type { DiagnoseOptions } from "./explore.ts";
import { findScheme, secretInRequest } from "./common-schemes.ts";
import { observedFinding, otherSigner } from "./wording.ts";

/**
 * Diagnoses a request that lacks the profile's signature header: it may be another platform's, have a renamed header,
 * or be unsigned.
 */
export const diagnoseMissing = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict => {
  const other = otherProvider(request, profile, secrets, options);
  if (other !== undefined) return other;
  const unmetVerdict = unmetCondition(request, profile, secrets, options);
  if (unmetVerdict !== undefined) return unmetVerdict;
  const names = signatureHeaders([profile]);
  const lost = `The request has no ${missingWords(profile)}.`;
  const [scheme] = documentedSchemes(profile).filter(({ mac }) => mac.kind === "hmac" || mac.kind === "digest");
  const renamed = findUnderscored(request.headers, names);
  const { found, tried } = findScheme(
    request,
    secrets,
    options,
    scheme === undefined ? undefined : { profile, scheme },
  );
  const missing = (more: string, fix?: string): Finding =>
    observedFinding("signature-missing", `${lost}${more}`, request.headers, fix === undefined ? {} : { fix });
  const base = { ...emptyVerdict(profile.id), tried };
  if (found !== undefined) {
    const where = ` The signature is in ${found.header} instead, where it matches: ${found.name}.`;
    const isRenamed = renamed === found.header;
    const finding = missing(
      where + (isRenamed ? underscoreWords(found.header) : ""),
      isRenamed ? underscoreFix : undefined,
    );
    return { ...withFindings(base, [finding, ...found.findings]), matchedSecret: found.secret.label };
  }
  const carried = secretInRequest(request, secrets);
  if (carried !== undefined) return withFindings(base, [missing(""), secretFinding(carried, request)]);
  if (renamed !== undefined)
    return withFindings(base, [missing(` ${renamed} is there.${underscoreWords(renamed)}`, underscoreFix)]);
  if (names.some((name) => name.includes("_"))) return withFindings(base, [missing(nginxWords, underscoreFix)]);
  const known = detectProfiles(request, [...(options.profiles ?? []), ...builtInProfilesFor(request)]).filter(
    (one) => one.id !== profile.id,
  );
  const hint =
    known.length === 0
      ? ""
      : ` It carries the signature header of ${[...new Set(known.map((one) => one.name))].join(", ")}, which matches no known secret.`;
  return withFindings(base, [missing(hint)]);
};

/** The finding for "the request contains the secret itself". */
export const secretFinding = (
  { place, secret }: { readonly place: string; readonly secret: Secret },
  request: WebhookRequest,
): Finding =>
  observedFinding(
    "scheme-other",
    `${place} contains the secret itself, ${secret.label}: it is a plain token, not a signature of the body.`,
    request.headers,
    {
      fix: "If the platform sends a token, compare it in constant time and describe it in a profile. If it signs, the sender must send the signature, never the secret: everyone who saw this request now knows it.",
    },
  );

/** Finds a header that has `_` instead of `-`, as CGI and some frameworks write it. */
const findUnderscored = (headers: readonly HeaderPair[], names: readonly string[]): string | undefined =>
  headers.find(([name]) => {
    const dashed = name
      .toLowerCase()
      .replace(/^http_/, "")
      .replaceAll("_", "-");
    return dashed !== name.toLowerCase() && names.some((one) => one.toLowerCase() === dashed);
  })?.[0];

const nginxWords =
  " Its name has an underscore; nginx drops such headers unless underscores_in_headers is on, and so do other proxies.";
const underscoreWords = (name: string): string =>
  ` ${name} is the same name with underscores: HTTP treats it as a different header, and nginx drops it unless underscores_in_headers is on.`;
const underscoreFix =
  "Send the header with dashes, as documented. If its documented name has underscores, set underscores_in_headers on; in nginx.";

/**
 * The verdict if the signature header is there but the header that selects the scheme (HubSpot's version) has an
 * unknown value.
 */
const unmetCondition = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict | undefined => {
  const { scheme: _scheme, ...rest } = options;
  const present = documentedSchemes(profile).filter(
    (one) => one.when !== undefined && signatureValue(request, one) !== undefined,
  );
  const [name] = Object.keys(present[0]?.when ?? {});
  const [first] = present;
  if (first === undefined || name === undefined) return undefined;
  const free = present.map(({ when: _when, ...scheme }) => scheme);
  const found = trySchemes(request, { ...profile, schemes: free }, secrets, rest).find(
    ({ match }) => match !== undefined,
  );
  const known = [...new Set(present.flatMap(({ when }) => when?.[name] ?? []))].join(", ");
  const value = headerValue(request.headers, name);
  const says =
    value === undefined ? `${name} is missing` : `${name} says '${value.slice(0, 40)}', which is not a scheme`;
  const match =
    found === undefined ? "" : ` The signature in ${placesName(first)} matches scheme ${found.scheme.name}.`;
  const finding = observedFinding("signature-malformed", `${says} (known: ${known}).${match}`, request.headers, {
    fix: `Send the signature's version in ${name}, and make sure no proxy changes it.`,
  });
  return {
    ...withFindings(emptyVerdict(profile.id), [finding]),
    scheme: found?.scheme.name ?? null,
    matchedSecret: found?.match?.label ?? null,
    tried: found?.tried ?? 0,
  };
};

/** The verdict if the request has another platform's valid signature. */
export const otherProvider = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict | undefined => {
  const all = [...(options.profiles ?? []), ...builtInProfilesFor(request)].filter((one) => one.id !== profile.id);
  for (const candidate of detectProfiles(request, all)) {
    const { scheme: _scheme, ...rest } = options;
    const found = bestOf(trySchemes(request, candidate, [...secrets, ...(options.otherSecrets ?? [])], rest));
    if (found?.match === undefined) continue;
    const finding = otherSigner(candidate, profile, request.headers, `its ${placeName(found.place)} matches`);
    return {
      ...withFindings(emptyVerdict(profile.id), [finding]),
      matchedSecret: found.match.label,
      tried: found.tried,
    };
  }
  return undefined;
};
