import { requestOf } from "../../formats/capture.ts";
import { companionHeaders, placesOf, signatureHeadersOf } from "../../providers/place.ts";
import { tokenHeaders, tokenSchemes } from "../../providers/tokens.ts";
import type { Locator, Profile } from "../../providers/profile.ts";
import { schemesOf, valueOf } from "../../providers/profile.ts";
import { headerValues } from "../../request/request.ts";
import type { Allowed } from "../redact/allowed.ts";
import type { Rule } from "../redact/rules.ts";
import type { Case, Gathered } from "../types.ts";

/** A profile's additions to the rules: its identifying headers are shown, its signature headers masked. */
interface ProfileRedaction {
  readonly allow: Pick<Allowed, "headers" | "keys">;
  readonly rules: readonly Rule[];
  /** Dotted paths whose values are shown even in `shape` mode. */
  readonly keepPaths: readonly string[];
}

/** Collects a profile's names for the redactor. */
export const profileRedaction = (profile: Profile): ProfileRedaction => {
  const schemes = schemesOf(profile) ?? [];
  const { envelope, support } = profile;
  const locators: readonly Locator[] = [
    ...envelope.id,
    ...envelope.type,
    ...valueOf(envelope.dedupe),
    ...(envelope.time === undefined ? [] : [envelope.time]),
    ...(support?.handle === undefined ? [] : [support.handle]),
  ];
  const signatures = [
    ...schemes.flatMap(signatureHeadersOf),
    ...("undocumented" in profile.schemes && profile.schemes.header !== undefined ? [profile.schemes.header] : []),
  ];
  const tokens = tokenHeaders([profile]);
  const tokenFields = tokenSchemes(profile)
    .flatMap(placesOf)
    .flatMap((place) => ("header" in place ? [] : [Object.values(place)[0]?.split(".").at(-1) ?? ""]));
  const named = [
    ...locators.flatMap((locator) => ("header" in locator ? [locator.header] : [])),
    ...profile.headers.map(([name]) => name),
    ...(profile.attempt === undefined ? [] : [profile.attempt.header]),
    ...schemes.flatMap(companionHeaders),
  ];
  const secretive = new Set(signatures.map((name) => name.toLowerCase()));
  return {
    allow: { headers: named.filter((name) => !secretive.has(name.toLowerCase())), keys: [] },
    rules: [
      ...(tokens.length === 0
        ? []
        : [{ name: "token", class: "credential", headers: tokens, keys: tokenFields } as const]),
      ...(signatures.length === 0 ? [] : [{ name: "signature", class: "credential", headers: signatures } as const]),
    ],
    keepPaths: locators.flatMap((locator) =>
      "json" in locator ? [locator.json] : "form" in locator ? [locator.form] : [],
    ),
  };
};

/** The same for all profiles, for files that may be of any platform. */
export const profilesRedaction = (profiles: readonly Profile[]): Omit<ProfileRedaction, "keepPaths"> => {
  const all = profiles.map(profileRedaction);
  const rules = all.flatMap((one) => one.rules);
  const secretive = new Set(rules.flatMap(({ headers }) => headers ?? []).map((name) => name.toLowerCase()));
  const headers = new Set(all.flatMap(({ allow }) => allow.headers));
  return { allow: { headers: [...headers].filter((name) => !secretive.has(name.toLowerCase())), keys: [] }, rules };
};

/** Values that support needs; patterns never mask them. */
export const keptValues = (
  facts: Case,
  gathered: Gathered,
  allow: Pick<Allowed, "headers">,
  hostname: string | null,
): readonly string[] => {
  const given = [facts.eventId, facts.handle, facts.subscription, facts.caseId, hostname, gathered.eventType];
  const requests = gathered.records.flatMap(({ record }) => [
    record.id,
    ...allow.headers.flatMap((name) => headerValues(requestOf(record).headers, name)),
  ]);
  return [...given, ...requests].filter((value) => value !== null);
};
