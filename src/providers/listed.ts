import { elementPath, placesOf, within } from "./place.ts";
import { isDeclared, schemesOf } from "./profile.ts";
import type { Place, Profile } from "./profile.ts";

/** What is known about a built-in profile before it is read. */
export interface Listed {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Where its signatures may be; if array elements are signed individually, in the first one. */
  readonly places: readonly Place[];
}

/** A profile's entry in the list. */
export const listedOf = (profile: Profile): Listed => ({
  id: profile.id,
  aliases: profile.aliases ?? [],
  places: (schemesOf(profile) ?? []).flatMap((scheme) =>
    placesOf(scheme).map((place) => within(place, scheme.each === undefined ? "" : elementPath(scheme.each, 0))),
  ),
});

/** The profiles that modules declare, sorted by id. */
export const declaredIn = (modules: readonly object[]): readonly Profile[] =>
  modules
    .flatMap((module) => Object.values(module).filter(isDeclared))
    .map((make) => make())
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
