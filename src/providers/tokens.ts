import { sameName } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import { placesOf, putAt, scopesOf, signatureHeadersOf, valueAt, within } from "./place.ts";
import type { Placed } from "./place.ts";
import { schemesOf } from "./profile.ts";
import type { Profile, Scheme } from "./profile.ts";

// Some platforms send the secret itself in place of a signature. Whoever sees such a request can send as they do: it is
// shown to nobody, and goes only to a host that may have it.

const mask = "***";

/** The schemes of a profile that send the secret itself. */
export const tokenSchemes = (profile: Profile): readonly Scheme[] =>
  (schemesOf(profile) ?? []).filter(({ mac }) => mac.kind === "token" || mac.kind === "basic");

/** The headers in which profiles send their secret itself. */
export const tokenHeaders = (profiles: readonly Profile[]): readonly string[] =>
  profiles.flatMap(tokenSchemes).flatMap(signatureHeadersOf);

/** Masks in a request what profiles send as their secret, to show it; undefined where none of them sends it. */
export const tokenMask = (profiles: readonly Profile[]): ((request: Placed) => Placed) | undefined => {
  const schemes = profiles.flatMap(tokenSchemes);
  return schemes.length === 0 ? undefined : (request) => schemes.reduce(masked, request);
};

const masked = ({ headers, target, body }: Placed, scheme: Scheme): Placed => {
  let shown: Placed = { headers: maskedHeaders(headers, signatureHeadersOf(scheme)), target, body };
  for (const scope of scopesOf(scheme, body)) {
    for (const place of placesOf(scheme)) {
      // A field that is not there is not made.
      if ("header" in place || valueAt(shown, within(place, scope)) === undefined) continue;
      shown = putAt(shown, within(place, scope), mask) ?? shown;
    }
  }
  return shown;
};

/** The kind of an Authorization header stays: that it is another than is due can be what is wrong. */
const maskedHeaders = (headers: readonly HeaderPair[], names: readonly string[]): readonly HeaderPair[] =>
  headers.map(([name, value]) =>
    names.some((one) => sameName(one, name))
      ? [name, `${/^(?:basic|bearer|token) /i.exec(value)?.[0] ?? ""}${mask}`]
      : [name, value],
  );

/** A request's head, as it was written to the wire, with what profiles send as their secret masked. */
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
