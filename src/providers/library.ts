import { readFileSync, readdirSync } from "node:fs";
import { declaredIn, listedOf } from "./listed.ts";
import type { Listed } from "./listed.ts";
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

const profiles = declaredIn(modules);

/** Every built-in profile, in the order of the lists. */
export const listed: readonly Listed[] = profiles.map(listedOf);

/** Reads the profile of a listed id. */
export const readProfile = (id: string): Profile | undefined => profiles.find((one) => one.id === id);
