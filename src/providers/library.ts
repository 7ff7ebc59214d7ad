import { readFileSync, readdirSync } from "node:fs";
import { listedOf } from "./listed.ts";
import type { Listed } from "./listed.ts";
import { isDeclared } from "./profile.ts";
import type { Profile } from "./profile.ts";

// The platforms as the source tree has them: each file of this folder that declares one. This runs where the source does
// (tsx). The build and the tests put a module in its place that reads the same profiles as JSON (scripts/library.mjs).

const folder = new URL("./", import.meta.url);
const declares = /^export const \w+ = profile\(/m;

const modules = await Promise.all(
  readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && declares.test(readFileSync(new URL(name, folder), "utf8")))
    .map(async (name): Promise<object> => import(new URL(name, folder).href)),
);

const profiles: ReadonlyMap<string, Profile> = new Map(
  modules
    .flatMap((module) => Object.values(module).filter(isDeclared))
    .map((make) => [make().id, make()] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1)),
);

/** Every built-in profile, sorted by id. */
export const listed: readonly Listed[] = [...profiles.values()].map(listedOf);

/** Reads the profile of a listed id. */
export const readProfile = (id: string): Profile | undefined => profiles.get(id);
