import { isBuiltIn } from "../providers/index.ts";
import { companionHeaders, headersOfScheme, placesOf, signatureHeadersOf, signatureValue } from "../providers/place.ts";
import type { Placed } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import { headerValue } from "../request/request.ts";
import { readHeader } from "../signature/layout.ts";
import { layoutOf } from "../signature/mac.ts";

/**
 * The profiles whose signature the request carries, most specific first: those with most of their other headers
 * (timestamp, id, version, event type) present. If a standard fits as well as a platform that follows it, the standard
 * comes first, because only it is certain. A header that platforms share says nothing for one whose own marks are missing where another's are
 * there: `X-Hub-Signature` next to `X-GitHub-Event` is not Intercom's.
 */
export const detectProfiles = (request: Placed, profiles: readonly Profile[]): readonly Profile[] => {
  const fitting = profiles
    .map((profile, at) => ({ profile, at, ...score(profile, request) }))
    .filter((one) => one.score > 0);
  const marked = fitting.filter((one) => one.marks > 0);
  return fitting
    .filter((one) => !isBorrowed(one, marked, request))
    .toSorted((a, b) => b.score - a.score || follows(a.profile) - follows(b.profile) || a.at - b.at)
    .map((one) => one.profile);
};

interface Fitting {
  readonly profile: Profile;
  /** How many of the platform's own headers the request has, besides those of its signature. */
  readonly marks: number;
}

/** Whether all that a platform has in the request are signature headers of another one, whose own marks are there. */
const isBorrowed = ({ profile, marks }: Fitting, marked: readonly Fitting[], request: Placed): boolean => {
  if (marks > 0 || !isBuiltIn(profile) || profile.category === "standards") return false;
  const own = schemeHeaders(profile, request);
  return (
    own.length > 0 &&
    marked.some((other) => {
      const theirs = schemeHeaders(other.profile, request);
      return own.every((name) => theirs.includes(name));
    })
  );
};

/** The headers, in lower case, of the schemes whose signature is in the request. */
const schemeHeaders = (profile: Profile, request: Placed): readonly string[] =>
  ownSchemes(profile, request)
    .flatMap(headersOfScheme)
    .map((name) => name.toLowerCase());

/** The schemes whose signature is in the request. */
const ownSchemes = (profile: Profile, request: Placed): readonly Scheme[] =>
  (schemesOf(profile) ?? []).filter((scheme) => signatureValue(request, scheme) !== undefined);

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

const score = (profile: Profile, request: Placed): { readonly score: number; readonly marks: number } => {
  const { headers } = request;
  const schemes = ownSchemes(profile, request);
  if (schemes.length === 0) return { score: 0, marks: 0 };
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
  return { score: isGeneral && others === 0 && best <= 2 ? 0 : 10 + best + others, marks: others };
};

const companions = (scheme: Scheme, request: Placed): number => {
  const { signatures } = readHeader(signatureValue(request, scheme) ?? "", layoutOf(scheme));
  const names = companionHeaders(scheme).filter((name) => headerValue(request.headers, name) !== undefined);
  return (signatures.length > 0 ? 2 : 0) + names.length;
};
