import { builtInProfiles } from "../providers/index.ts";
import type { Profile } from "../providers/profile.ts";
import { headerValue } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import { documentedSchemes } from "../signature/sign.ts";
import type { Verdict } from "../signature/verdict.ts";
import { bestOf, trySchemes } from "../signature/try-schemes.ts";
import { emptyVerdict, withFindings } from "./verdicts.ts";
import { detectProfiles, signatureHeaders } from "./detect.ts";
import { explore } from "./explore.ts";
import type { DiagnoseOptions } from "./explore.ts";
import { readTargets } from "./targets.ts";
import { findingOf, seen } from "./wording.ts";

/** No signature header of the profile's: another platform's, or the signature under another name, or none. */
export const diagnoseMissing = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict => {
  const other = otherProvider(request, profile, secrets, options);
  if (other !== undefined) return other;
  const unheld = conditionUnheld(request, profile, secrets, options);
  if (unheld !== undefined) return unheld;
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
  const known = detectProfiles(request.headers, [...(options.profiles ?? []), ...builtInProfiles()]).filter(
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

/**
 * The verdict where a signature header is there, and another header that says which scheme it is
 * (HubSpot's version) names none.
 */
const conditionUnheld = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict | undefined => {
  const { scheme: _scheme, ...rest } = options;
  const present = documentedSchemes(profile).filter(
    ({ header, when }) => when !== undefined && headerValue(request.headers, header) !== undefined,
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
  const says = value === undefined ? `${name} is missing` : `${name} says '${value.slice(0, 40)}', which is no scheme`;
  const match = found === undefined ? "" : ` The signature in ${first.header} matches as ${found.scheme.name}.`;
  const finding = seen("signature-malformed", `${says} (known: ${known}).${match}`, request.headers, {
    fix: `Send ${name} with the version of the signature, and let no proxy change it.`,
  });
  return {
    ...withFindings(emptyVerdict(profile.id), [finding]),
    scheme: found?.scheme.name ?? null,
    matchedSecret: found?.match?.label ?? null,
    tried: found?.tried ?? 0,
  };
};

/** The verdict where the request is rightly signed as another platform's. */
export const otherProvider = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict | undefined => {
  const all = [...(options.profiles ?? []), ...builtInProfiles()].filter((one) => one.id !== profile.id);
  for (const candidate of detectProfiles(request.headers, all)) {
    const { scheme: _scheme, ...rest } = options;
    const found = bestOf(trySchemes(request, candidate, [...secrets, ...(options.otherSecrets ?? [])], rest));
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
