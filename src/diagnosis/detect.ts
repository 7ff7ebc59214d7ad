import { schemesOf } from "../providers/profile.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import { headerValue } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";

/**
 * The profiles whose signature header a request carries, the most specific first: those of whose
 * other headers (timestamp, id, version, event type) most are there too.
 */
export const detectProfiles = (headers: readonly HeaderPair[], profiles: readonly Profile[]): readonly Profile[] =>
  profiles
    .map((profile, at) => ({ profile, at, score: score(profile, headers) }))
    .filter((one) => one.score > 0)
    .toSorted((a, b) => b.score - a.score || a.at - b.at)
    .map((one) => one.profile);

/** Every signature header that the profiles know. */
export const signatureHeaders = (profiles: readonly Profile[]): readonly string[] => [
  ...new Set(profiles.flatMap((profile) => (schemesOf(profile) ?? []).map((scheme) => scheme.header))),
];

/** A quick look whether any of the profiles' signature headers is there at all. */
export const markSpotter = (profiles: readonly Profile[]): ((headers: readonly HeaderPair[]) => boolean) => {
  const telling = new Set(signatureHeaders(profiles).map((name) => name.toLowerCase()));
  return (headers) => headers.some(([name]) => telling.has(name.toLowerCase()));
};

const common = new Set(["content-type", "user-agent", "accept"]);

const score = (profile: Profile, headers: readonly HeaderPair[]): number => {
  const schemes = (schemesOf(profile) ?? []).filter((scheme) => headerValue(headers, scheme.header) !== undefined);
  if (schemes.length === 0) return 0;
  const beside = [
    ...profile.headers.map(([name]) => name),
    ...(profile.attempt === undefined ? [] : [profile.attempt.header]),
  ].filter((name) => !common.has(name.toLowerCase()) && headerValue(headers, name) !== undefined);
  const agent = profile.headers.find(([name]) => name.toLowerCase() === "user-agent")?.[1].split("/")[0];
  const isAgent =
    agent !== undefined && agent.length > 2 && (headerValue(headers, "user-agent") ?? "").startsWith(agent);
  return 10 + Math.max(...schemes.map((scheme) => companions(scheme, headers))) + beside.length + (isAgent ? 2 : 0);
};

const companions = (scheme: Scheme, headers: readonly HeaderPair[]): number => {
  const { layout, timestamp } = scheme;
  const value = headerValue(headers, scheme.header) ?? "";
  const fits =
    layout.kind === "single"
      ? layout.prefix === undefined || value.startsWith(layout.prefix)
      : value.includes(layout.kind === "pairs" ? `${layout.key}=` : `${layout.version},`);
  const names = [
    ...(timestamp !== undefined && "header" in timestamp.from ? [timestamp.from.header] : []),
    ...(scheme.id === undefined ? [] : [scheme.id.header]),
    ...Object.keys(scheme.when ?? {}),
  ];
  return (fits ? 2 : 0) + names.filter((name) => headerValue(headers, name) !== undefined).length;
};
