import { isBuiltIn } from "../providers/index.ts";
import { companionHeaders, placesOf, signatureHeadersOf, signatureValue } from "../providers/place.ts";
import type { Placed } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import { headerValue } from "../request/request.ts";
import { readHeader } from "../signature/layout.ts";
import { layoutOf } from "../signature/mac.ts";

/**
 * The profiles whose signature the request carries, most specific first: those with most of their other headers
 * (timestamp, id, version, event type) present. If a standard fits as well as a platform that follows it, the standard
 * comes first, because only it is certain.
 */
export const detectProfiles = (request: Placed, profiles: readonly Profile[]): readonly Profile[] =>
  profiles
    .map((profile, at) => ({ profile, at, score: score(profile, request) }))
    .filter((one) => one.score > 0)
    .toSorted((a, b) => b.score - a.score || follows(a.profile) - follows(b.profile) || a.at - b.at)
    .map((one) => one.profile);

const follows = (profile: Profile): number => Number(isBuiltIn(profile) && profile.category !== "standards");

/** All signature headers of the profiles. */
export const signatureHeaders = (profiles: readonly Profile[]): readonly string[] => [
  ...new Set(profiles.flatMap((profile) => (schemesOf(profile) ?? []).flatMap(signatureHeadersOf))),
];

/** A cheap check whether a request has any of the profiles' signature headers. */
export const hasSignatureHeader = (profiles: readonly Profile[]): ((request: Placed) => boolean) => {
  const signatureNames = new Set(signatureHeaders(profiles).map((name) => name.toLowerCase()));
  const elsewhere = profiles
    .flatMap((profile) => schemesOf(profile) ?? [])
    .filter((scheme) => placesOf(scheme).some((place) => !("header" in place)));
  return (request) =>
    request.headers.some(([name]) => signatureNames.has(name.toLowerCase())) ||
    elsewhere.some((scheme) => signatureValue(request, scheme) !== undefined);
};

const common = new Set(["content-type", "user-agent", "accept"]);

const score = (profile: Profile, request: Placed): number => {
  const { headers } = request;
  const schemes = (schemesOf(profile) ?? []).filter((scheme) => signatureValue(request, scheme) !== undefined);
  if (schemes.length === 0) return 0;
  const additional = [
    ...profile.headers.map(([name]) => name),
    ...(profile.attempt === undefined ? [] : [profile.attempt.header]),
  ].filter((name) => !common.has(name.toLowerCase()) && headerValue(headers, name) !== undefined);
  const agent = profile.headers.find(([name]) => name.toLowerCase() === "user-agent")?.[1].split("/")[0];
  const isAgent =
    agent !== undefined && agent.length > 2 && (headerValue(headers, "user-agent") ?? "").startsWith(agent);
  const best = Math.max(...schemes.map((scheme) => companions(scheme, request)));
  const others = additional.length + (isAgent ? 2 : 0);
  // Authorization alone doesn't identify a platform: every login has it.
  const isGeneral = schemes.every((scheme) =>
    signatureHeadersOf(scheme).every((name) => /^authorization$/i.test(name)),
  );
  return isGeneral && others === 0 && best <= 2 ? 0 : 10 + best + others;
};

const companions = (scheme: Scheme, request: Placed): number => {
  const { signatures } = readHeader(signatureValue(request, scheme) ?? "", layoutOf(scheme));
  const names = companionHeaders(scheme).filter((name) => headerValue(request.headers, name) !== undefined);
  return (signatures.length > 0 ? 2 : 0) + names.length;
};
