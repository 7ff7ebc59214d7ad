import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HookproofError } from "../../errors.ts";

/**
 * First relative to the bundled code, then to the source tree. In this order no user's file can be found by mistake.
 */
const roots = ["../", "../../../"];

/**
 * The path of a file that ships with hookproof, such as `docs/findings.md`.
 * @throws HookproofError `input-unreadable`
 */
export const packageFile = (path: string): string => {
  const found = roots
    .map((root) => fileURLToPath(new URL(`${root}${path}`, import.meta.url)))
    .find((one) => existsSync(one));
  if (found !== undefined) return found;
  throw new HookproofError("input-unreadable", `hookproof's own file ${path} is missing`, {
    hint: "install hookproof again",
  });
};
