import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Profile } from "../../src/providers/profile.ts";
import { findProfile } from "../../src/providers/index.ts";
import { profileSchema } from "../../src/providers/schema.ts";

const folder = fileURLToPath(new URL("../fixtures/challenges/", import.meta.url));

/** The platforms of test/fixtures/challenges, as a project file may have them. */
export const fixtures: readonly unknown[] = readdirSync(folder).map((file) =>
  JSON.parse(readFileSync(`${folder}${file}`, "utf8")),
);

const profiles: readonly Profile[] = fixtures.map((one) => profileSchema.parse(one));

/** A platform that has a challenge, built in or of the fixtures. */
export const platform = (id: string): Profile => profiles.find((one) => one.id === id) ?? findProfile(id);
