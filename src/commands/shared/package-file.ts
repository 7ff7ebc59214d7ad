import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HookproofError } from "../../errors.ts";

/** From the bundle's folder, else from here in the source tree: in that order no file of the user's can be meant. */
const roots = ["../", "../../../"];

/** The path of a file that ships with hookproof: `docs/findings.md`. @throws HookproofError `input-unreadable` */
export const packageFile = (path: string): string => {
  const found = roots
    .map((root) => fileURLToPath(new URL(`${root}${path}`, import.meta.url)))
    .find((one) => existsSync(one));
  if (found !== undefined) return found;
  throw new HookproofError("input-unreadable", `hookproof's own file ${path} is missing`, {
    hint: "install hookproof again",
  });
};
