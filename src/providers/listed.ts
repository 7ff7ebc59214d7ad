import { placesOf } from "./place.ts";
import { isDeclared, schemesOf } from "./profile.ts";
import type { Place, Profile } from "./profile.ts";

/** What is known of a built-in profile before it is read. */
export interface Listed {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Where its signatures may stand; undefined where only the profile can say. */
  readonly places?: readonly Place[];
}

/** A profile's entry in the list. */
export const listedOf = (profile: Profile): Listed => {
  const schemes = schemesOf(profile) ?? [];
  const entry = { id: profile.id, aliases: profile.aliases ?? [] };
  return schemes.some(({ each }) => each !== undefined) ? entry : { ...entry, places: schemes.flatMap(placesOf) };
};

/** The profiles that modules declare, sorted by id. */
export const declaredIn = (modules: readonly object[]): readonly Profile[] =>
  modules
    .flatMap((module) => Object.values(module).filter(isDeclared))
    .map((make) => make())
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
