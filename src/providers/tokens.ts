import { sameName } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import { placesOf, setValueAt, scopesOf, signatureHeadersOf, valueAt, within } from "./place.ts";
import type { Placed } from "./place.ts";
import { schemesOf } from "./profile.ts";
import type { Place, Profile, Scheme } from "./profile.ts";

// Some platforms send the secret itself instead of a signature. Anyone who sees such a request can forge others, so the
// secret is never shown and only sent to allowed hosts.

/** The schemes of a profile that send the secret itself. */
export const tokenSchemes = (profile: Profile): readonly Scheme[] =>
  (schemesOf(profile) ?? []).filter(({ mac }) => mac.kind === "token" || mac.kind === "basic");

/** The headers in which profiles send their secret itself. */
export const tokenHeaders = (profiles: readonly Profile[]): readonly string[] =>
  profiles.flatMap(tokenSchemes).flatMap(signatureHeadersOf);

/** The places in the query or body in which profiles send their secret itself. */
export const tokenPlaces = (profiles: readonly Profile[]): readonly Place[] =>
  profiles.flatMap(tokenSchemes).flatMap((scheme) => placesOf(scheme).filter((place) => !("header" in place)));

/**
 * The values at the places in a request's query and body where these profiles send their secret; headers are not
 * included.
 */
export const tokensIn = (profiles: readonly Profile[], request: Placed): readonly string[] =>
  profiles.flatMap(tokenSchemes).flatMap((scheme) =>
    placesIn(scheme, request.body).flatMap((place) => {
      const value = valueAt(request, place);
      return value === undefined || value === "" ? [] : [value];
    }),
  );

/** A scheme's places in the query and the body; if array elements are signed individually, in each of them. */
const placesIn = (scheme: Scheme, body: Buffer): readonly Place[] => {
  const places = placesOf(scheme).filter((place) => !("header" in place));
  return places.length === 0
    ? []
    : scopesOf(scheme, body).flatMap((scope) => places.map((place) => within(place, scope)));
};

type Mask = (secret: string) => string;

/** Masks profiles' secrets in a request; values for which `isHidden` returns true stay as they are. */
type TokenMask = (request: Placed, isHidden?: (value: string) => boolean) => Placed;

/**
 * Returns a function that masks the secrets profiles send in a request, so that it can be shown; undefined if no
 * profile sends its secret.
 * @param mask the replacement for a secret
 */
export const tokenMask = (profiles: readonly Profile[], mask: Mask = () => "***"): TokenMask | undefined => {
  const schemes = profiles.flatMap(tokenSchemes);
  if (schemes.length === 0) return undefined;
  // A header that several platforms use is masked only once.
  const names = [...new Set(schemes.flatMap(signatureHeadersOf))];
  return ({ headers, target, body }, isHidden = () => false) =>
    schemes.reduce<Placed>((shown, one) => masked(shown, one, (value) => (isHidden(value) ? value : mask(value))), {
      headers: maskedHeaders(headers, names, mask),
      target,
      body,
    });
};

const masked = (request: Placed, scheme: Scheme, mask: Mask): Placed => {
  let shown = request;
  for (const place of placesIn(scheme, request.body)) {
    // Don't create missing fields.
    const value = valueAt(shown, place);
    if (value === undefined) continue;
    const hidden = mask(value);
    if (hidden !== value) shown = setValueAt(shown, place, hidden) ?? shown;
  }
  return shown;
};

/** Keeps the scheme of an Authorization header: the wrong scheme may be the problem. */
const maskedHeaders = (headers: readonly HeaderPair[], names: readonly string[], mask: Mask): readonly HeaderPair[] =>
  headers.map(([name, value]) => {
    if (!names.some((one) => sameName(one, name))) return [name, value];
    const kind = /^(?:basic|bearer|token) /i.exec(value)?.[0] ?? "";
    return [name, `${kind}${mask(value.slice(kind.length))}`];
  });

/** A request's head as written to the wire, with the secrets that profiles send masked. */
export const maskedHead = (head: string, profiles: readonly Profile[]): string => {
  const mask = tokenMask(profiles);
  if (mask === undefined) return head;
  const [first = "", ...lines] = head.split("\r\n");
  const [method = "", target = "", version = ""] = first.split(" ");
  const headers = lines.map((line): HeaderPair => {
    const at = line.indexOf(": ");
    return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 2)];
  });
  const shown = mask({ headers, target, body: Buffer.alloc(0) });
  const written = shown.headers.map(([name, value], at) =>
    lines[at]?.includes(": ") === true ? `${name}: ${value}` : name,
  );
  return [[method, shown.target, version].join(" ").trimEnd(), ...written].join("\r\n");
};
