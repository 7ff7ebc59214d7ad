import { readFileSync, readdirSync } from "node:fs";
import { declaredIn, listedOf } from "./listed.ts";
import type { Listed } from "./listed.ts";
import type { Profile } from "./profile.ts";

// Loads the built-in profiles from the source files in this folder. Used only when running from source (tsx); the build
// and the tests replace this module with one that reads the same profiles as JSON (scripts/library.mjs).

const folder = new URL("./", import.meta.url);
const declares = /^export const \w+ = profile\(/m;

const modules = await Promise.all(
  readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && declares.test(readFileSync(new URL(name, folder), "utf8")))
    .map(async (name): Promise<object> => import(new URL(name, folder).href)),
);

const profiles = declaredIn(modules);

/** The list entries of all built-in profiles, sorted by id. */
export const listed: readonly Listed[] = profiles.map(listedOf);

/** Reads the profile of a listed id. */
export const readProfile = (id: string): Profile | undefined => profiles.find((one) => one.id === id);
