import { HookproofError } from "../errors.ts";
import { nearest } from "../values/nearest.ts";
import { listed, readProfile } from "./library.ts";
import type { Listed } from "./listed.ts";
import { valueAt } from "./place.ts";
import type { Placed } from "./place.ts";
import type { Profile } from "./profile.ts";

// Built-in profiles are read on first use and cached, so that startup time doesn't grow with their number.
const read = new Map<string, Profile>();

const builtIn = ({ id }: Listed): Profile => {
  const profile = read.get(id) ?? readProfile(id);
  if (profile === undefined) throw new Error(`the profile of ${id} is missing`);
  read.set(id, profile);
  return profile;
};

/** Every built-in profile, sorted by id. This reads all of them; to get one, use `findProfile`. */
export const builtInProfiles = (): readonly Profile[] => listed.map(builtIn);

/** The profiles whose signature the request may carry; only those are read. */
export const builtInProfilesFor = (request: Placed): readonly Profile[] =>
  listed.filter(({ places }) => places.some((place) => valueAt(request, place) !== undefined)).map(builtIn);

/** The list entry of a built-in profile, by id or alias. */
export const builtInNamed = (name: string): Listed | undefined => {
  const wanted = name.toLowerCase();
  return listed.find((one) => isNamed(one, wanted));
};

/** The ids and aliases of all built-in profiles. */
export const builtInNames = (): readonly string[] => listed.flatMap(({ id, aliases }) => [id, ...aliases]);

/** The built-in profile with an id or alias. */
export const builtInProfile = (name: string): Profile | undefined => {
  const found = builtInNamed(name);
  return found === undefined ? undefined : builtIn(found);
};

/** Whether a profile is built in, rather than the user's own with the same id. */
export const isBuiltIn = (profile: Profile): boolean => read.get(profile.id) === profile;

/**
 * The profile with an id or alias; the user's own take precedence over built-in ones.
 * @throws HookproofError `unknown-provider`, with the nearest id as the hint
 */
export const findProfile = (id: string, own: readonly Profile[] = []): Profile => {
  const wanted = id.toLowerCase();
  const found = own.find((one) => isNamed(one, wanted)) ?? builtInProfile(wanted);
  if (found !== undefined) return found;
  const near = nearest(wanted, [...own.flatMap(({ id, aliases = [] }) => [id, ...aliases]), ...builtInNames()]);
  throw new HookproofError("unknown-provider", `there is no provider '${id}'`, {
    hint: near === undefined ? "`hookproof providers` lists them" : `did you mean ${near}?`,
  });
};

const isNamed = (one: Pick<Profile, "id" | "aliases">, name: string): boolean =>
  one.id === name || one.aliases?.includes(name) === true;
